"""Wire values for reading: detail pages, differences, answers of the console."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from portal.ui.formats import money_text, number_text
from portal.ui.forms.moments import DAY_SECONDS, clock_text, day_input, local_of, moment_input
from portal.ui.forms.typed import UNSET, Setting
from portal.ui.forms.words import number_label, numbered, weekdays
from portal.ui.text import say
from portal.vos3000.schema.base import Field, Format, Kind, Struct

MASK = "•••"
NONE = "–"


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words; ``template_name`` shows it.

    ``kind`` is text, number, money, code, yes-no, instant, secret, unset, empty, list, object or rows. ``note`` is the unit, the
    currency or the zone. ``parts`` are the items of a list; ``pairs`` the labelled fields of an object.
    """

    text: str
    kind: str = "text"
    note: str = ""
    parts: tuple[Shown, ...] = ()
    pairs: tuple[tuple[str, Shown], ...] = ()
    template_name: str = field(default="ui/forms/value.html", repr=False)

    def __str__(self) -> str:
        return f"{self.text} {self.note}".rstrip() if self.kind != "instant" else f"{self.text} ({self.note})"


def shown(declared: Field, value: Any, setting: Setting) -> Shown:
    """Return a value of a declared field in words; of whatever type it is, since an answer may be anything."""
    if value is UNSET or value is None:
        return Shown(_("not set"), "unset")
    if declared.secret:
        return Shown(MASK if value not in ("", []) else _("empty"), "secret")
    if declared.many and isinstance(value, list | tuple):
        return _several(declared, value, setting)
    if declared.struct is not None:
        return shown_object(declared.struct, value, setting) if isinstance(value, Mapping) else Shown(str(value))
    return Shown(_("empty"), "empty") if value == "" else _one(declared, value, setting)


def shown_object(struct: Struct, values: Mapping[str, Any], setting: Setting) -> Shown:
    """Return the fields of an object that are there, under their labels, in the order of the struct."""
    pairs = tuple((say(each.label), shown(each, values[each.name], setting)) for each in struct if values.get(each.name) is not None)
    return Shown("; ".join(f"{label}: {value}" for label, value in pairs) or _("empty"), "object", pairs=pairs)


def _several(declared: Field, values: Iterable[Any], setting: Setting) -> Shown:
    struct = declared.struct
    parts = tuple(
        shown_object(struct, value, setting) if struct and isinstance(value, Mapping) else _one(declared, value, setting)
        for value in values
    )
    words = ", ".join(str(part) for part in parts) if struct is None else " | ".join(part.text for part in parts)
    return Shown(words or _("empty"), ("rows" if struct else "list") if parts else "empty", parts=parts)


def _one(declared: Field, value: Any, setting: Setting) -> Shown:
    if isinstance(value, bool):
        return Shown(_("Yes") if value else _("No"), "yes-no")
    if isinstance(value, int | Decimal):
        return _number(declared, value, setting)
    if isinstance(value, str):
        return _text(declared, value, setting)
    return Shown(str(value))


def _number(declared: Field, value: int | Decimal, setting: Setting) -> Shown:
    names = declared.codes or declared.special or {}
    if declared.codes or value in names:
        return Shown(number_label(str(value), names), "code")
    if declared.flags or declared.format is Format.LENGTH_MASK:
        return _mask(declared, int(value))
    if declared.format is Format.EPOCH_MS:
        local = local_of(int(value), setting.reader_zone)
        return Shown(f"{local:%Y-%m-%d %H:%M:%S}", "instant", setting.reader_zone) if local else Shown(str(value), "number")
    if declared.format is Format.SECOND_OF_DAY:
        return Shown(_("24:00") if value == DAY_SECONDS else clock_text(int(value)) or str(value))
    if declared.format is Format.MONEY:
        return Shown(money_text(value), "money", setting.currency)
    unit = say(declared.unit.text) if declared.unit else ""
    counted = bool(declared.unit) or isinstance(value, Decimal)  # what has no unit is a port, an id, a flow number
    return Shown(number_text(value) if counted else str(value), "number", unit)


def _mask(declared: Field, value: int) -> Shown:
    width = 64 if declared.kind is Kind.INT64 else 32
    bits = [bit for bit in range(width) if (value & (2**width - 1)) >> bit & 1]
    if declared.format is Format.LENGTH_MASK:
        return Shown(", ".join(map(str, bits)) or _("every length"), "list")
    names = declared.flags or {}
    parts = tuple(Shown(numbered(bit, say(names[bit]) if bit in names else _("unknown"))) for bit in bits)
    return Shown(", ".join(part.text for part in parts) or _("none"), "list", parts=parts)


def _text(declared: Field, value: str, setting: Setting) -> Shown:
    if declared.format is Format.DAY and (day := day_input(value)):
        return Shown(day, "instant", setting.platform_zone)
    if declared.format is Format.MOMENT and (moment := moment_input(value)):
        return Shown(moment.replace("T", " "), "instant", setting.platform_zone)
    if declared.format is Format.WEEKDAYS:
        return Shown(", ".join(_weekday(day) for day in value.split(",")))
    if declared.format is Format.WAV:
        return Shown(_("%(count)d bytes") % {"count": len(value) // 2})
    if declared.format is Format.COMMA_LIST:
        return Shown(value, "list", parts=tuple(Shown(part.strip()) for part in value.split(",") if part.strip()))
    return Shown(value)


def _weekday(day: str) -> str:
    names = weekdays()
    return numbered(day, names[int(day)]) if day in {str(number) for number in range(len(names))} else day
