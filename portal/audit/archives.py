"""Archives of the audit: signed gzip files of JSON lines, a row a line, which verify by themselves and link to the chain.

The last line tells what the file holds, from which hash to which, and the SHA-256 of the lines before it, all under a signature.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.audit import chain
from portal.audit.locks import alone
from portal.audit.rows import AuditRow, AuditSegment

LEVEL = 6


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: its number, the hash before it, and its own."""

    number: int
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Seal:
    """What an archive holds: the numbers of its first and last row, the hash before and at the end, the digest of its lines."""

    first_number: int
    last_number: int
    previous: str
    hash: str
    digest: str

    @property
    def signature(self) -> str:
        """The signature of all of it."""
        return chain.signature("archive", asdict(self))

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.begin_of_name}{self.last_number:012}.jsonl.gz"

    @property
    def begin_of_name(self) -> str:
        """What the names of all archives that begin with the same row begin with."""
        return f"audit-{self.first_number:012}-"


class BrokenArchive(Exception):
    """An archive does not hold; ``number`` is the first row of it that is wrong or cannot be read."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


def folder() -> Path:
    """Return where archives are."""
    return Path(settings.AUDIT_ARCHIVE)


@contextmanager
def in_hand() -> Iterator[None]:
    """Have the archives alone: nobody moves rows while somebody verifies, nor twice at once."""
    with alone(folder() / "lock"):
        yield


def write(rows: Iterable[AuditRow]) -> Seal:
    """Write the archive of rows that follow each other; it has its name only when it is whole and on the disk.

    One that begins with the same row was left by somebody who was killed, and goes.
    """
    draft = folder() / "draft"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=LEVEL, mtime=0) as file:
            seal = _written(file, rows)
        raw.flush()
        os.fsync(raw.fileno())
    for left in folder().glob(f"{seal.begin_of_name}*"):
        left.unlink()
    draft.replace(folder() / seal.name)
    _sync(folder())
    return seal


def _written(file: gzip.GzipFile, rows: Iterable[AuditRow]) -> Seal:
    digest, first, last = hashlib.sha256(), None, None
    for row in rows:
        last = Place(row.number, row.previous, row.hash)
        first = first or last
        line = json.dumps({**asdict(last), "tells": chain.told(row)}, sort_keys=True).encode() + b"\n"
        digest.update(line)
        file.write(line)
    if first is None or last is None:
        raise ValueError("an archive holds at least one row")
    seal = Seal(first.number, last.number, first.previous, last.hash, digest.hexdigest())
    file.write(json.dumps({**asdict(seal), "signature": seal.signature}, sort_keys=True).encode() + b"\n")
    return seal


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def seal_of(segment: AuditSegment) -> Seal:
    """Return what a segment says its archive holds."""
    return Seal(segment.first_number, segment.last_number, segment.previous, segment.hash, segment.digest)


def verified(seal: Seal) -> Iterator[tuple[Place, str]]:
    """Yield the rows of an archive, each with its time; raises :class:`BrokenArchive` at the first that does not hold."""
    path = folder() / seal.name
    number, previous, digest = seal.first_number, seal.previous, hashlib.sha256()
    try:
        with gzip.open(path, "rb") as file:
            while number <= seal.last_number:
                line = file.readline()
                digest.update(line)
                place, at = _row(line, number, previous)
                yield place, at
                number, previous = number + 1, place.hash
            _check_end(file, seal, previous, digest.hexdigest())
    except FileNotFoundError:
        raise BrokenArchive(number, f"{path} is not there") from None
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenArchive(number, f"{path} cannot be read: {error}") from error


def _row(line: bytes, number: int, previous: str) -> tuple[Place, str]:
    try:
        content: dict[str, Any] = json.loads(line)
        place = Place(content["number"], content["previous"], content["hash"])
        sealed = chain.seal(content["tells"], number, previous)
        at = str(content["tells"]["at"])
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenArchive(number, "its line in the archive cannot be read") from error
    if place != Place(number, previous, sealed):
        raise BrokenArchive(number, "its line in the archive is not what was recorded")
    return place, at


def _check_end(file: gzip.GzipFile, seal: Seal, last: str, digest: str) -> None:
    try:
        said: dict[str, Any] = json.loads(file.readline())
    except ValueError as error:
        raise BrokenArchive(seal.last_number, "the last line of its archive cannot be read") from error
    whole = said == {**asdict(seal), "signature": seal.signature} and (last, digest) == (seal.hash, seal.digest)
    if not whole or file.read(1):
        raise BrokenArchive(seal.last_number, "the end of its archive is not what was signed")
