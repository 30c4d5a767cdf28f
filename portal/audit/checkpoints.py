"""Signed checkpoints in a file outside the database, by which a cut tail of the audit is noticed.

Every commit adds a line: the chain reached this number with this hash. The chain vouches for all that is before its last row, so the
file keeps only its first line, its last, and every line that the database no longer agrees with: whoever cuts the tail and
lets it grow again still has those against them. Several processes write; a lock beside the file keeps their lines apart.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from portal.audit.chain import signature
from portal.audit.locks import alone

COMPACT_AT_BYTES = 256 * 1024
# So many lines that tell of something wrong are kept: enough to see it, and the file stays small.
MOST_EVIDENCE = 100
_LONGEST_LINE = 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain ended with this row at this time (ISO 8601, UTC).

    ``begun`` is set on the first line of a file: the number of the first row that it vouches for. ``accepted`` tells that somebody
    began the file on purpose.
    """

    number: int
    hash: str
    at: str
    begun: int | None = None
    accepted: bool = False


Agree = Callable[[Sequence[Checkpoint]], Iterable[Checkpoint]]


class Unreadable(Exception):
    """A line is not one that the portal wrote; ``line`` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line} of {settings.AUDIT_CHECKPOINTS} was not written by the portal")
        self.line = line


def keep(first: int, number: int, hash_: str, agree: Agree) -> None:
    """Keep that the chain ended here once rows from ``first`` on were added.

    ``agree`` returns those checkpoints that the database agrees with. A failure is logged; the rows are there all the same.
    """
    try:
        with _locked() as path:
            fresh = not path.exists() or not path.stat().st_size
            _append(path, Checkpoint(number, hash_, _now(), begun=first if fresh else None))
            if path.stat().st_size > COMPACT_AT_BYTES:
                _compact(path, agree)
    except (OSError, DatabaseError):
        log.exception("the checkpoint of audit row %s (%s) was not kept", number, hash_)


def begin(number: int, hash_: str) -> None:
    """Begin the file anew at this end of the chain, on purpose; an older file is set aside under the time."""
    with _locked() as path:
        if path.exists():
            path.rename(path.with_name(f"{path.name}.{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"))
        _append(path, Checkpoint(number, hash_, _now(), begun=number + 1, accepted=True))


def read() -> list[Checkpoint]:
    """Return the checkpoints, the first line first; raises :class:`Unreadable` and ``OSError``.

    A last line without an end was cut by a full disk or a stop of the machine, and does not count.
    """
    with _locked() as path:
        lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    found = [_parsed(line) for line in lines]
    if None in found:
        raise Unreadable(found.index(None) + 1)
    return [each for each in found if each is not None]


@contextmanager
def _locked() -> Iterator[Path]:
    path = Path(settings.AUDIT_CHECKPOINTS)
    with alone(path.with_name(f"{path.name}.lock")):
        yield path


def _append(path: Path, checkpoint: Checkpoint) -> None:
    """Add a line in place of a cut one that somebody left at the end."""
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        descriptor, line = file.fileno(), _line(checkpoint)
        end = _end_of_lines(descriptor)
        os.truncate(descriptor, end)
        if os.pwrite(descriptor, line, end) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def _end_of_lines(descriptor: int) -> int:
    size = os.fstat(descriptor).st_size
    begin_at = max(0, size - _LONGEST_LINE)
    tail = os.pread(descriptor, _LONGEST_LINE, begin_at)
    return begin_at + tail.rfind(b"\n") + 1


def _compact(path: Path, agree: Agree) -> None:
    """Write the file anew with what still tells something."""
    lines = path.read_bytes().split(b"\n")[:-1]
    parsed = [_parsed(line) for line in lines]
    strange = [line for line, each in zip(lines, parsed, strict=True) if each is None]
    good = [each for each in parsed if each is not None]
    agreed = set(agree(good))
    against = sorted((each for each in good if each not in agreed), key=lambda each: each.number)
    last = max(good, key=lambda each: each.number)
    kept = dict.fromkeys([*(each for each in good if each.begun is not None), *against[-MOST_EVIDENCE:], last])
    _replace(path, [*(_line(each) for each in kept), *(line + b"\n" for line in strange[:MOST_EVIDENCE])])


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    draft = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _line(checkpoint: Checkpoint) -> bytes:
    content = asdict(checkpoint)
    return json.dumps({**content, "mac": signature("checkpoint", content)}).encode() + b"\n"


def _parsed(line: bytes) -> Checkpoint | None:
    try:
        content = json.loads(line)
        mac = content.pop("mac")
        checkpoint = Checkpoint(**content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return checkpoint if mac == signature("checkpoint", asdict(checkpoint)) else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
