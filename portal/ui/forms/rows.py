"""Rows of a form: an array of nested objects, added and removed by buttons that post the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.ui.forms.bound import id_of
from portal.ui.forms.frame import MOST_ROWS, ROWS, Frame
from portal.ui.forms.typed import UNSET, Mode, Wire
from portal.ui.text import say
from portal.vos3000.schema.base import Field

if TYPE_CHECKING:
    from portal.ui.forms.struct_form import StructForm

MakeRow = Callable[[str, Wire, Wire], "StructForm"]


class Rows:
    """The rows of one array. A row that was left blank is not sent; rows keep their numbers while the form is edited."""

    kind = "rows"
    is_wide = True
    template_name = "ui/forms/rows.html"

    def __init__(self, declared: Field, frame: Frame, path: str, read: tuple[list[Wire], list[Wire]], make: MakeRow) -> None:
        """Take the values the page was made from and those just read in ``read``, and ``make`` for one row's form."""
        self.declared = declared
        self.frame = frame
        self.path = path
        self.base, self.fresh = read
        self.marker = path + ROWS
        self.id = id_of(path)
        self.label = say(declared.label)
        self.help_text = say(declared.help)
        self.there = frame.data is not None and self.marker in frame.data
        self._make = make
        self.problems: list[str] = []

    @cached_property
    def _numbers(self) -> list[int]:
        if self.frame.bound and (self.there or self.frame.setting.mode is not Mode.MODIFY):
            return self._posted
        blank = self.declared.required and not self.base and not self.frame.bound
        return [0] if blank else list(range(len(self.base)))

    @cached_property
    def _posted(self) -> list[int]:
        removed = self.frame.removing.removeprefix(f"{self.path}.")
        kept = [number for number in self.frame.rows_posted(self.path) if str(number) != removed][:MOST_ROWS]
        if self.is_adding and len(kept) < MOST_ROWS:
            kept.append(max([len(self.base) - 1, *self.frame.rows_posted(self.path)]) + 1)
        return kept

    @property
    def console(self) -> bool:
        """Whether the wire name is shown."""
        return self.frame.setting.mode is Mode.CONSOLE

    @property
    def is_adding(self) -> bool:
        """Whether this array gets one more row with this post."""
        return self.frame.adding == self.path

    @cached_property
    def forms(self) -> list[StructForm]:
        """The rows, each a form of its own."""
        return [self._row(number) for number in self._numbers]

    def _row(self, number: int) -> StructForm:
        base = self.base[number] if number < len(self.base) else {}
        fresh = self.fresh[number] if number < len(self.fresh) else {}
        return self._make(f"{self.path}.{number}", base, fresh)

    @property
    def full(self) -> bool:
        """Whether there is no room for another row."""
        return len(self.forms) >= MOST_ROWS

    @cached_property
    def sent(self) -> list[StructForm]:
        """The rows that are not blank, in the order in which they are sent."""
        return [form for form in self.forms if form.value() is not UNSET]

    @cached_property
    def touched(self) -> bool:
        """Whether a row was changed, added or removed."""
        if not self.there:
            return False
        gone = set(range(len(self.base))) - set(self._numbers)
        return bool(gone) or any(form.touched for form in self.forms)

    @property
    def changed(self) -> bool:
        """Whether the array is another than before."""
        return self.touched and (len(self.sent) != len(self.base) or any(form.changed for form in self.forms))

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not self.sent

    def value(self) -> Any:
        """Return the rows as they are sent; an empty array only where a Modify takes the last row out."""
        if self.frame.setting.mode is Mode.MODIFY and not self.touched:
            return self.base or UNSET
        values = [form.value() for form in self.sent]
        emptied = self.base and self.touched and self.frame.setting.mode is Mode.MODIFY
        return values if values or emptied else UNSET

    @cached_property
    def messages(self) -> list[str]:
        """What is wrong with the array itself."""
        if not self.frame.bound or self.frame.editing_rows:
            return []
        own = []
        posted = len(self.frame.rows_posted(self.path))
        if posted > MOST_ROWS:
            own.append(
                ngettext("At most %(most)d rows fit; %(posted)d was posted.", "At most %(most)d rows fit; %(posted)d were posted.", posted)
                % {"most": MOST_ROWS, "posted": posted}
            )
        if self.declared.required and not self.sent:
            own.append(_("Add at least one row."))
        return own + self.problems
