"""Several values in one field: arrays, comma lists, codecs, days of the week."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.ui.forms.controls import Boxes
from portal.ui.forms.fields.base import LongTextField, SchemaField
from portal.ui.forms.numbers import integer_of
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Option, Setting, Typed
from portal.ui.forms.words import numbered, weekdays
from portal.vos3000.schema.base import Format, Kind
from portal.vos3000.schema.media import CODECS

_COMMAS = str.maketrans({"，": ",", "、": ",", "\n": ","})
_NUMBER_BREAKS = str.maketrans({"，": "\n", "、": "\n", ",": "\n", ";": "\n", " ": "\n", "\t": "\n"})


class CommaListField(LongTextField):
    """A text that is a list by its commas; the order is kept, blanks around the parts are not."""

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the parts joined by commas; a line or a Chinese comma parts them as well."""
        parts = (part.strip() for part in text.translate(_COMMAS).split(","))
        return ",".join(part for part in parts if part) or UNSET

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Ask for tags where there is JavaScript."""
        hint = "" if self.declared.help else _("Commas between several.")
        return {**super().context(typed, setting), "rows": 2 if self.wide else 1, "tags": "comma", "hint": hint}

    @property
    def wide(self) -> bool:
        """Whether the list may be long."""
        return self.declared.kind is Kind.LONG_STRING


class LinesField(LongTextField):
    """An array of texts or numbers, one a line; an array with nothing in it is left out."""

    offers_flag = False

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Show one value a line."""
        return NOTHING_TYPED if value is UNSET else Typed(text="\n".join(str(item) for item in value))

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the values of the lines that have one."""
        return self._items(typed.text) or UNSET

    def _items(self, text: str) -> list[Any]:
        if self.declared.kind in {Kind.INT32, Kind.INT64}:
            return [integer_of(item) for item in text.translate(_NUMBER_BREAKS).split()]
        if self.declared.format is Format.NUMBER:
            return text.translate(_NUMBER_BREAKS).split()
        return [line.strip() for line in text.splitlines() if line.strip()]

    def emptied(self) -> Any:
        """Return the array with nothing in it."""
        return []

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Ask for tags where there is JavaScript."""
        return {**super().context(typed, setting), "tags": "line", "hint": _("One a line.")}


class SecretLinesField(LinesField):
    """Several secrets, one a line, never shown again."""

    def show(self, _value: Any, _setting: Setting) -> Typed:
        """Return nothing, whatever the secrets are."""
        return NOTHING_TYPED

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Leave out of the page what was typed."""
        return {**super().context(NOTHING_TYPED, setting), "tags": "", "typed_before": bool(typed.text)}


class CodecField(LinesField):
    """Codecs in the order in which they are offered; known ones are suggested, any other may be written."""

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the known codecs."""
        return {
            **super().context(typed, setting),
            "known": CODECS,
            "hint": _("One a line, the preferred one first."),
        }


class WeekdaysField(SchemaField):
    """Days of the week as ``0,1,…,6`` with 0 for Sunday."""

    widget = Boxes
    cleared = ""

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Tick the days."""
        return NOTHING_TYPED if value is UNSET else Typed(boxes=tuple(day for day in str(value).split(",") if day), flag=True)

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the days in the order of the week."""
        return ",".join(sorted(set(typed.boxes))) if typed.boxes else "" if typed.flag else UNSET

    def context(self, typed: Typed, _setting: Setting) -> dict[str, Any]:
        """Add a box for every day, and for what stands there besides."""
        names = {str(day): numbered(day, name) for day, name in enumerate(weekdays())}
        odd = {box: box for box in typed.boxes if box not in names}
        options = [Option(day, name, day in typed.boxes) for day, name in {**names, **odd}.items()]
        return {"options": options, "flag_label": _("Send it empty when nothing is ticked")}
