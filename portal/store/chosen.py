"""Which store the settings name."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from portal.store.base import Store
from portal.store.folder import FolderStore

BUCKET = "s3://"
_tells: list[Callable[[], bool]] = []


def begun_when(tells: Callable[[], bool]) -> None:
    """Have it asked whether anything is kept in the store, before a folder is begun that is not there or is empty."""
    _tells.append(tells)


def _begun() -> bool:
    return any(tells() for tells in _tells)


def store() -> Store:
    """Return the store of this installation."""
    return _store(settings.CDR_STORE, settings.CDR_SCRATCH, getattr(settings, "CDR_CACHE_BYTES", 20 * 1024**3))


@lru_cache(maxsize=8)
def _store(where: str, scratch: str, copies_bytes: int) -> Store:
    if where.startswith(BUCKET):
        # boto3 costs a second and some memory, which whoever keeps files in a folder need not spend.
        from portal.store.bucket import BucketStore  # noqa: PLC0415 - see above
        from portal.store.copies import Copies  # noqa: PLC0415 - likewise

        name, _slash, prefix = where.removeprefix(BUCKET).partition("/")
        return BucketStore(name, prefix.strip("/"), Copies(Path(scratch) / "copies", copies_bytes))
    return FolderStore(Path(where), _begun)


# Connections to a bucket are their process's own.
os.register_at_fork(after_in_child=_store.cache_clear)
