"""What all parts of one form share: the post, who reads it, and which row was added or removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal.ui.forms.controls import one, several
from portal.ui.forms.typed import Setting

ADD, REMOVE = "_add", "_remove"
SEEN = "_seen"
ROWS = "__rows"
MOST_ROWS = 200
_DIGITS = 4


@dataclass(frozen=True)
class Frame:
    """The surroundings of a form and of every form in it.

    ``data`` is None while nothing was posted. ``conditions`` says by path under which other value a field counts.
    """

    setting: Setting
    data: Mapping[str, Any] | None = None
    files: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, str] = field(default_factory=dict)

    @property
    def bound(self) -> bool:
        """Whether something was posted."""
        return self.data is not None

    @cached_property
    def adding(self) -> str:
        """The path of the rows that get one more; empty where another button was pressed."""
        return one(self.data or {}, ADD)

    @cached_property
    def removing(self) -> str:
        """The path of the row that is taken out; empty where another button was pressed."""
        return one(self.data or {}, REMOVE)

    @property
    def editing_rows(self) -> bool:
        """Whether the post only adds or removes a row."""
        return bool(self.adding or self.removing)

    @cached_property
    def _indexes(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for name in self.data or {}:
            words = str(name).split(".")
            for place, word in enumerate(words[1:], 1):
                if word.isascii() and word.isdecimal() and len(word) <= _DIGITS:
                    found.setdefault(".".join(words[:place]), set()).add(int(word))
        return found

    def texts(self, name: str) -> list[str]:
        """Return every text posted under a name."""
        return [text for text in several(self.data or {}, name) if isinstance(text, str)]

    def rows_posted(self, path: str) -> list[int]:
        """Return the numbers of the rows posted under a path; they keep their numbers when one between them goes."""
        return sorted(self._indexes.get(path, ()))
