"""Copies of a bucket's files on this machine's disk: the least used go first where there is no more room for them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.store.base import StoreError
from portal.store.folder import checked, draft_of, explained, linked_or_copied

#: A copy that was used within this time stays (seconds): somebody may be about to open it.
YOUNG_S = 3600
#: The use of a copy is noted when the last note is older than this (seconds).
NOTED_S = 300
LOCKS = 64
#: The folder is walked once in so large a share of its bytes, not for each of many small files.
SHARES = 32


class Copies:
    """A folder of copies that several processes of a machine share, of about ``most`` bytes.

    A file that is being read may be removed: on this system its reader keeps it until it is closed.
    """

    def __init__(self, root: Path, most: int) -> None:
        self.root = root
        self._most = most
        self._locks = [threading.Lock() for _ in range(LOCKS)]
        # Nobody knows what the processes before this one took: its first copy has the folder walked.
        self._since = most
        self._counting = threading.Lock()

    def get(self, name: str, fetch: Callable[[Path], None]) -> Path:
        """Return a copy; ``fetch`` writes it to a path where there is none."""
        place = self.root / checked(name)
        if not self._used(place):
            with self._locks[hash(name) % LOCKS]:
                if not self._used(place):
                    with self._draft(place) as draft:
                        fetch(draft)
                    self._count(place)
        return place

    def take(self, name: str, path: Path) -> None:
        """Keep a copy of a file that was put: whoever put it is likely to read it next. Without one it is fetched then."""
        place = self.root / checked(name)
        with suppress(StoreError), explained():
            with self._draft(place) as draft:
                linked_or_copied(path, draft)
            self._count(place)

    def drop(self, name: str) -> None:
        """Remove a copy."""
        (self.root / checked(name)).unlink(missing_ok=True)

    def make_room(self) -> None:
        """Remove the copies that were used least lately, down to the number of bytes."""
        files = sorted(self._files())
        size = sum(each[1] for each in files)
        for used, bytes_, path in files:
            if size <= self._most or used > time.time() - YOUNG_S:
                return
            path.unlink(missing_ok=True)
            size -= bytes_

    def _count(self, place: Path) -> None:
        """Count the bytes of a new copy, and make room when they have become many."""
        try:
            size = place.stat().st_size
        except FileNotFoundError:
            return
        with self._counting:
            self._since += size
            many = self._since > self._most // SHARES
            if many:
                self._since = 0
        if many:
            self.make_room()

    @contextmanager
    def _draft(self, place: Path) -> Iterator[Path]:
        draft = draft_of(place)
        with explained():
            place.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield draft
            if draft.exists():
                with explained():
                    draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)

    def _used(self, place: Path) -> bool:
        """Note the use of a copy; return whether there is one."""
        try:
            if place.stat().st_mtime < time.time() - NOTED_S:
                os.utime(place)
        except FileNotFoundError:
            return False
        return True

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for folder, _folders, names in os.walk(self.root):
            for name in names:
                path = Path(folder) / name
                try:
                    stat = path.stat()
                except FileNotFoundError:
                    continue
                yield stat.st_mtime, stat.st_size, path
