"""Room on this machine's disk for what is only on its way; what a process that died left behind is removed by the next."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path

PREFIX = "process-"
LOCK = ".lock"


class Scratch:
    """A folder of this process, which goes when the process ends.

    The process holds a lock in it: whose lock can be taken has no process any more, whatever the number of that was.
    """

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        _remove_left(root)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
        self._lock = (self.folder / LOCK).open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        weakref.finalize(self, _removed_by_owner, self.folder, os.getpid())


def _removed_by_owner(folder: Path, owner: int) -> None:
    # A child that was forked ends, too, and must not take its parent's folder with it.
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left(root: Path) -> None:
    for folder in root.glob(f"{PREFIX}*"):
        # A folder without its lock is being made or removed by somebody else.
        with suppress(OSError), (folder / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
