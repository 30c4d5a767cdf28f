"""A store in a folder of this machine, or of a file system that several machines mount."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath

from portal.store.base import AlreadyThere, NotInStore, StoreFull, StoreUnreachable

PIECE = 256 * 1024
DRAFT = ".draft"
_FULL = (errno.ENOSPC, errno.EDQUOT)
# Another disk, or one that has no links.
_NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EACCES)


class FolderStore:
    """Files under one folder; a file appears under its name only when all of it is on the disk.

    A folder that is not there, or is empty, is made or begun only while ``begun`` tells that nothing is kept yet: else its file system
    is not mounted, and what would be put there would be gone from sight once it is.
    """

    def __init__(self, root: Path, begun: Callable[[], bool] = lambda: False) -> None:
        self.root = root
        self._begun = begun

    def put(self, path: Path, name: str) -> int:
        """Keep a file under a new name."""
        place = self._place(name)
        self._check()
        with explained():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = draft_of(place)
            try:
                linked_or_copied(path, draft)
                _flush(draft)
                _named(draft, place)
            except FileExistsError:
                raise AlreadyThere(name) from None
            finally:
                draft.unlink(missing_ok=True)
            _flush(place.parent)
            return place.stat().st_size

    def local(self, name: str) -> Path:
        """Return the file itself."""
        place = self._place(name)
        with self._explained():
            place.stat()
        return place

    def local_all(self, names: Sequence[str]) -> list[Path]:
        """Return the files themselves."""
        return [self.local(name) for name in names]

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        with self._explained():
            return self._place(name).stat().st_size

    def read(self, name: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes of a part of a file."""
        with self._explained(), self._place(name).open("rb") as file:
            yield from pieces(file.fileno(), first, last)

    def delete(self, names: list[str]) -> None:
        """Remove files."""
        self._check()
        with explained():
            for name in names:
                self._place(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> Iterator[str]:
        """Yield names that begin with a prefix, drafts left out."""
        return (name for name, _place in self._files(prefix) if not name.rpartition("/")[2].startswith("."))

    def put_before(self, prefix: str, moment: datetime) -> Iterator[str]:
        """Yield names of older files, drafts of processes that died included."""
        for name, place in self._files(prefix):
            try:
                old = place.stat().st_mtime < moment.timestamp()
            except FileNotFoundError:
                continue
            if old:
                yield name

    def _files(self, prefix: str) -> Iterator[tuple[str, Path]]:
        self._check()
        with explained():
            folder = self._place(prefix.rpartition("/")[0])
            for place in sorted(folder.rglob("*")) if folder.exists() else ():
                name = place.relative_to(self.root).as_posix()
                if name.startswith(prefix) and place.is_file():
                    yield name, place

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            with explained():
                yield
        except NotInStore as error:
            # Without its folder (a file system that is not mounted) it is not one file that is missing.
            if self._is_there():
                raise
            raise StoreUnreachable(str(error)) from error

    def _is_there(self) -> bool:
        try:
            with os.scandir(self.root) as entries:
                return next(entries, None) is not None
        except OSError:
            return False

    def _check(self) -> None:
        """Raise :class:`StoreUnreachable` where the folder is not the one that files were kept in."""
        if not self._is_there() and self._begun():
            raise StoreUnreachable(str(self.root))

    def _place(self, name: str) -> Path:
        return self.root / checked(name)


def checked(name: str) -> str:
    """Return a name unless it leads out of the store."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise NotInStore(name)
    return name


def pieces(handle: int, first: int, last: int) -> Iterator[bytes]:
    """Yield the bytes of an open file from the first to the last, both inclusive."""
    while first <= last and (piece := os.pread(handle, min(PIECE, last - first + 1), first)):
        first += len(piece)
        yield piece


def draft_of(place: Path) -> Path:
    """Return where a file is written before it has its name."""
    return place.with_name(f".{place.name}.{uuid.uuid4().hex}{DRAFT}")


def is_draft(name: str) -> bool:
    """Tell whether a name in a store is that of a draft, which is no file of anybody's."""
    last = name.rpartition("/")[2]
    return last.startswith(".") and last.endswith(DRAFT)


def linked_or_copied(path: Path, to: Path) -> None:
    """Have a file under another name, too: on one disk it is the same file, which nobody writes any more."""
    try:
        os.link(path, to)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copyfile(path, to)


def _named(draft: Path, place: Path) -> None:
    """Have a whole file appear under its name; raises FileExistsError where the name is taken."""
    try:
        os.link(draft, place)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        _renamed(draft, place)


def _renamed(draft: Path, place: Path) -> None:
    """Do so where there are no links.

    A rename would replace what is there, so only who holds the claim of the name looks and renames. The claim is a file of its own: an
    empty one under the name itself would be read as a whole one. It is swept like a draft where its process died; until then the name
    counts as taken.
    """
    claim = place.with_name(f".{place.name}{DRAFT}")
    claim.touch(exist_ok=False)
    try:
        if place.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
        draft.replace(place)
    finally:
        claim.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have what was written reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def explained() -> Iterator[None]:
    """Raise faults of the disk by what they mean."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotInStore(str(error)) from error
    except OSError as error:
        raise (StoreFull if error.errno in _FULL else StoreUnreachable)(str(error)) from error
