"""Instants, days, moments and times of day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.ui.forms.controls import Split
from portal.ui.forms.fields.base import SchemaField, TextField
from portal.ui.forms.moments import (
    DAY_SECONDS,
    Turn,
    clock_text,
    day_digits,
    day_input,
    input_text,
    instant_of,
    local_of,
    moment_digits,
    moment_input,
    offsets_of,
    second_of,
    turn_of,
)
from portal.ui.forms.numbers import code_of, integer_of
from portal.ui.forms.typed import NOTHING_TYPED, UNSET, Option, Setting, Typed
from portal.ui.forms.words import choices
from portal.vos3000.schema.base import Text

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")


class InstantField(SchemaField):
    """Milliseconds since 1970 in the reader's zone; 0, "never" and what no calendar has are chosen beside the input."""

    widget = Split

    def show(self, value: Any, setting: Setting) -> Typed:
        """Show a moment in the input and every other number in the choice."""
        if value is UNSET:
            return NOTHING_TYPED
        local = None if value in (self.declared.special or {}) else local_of(int(value), setting.reader_zone)
        return Typed(text=input_text(local), choice=turn_of(local)) if local else Typed(choice=str(value))

    def read(self, typed: Typed, setting: Setting) -> Any:
        """Return the chosen number, else the instant of the typed time."""
        if typed.choice and typed.choice not in set(Turn):
            return integer_of(typed.choice)
        return instant_of(typed.text, setting.reader_zone, typed.choice) if typed.text.strip() else UNSET

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the zone, the special values, and the two turns of a time that comes twice."""
        special = {**(self.declared.special or {}), **self._odd(typed)}
        first = Option("", _("The time given"), not typed.choice)
        turns = self._turns(typed, setting)
        chosen = "" if any(turn.chosen for turn in turns) else typed.choice
        options = [*choices(special, chosen, first), *turns] if special or turns else []
        step = "0.001" if "." in typed.text else "1"
        shown = {"type": input_type(typed.text), "step": step, "suffix": setting.reader_zone}
        return {**shown, "options": options, "instead": _("what to send")}

    def _odd(self, typed: Typed) -> dict[int, Text]:
        """Return the held number that is neither special nor a moment."""
        number = code_of(typed.choice)
        return {} if number is None or number in (self.declared.special or {}) else {number: Text(_("as a number"))}

    def _turns(self, typed: Typed, setting: Setting) -> list[Option]:
        words = {Turn.FIRST: _("The first time (UTC%(offset)s)"), Turn.SECOND: _("The second time (UTC%(offset)s)")}
        offsets = offsets_of(typed.text, setting.reader_zone)
        return [Option(turn, words[turn] % {"offset": at}, typed.choice == turn) for turn, at in zip(Turn, offsets, strict=False)]


class ClockField(SchemaField):
    """Seconds since midnight; 24:00 and special values are chosen beside the input."""

    widget = Split

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Show a time in the input and every other number in the choice."""
        if value is UNSET:
            return NOTHING_TYPED
        clock = None if value in (self.declared.special or {}) else clock_text(int(value))
        return Typed(text=clock) if clock else Typed(choice=str(value))

    def read(self, typed: Typed, _setting: Setting) -> Any:
        """Return the chosen number, else the second of the typed time."""
        if typed.choice:
            return integer_of(typed.choice)
        return second_of(typed.text) if typed.text.strip() else UNSET

    def context(self, typed: Typed, _setting: Setting) -> dict[str, Any]:
        """Add 24:00 and the special values."""
        special = {**(self.declared.special or {}), DAY_SECONDS: Text(_("24:00, the end of the day"))}
        options = choices(special, typed.choice, Option("", _("The time given"), not typed.choice))
        shown = "time" if not typed.text or _CLOCK.fullmatch(typed.text) else "text"
        return {"options": options, "instead": _("what to send"), "type": shown, "step": "1"}


class DayField(TextField):
    """``yyyyMMdd`` in the platform's zone."""

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Show a day as the input has it, and what is no day as it is."""
        return NOTHING_TYPED if value is UNSET else Typed(text=day_input(str(value)) or str(value))

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the digits of the day."""
        return day_digits(text)

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the zone; what is no day stands in a plain input, since a day input would lose it."""
        fits = not typed.text or (len(typed.text) == len("2026-01-01") and day_input(typed.text.replace("-", "")) is not None)
        return {**super().context(typed, setting), "type": "date" if fits else "text", "suffix": setting.platform_zone}


class MomentField(TextField):
    """``yyyyMMddHHmmss`` in the platform's zone."""

    def show(self, value: Any, _setting: Setting) -> Typed:
        """Show a moment as the input has it, and what is none as it is."""
        return NOTHING_TYPED if value is UNSET else Typed(text=moment_input(str(value)) or str(value))

    def read_text(self, text: str, _setting: Setting) -> Any:
        """Return the digits of the moment."""
        return moment_digits(text)

    def context(self, typed: Typed, setting: Setting) -> dict[str, Any]:
        """Add the zone; what is no moment stands in a plain input."""
        return {**super().context(typed, setting), "type": input_type(typed.text), "step": "1", "suffix": setting.platform_zone}


def input_type(text: str) -> str:
    """Return the type of the input for a typed time: a plain one where ``datetime-local`` would drop the text."""
    try:
        fits = not text or ("T" in text and datetime.fromisoformat(text).replace(tzinfo=UTC).isoformat().startswith(text))
    except ValueError:
        fits = False
    return "datetime-local" if fits else "text"
