"""Codes, bits and days in words: the number always stands beside the name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.ui.forms.numbers import code_of
from portal.ui.forms.typed import Option
from portal.ui.text import say
from portal.vos3000.schema.base import Text

_SUNDAY, _DAY = date(2023, 1, 1), timedelta(days=1)


def numbered(number: object, name: str) -> str:
    """Return a coded choice as it is always shown: its number beside its name."""
    return f"{number} – {name}"


def number_label(number: str, names: Mapping[int, Text]) -> str:
    """Return a code with its name, or with the words that nobody knows it."""
    code = code_of(number)
    known = None if code is None else names.get(code)
    return numbered(number, say(known) if known else _("unknown code"))


def choices(names: Mapping[int, Text], chosen: str, first: Option | None = None) -> list[Option]:
    """Return the options of a select; an unknown code that is held or was typed is one of them."""
    options = [Option(str(number), numbered(number, say(name)), str(number) == chosen) for number, name in names.items()]
    if chosen and not any(option.chosen for option in options) and (first is None or chosen != first.value):
        options.append(Option(chosen, number_label(chosen, names), chosen=True))
    return [first, *options] if first else options


def weekdays() -> list[str]:
    """Return the names of the days from Sunday on."""
    return [date_format(_SUNDAY + day * _DAY, "l") for day in range(7)]
