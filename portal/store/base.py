"""What a store can do, and what can go wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from portal.vos3000.schema.base import Text

#: The folder of files that are made to be downloaded, whatever else is kept.
DOWNLOADS = "exports"


class StoreError(Exception):
    """A file could not be kept or read, with a sentence for the reader."""

    sentence: ClassVar[Text] = Text("The store of CDRs and exports does not work.", "话单与导出的存储无法使用。")


class StoreUnreachable(StoreError):
    """The store does not answer."""

    sentence = Text("The store of CDRs and exports cannot be reached.", "无法连接话单与导出的存储。")


class StoreFull(StoreError):
    """There is no room left."""

    sentence = Text("The store of CDRs and exports is full.", "话单与导出的存储已满。")


class NotInStore(StoreError):
    """There is no such file."""

    sentence = Text("The file is not in the store any more.", "存储中已没有此文件。")


class AlreadyThere(StoreError):
    """A file of this name is there already; files are never written over."""


class Store(Protocol):
    """Files by name (``cdrs/harbour/2026/11/…``). A file is whole or not there, and never changes. Raises :class:`StoreError`."""

    def put(self, path: Path, name: str) -> int:
        """Keep a file of this machine's disk under a new name, durably; return its size in bytes. Nobody may write to the file any more."""
        ...

    def local(self, name: str) -> Path:
        """Return where a file can be read on this machine's disk; of a bucket that is a copy, kept while there is room."""
        ...

    def local_all(self, names: Sequence[str]) -> list[Path]:
        """Return where files can be read on this machine's disk, in the same order."""
        ...

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        ...

    def read(self, name: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes of a file from the first to the last, both inclusive, in pieces."""
        ...

    def delete(self, names: list[str]) -> None:
        """Remove files; those that are not there are passed over."""
        ...

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the names of the files that begin with a prefix."""
        ...

    def put_before(self, prefix: str, moment: datetime) -> Iterator[str]:
        """Yield the names of the files that begin with a prefix and were put before a moment (aware)."""
        ...
