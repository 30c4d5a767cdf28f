"""Answers too large for memory: their rows go to disk as they come, apart from what stands around them.

The rows are not looked at. The list begins where its name and a bracket stand in the beginning of the answer; it ends at the first bracket
near the end behind which, with an empty list in its place, a whole answer is left. A bracket in a text is none of these: with it
the quotes would not pair.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import httpx

from portal.vos3000.decode import BYTE_ORDER_MARK
from portal.vos3000.endpoint import LARGEST_DOWNLOAD
from portal.vos3000.errors import CutAnswer, NotVos, TooLarge
from portal.vos3000.exchange import judged, pieces, wrong_charset
from portal.vos3000.mask import BEGINNING_BYTES
from portal.vos3000.schema.base import Text

#: So many bytes may stand before the rows.
HEAD = 4 * 1024 * 1024
#: In so many bytes of the end the end of the rows is looked for; in more where it is not there (a server may explain itself at length).
TAILS = (64 * 1024, 512 * 1024, 4 * 1024 * 1024)
#: No longer than this is the name of a list with what stands before its bracket.
NAME = 1024
NOTHING = b"[]"
# A bracket that may end the list: another name follows, or the end of the object that holds it.
_END = re.compile(rb'\](?=\s*(?:,\s*"|\}\s*\]?\s*$))')


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer whose rows are in a file: a JSON array in UTF-8 of ``bytes`` bytes; ``warning`` is set where the softswitch cut them."""

    path: Path
    bytes: int
    seconds: float
    warning: Text | None


def saved(response: httpx.Response, *, rows: str, into: Path, until: float, most: int) -> bytes:
    """Write the rows of an answer to a file as it comes; return the answer without them.

    ``rows`` is the name of their list. Raises as a whole answer does, and ``OSError`` where the file cannot be written.
    """
    if not response.is_success:
        return judged(response, b"".join(pieces(response, until, HEAD)))
    with into.open("w+b") as file:
        splitter = Splitter(rows, file)
        for piece in _in_utf8(response, pieces(response, until, most, LARGEST_DOWNLOAD)):
            splitter.feed(piece)
        return judged(response, splitter.envelope())


class Splitter:
    """Parts an answer's rows, which it writes to a file, from what stands around them."""

    def __init__(self, rows: str, file: BinaryIO) -> None:
        self._begin = re.compile(rb'(?<!\\)"' + re.escape(rows.encode()) + rb'"\s*:\s*(?=\[)')
        self._file = file
        self._head = b""
        self._found = False

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the answer."""
        if self._found:
            self._file.write(piece)
            return
        begin = self._begin.search(self._head + piece, max(0, len(self._head) - NAME))
        self._head += piece
        if begin and self._is_answer():
            self._found = True
            self._file.write(self._head[begin.end() :])
            self._head = self._head[: begin.end()]
        elif len(self._head) > BEGINNING_BYTES and not self._is_answer():
            raise NotVos(f"{len(self._head)} bytes of something else", raw=self._beginning())
        elif len(self._head) > HEAD:
            raise TooLarge(f"no rows in the first {HEAD} bytes", raw=self._beginning())

    def envelope(self) -> bytes:
        """Return the whole answer with an empty list in the place of the rows, once all is there; the file ends with their end."""
        if not self._found:
            self._file.write(NOTHING)
            return self._head
        size = self._file.tell()
        for length in TAILS:
            place = max(1, size - length)
            self._file.seek(place)
            tail = self._file.read()
            for end in _END.finditer(tail):
                if self._is_whole(tail[end.end() :]):
                    self._file.truncate(place + end.end())
                    return self._head + NOTHING + tail[end.end() :]
            if place == 1:
                break
        raise CutAnswer(f"no end of the rows in {size} bytes", raw=self._beginning())

    def _is_answer(self) -> bool:
        return self._plain_head()[:1] in (b"{", b"[")

    def _is_whole(self, rest: bytes) -> bool:
        """Tell whether a whole answer is left with the list ending here; what stands before the list is not looked at again."""
        before = '[{"":[]' if self._plain_head()[:1] == b"[" else '{"":[]'
        try:
            json.loads(before + rest.decode(), strict=False)
        except (ValueError, RecursionError):
            return False
        return True

    def _plain_head(self) -> bytes:
        return self._head[:BEGINNING_BYTES].removeprefix(BYTE_ORDER_MARK).lstrip()

    def _beginning(self) -> str:
        return self._head[:BEGINNING_BYTES].decode("utf-8", "replace")


def _in_utf8(response: httpx.Response, given: Iterator[bytes]) -> Iterator[bytes]:
    """Pass bytes on that are UTF-8; raises at the first that are not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    type_, beginning = response.headers.get("content-type", "no type"), ""
    try:
        for piece in given:
            beginning = beginning or piece[:BEGINNING_BYTES].decode("utf-8", "replace")
            if decoder.getstate()[0] or not piece.isascii():
                decoder.decode(piece)
            yield piece
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise wrong_charset(error, type_, beginning) from error
