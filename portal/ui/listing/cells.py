"""Values of a column as safe HTML for the screen, and as plain text and numbers for a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.platforms.models import Platform
from portal.ui import formats
from portal.ui.badges import badge
from portal.ui.forms.words import number_label
from portal.ui.listing.columns import Column, Look
from portal.ui.objects.addresses import linked
from portal.ui.templatetags import portal_ui
from portal.ui.text import say

Cell = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom cells are written: the platforms by id, and whether the list is of one of them only."""

    platforms: Mapping[int, Platform]
    single: bool

    def currency(self, row: Any) -> str:
        """Return the currency beside an amount; in a list of one platform the heading has it."""
        return "" if self.single else self.platforms[row.platform_id].currency


def html_of(column: Column, resource: str, reader: Reader) -> Cell:
    """Return what writes a column's cells as safe HTML."""
    attribute, value_html = column.attribute, _html_of_value(column)
    match column.look:
        case Look.PLATFORM:
            names = {pk: each.name for pk, each in reader.platforms.items()}
            return lambda row: names[row.platform_id]
        case Look.MONEY:
            return lambda row: portal_ui.money(getattr(row, attribute), reader.currency(row))
        case Look.KEY | Look.LINK:
            to = resource if column.look is Look.KEY else column.ref
            return lambda row: _link(linked(to, reader.platforms[row.platform_id], getattr(row, attribute)), getattr(row, attribute))
        case _:
            return lambda row: value_html(getattr(row, attribute))


def _link(url: str, text: str) -> SafeString | str:
    return format_html('<a class="key" href="{}">{}</a>', url, text) if url else portal_ui.or_none(text)  # type: ignore[return-value]


def _html_of_value(column: Column) -> Cell:
    if column.look is Look.BADGE:
        drawn = {value: badge(state) if state else portal_ui.none() for value, state in column.badges.items()}
        words = _words_of(column)
        return lambda value: drawn.get(value) or portal_ui.or_none(words(value))
    if column.look in {Look.NUMBER, Look.INSTANT, Look.CODE, Look.YES_NO}:
        words = _words_of(column)
        return lambda value: portal_ui.or_none(words(value))
    return {Look.TELEPHONE: portal_ui.phone}.get(column.look, portal_ui.or_none)


def _words_of(column: Column) -> Callable[[Any], str]:
    """Return what tells a value in words: a code with its number, a special value by its name, an instant in the active zone."""
    codes = (column.declared.codes or column.declared.special or {}) if column.declared else {}
    known = {number: number_label(str(number), codes) for number in codes}
    yes, no = _("Yes"), _("No")

    def words(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, bool):
            return yes if value else no
        return known.get(value) or _plain_words(column.look, value, codes=bool(column.declared and column.declared.codes))

    return words


def _plain_words(look: Look, value: Any, *, codes: bool) -> str:
    if codes:
        return number_label(str(value), {})
    if look is Look.INSTANT:
        at = formats.from_epoch_ms(value)
        return formats.instant_text(at) if at else formats.number_text(value)
    return formats.number_text(value)


def file_value_of(column: Column, reader: Reader) -> Cell:
    """Return what gives a column's values for a file: exact decimals for money, else the words of the screen."""
    attribute = column.attribute
    if column.look is Look.PLATFORM:
        names = {pk: each.name for pk, each in reader.platforms.items()}
        return lambda row: names[row.platform_id]
    if column.look is Look.MONEY:
        return lambda row: _exact(getattr(row, attribute))
    if column.look in {Look.KEY, Look.LINK, Look.TELEPHONE, Look.TEXT}:
        return lambda row: getattr(row, attribute) or ""
    words = _words_of(column)
    return lambda row: words(getattr(row, attribute))


def _exact(value: Decimal | None) -> Decimal | str:
    """Return an amount without empty decimals beyond two, as on the screen."""
    return "" if value is None else Decimal(formats.money_text(value).replace(",", ""))


def label_of(column: Column, reader: Reader) -> str:
    """Return a column's heading: with the currency of a list of one platform, with the zone where there are instants."""
    label = say(column.label)
    if column.look is Look.MONEY and reader.single:
        return f"{label} ({next(iter(reader.platforms.values())).currency})"
    return f"{label} ({formats.zone_text()})" if column.look is Look.INSTANT else label
