"""Values of a call as they are shown: as the declaration of their field says, in the zone that the reader chose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from billing_app.cdrs.links import Links
from portal.cdrs.datasets import CDRS
from portal.cdrs.search import Call
from portal.platforms.models import Platform
from portal.ui.forms.words import number_label
from portal.ui.templatetags import portal_ui
from portal.ui.text import say
from portal.vos3000.codes import end_reason_text
from portal.vos3000.schema.base import Field, Format, Kind, Unit

END_REASON, SIDE, FLOW = "endReason", "endDirection", CDRS.key[0]
_NUMERIC = frozenset({Kind.INT32, Kind.INT64, Kind.DOUBLE})
Writer = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Cells:
    """What writes the values of calls of a platform. The zone is the active one."""

    platform: Platform
    links: Links

    def row(self, call: Call, columns: list[Field]) -> list[object]:
        """Return the cells of a row; the first leads to the call."""
        cells = [self.cell(each, call) for each in columns]
        url = call_url(self.platform, call)
        return [format_html('<a class="key" href="{}">{}</a>', url, cells[0]) if url else cells[0], *cells[1:]]

    def cell(self, declared: Field, call: Call) -> object:
        """Return a value as safe HTML or plain text; a link where what it names can be opened."""
        value = call.get(declared.name)
        if declared.name == END_REASON and value is not None:
            return say(end_reason_text(value, call.get(SIDE)))
        shown = _shown(declared, value)
        url = self.links.of(declared, value) if value else ""
        return format_html('<a href="{}">{}</a>', url, shown) if url else shown


def _shown(declared: Field, value: Any) -> object:
    if declared.codes and value is not None:
        return number_label(str(value), declared.codes)
    if declared.unit is Unit.SECONDS:
        return portal_ui.duration(value)
    if declared.name == FLOW:
        return portal_ui.or_none(None if value is None else str(value))
    return _BY_FORMAT.get(declared.format, portal_ui.or_none)(value)


def _instant(value: Any) -> SafeString:
    return portal_ui.epoch_ms(value, "bare")


_BY_FORMAT: Mapping[Format, Writer] = {Format.MONEY: portal_ui.money, Format.NUMBER: portal_ui.phone, Format.EPOCH_MS: _instant}


def is_numeric(declared: Field) -> bool:
    """Tell whether the values of a field stand under each other as figures."""
    return (
        declared.kind in _NUMERIC
        and not declared.codes
        and declared.format is not Format.EPOCH_MS
        and declared.name not in {END_REASON, FLOW}
    )


def label_of(declared: Field, platform: Platform, zone: str) -> str:
    """Return a column's heading: amounts with the currency, instants with the zone."""
    label = say(declared.label)
    if declared.format is Format.MONEY:
        return f"{label} ({platform.currency})"
    return f"{label} ({zone})" if declared.format is Format.EPOCH_MS else label


def call_url(platform: Platform, call: Call) -> str:
    """Return the address of a call, in the active zone; empty where what it is known by fits in none."""
    start, flow_no = call[CDRS.time], call[FLOW]
    if start < 0 or flow_no < 0:
        return ""
    return f"{reverse('billing:cdr', args=[platform.slug, start, flow_no])}?{urlencode({'zone': timezone.get_current_timezone_name()})}"
