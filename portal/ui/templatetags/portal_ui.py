"""The template vocabulary of the portal: ``{% load portal_ui %}``.

Filters turn one value into safe HTML that never breaks in the middle; nothing, None and an empty text show as a dash that
screen readers call "none". Block tags draw the components that stand around other content.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.ui import badges, components, formats, icons, text
from portal.ui.context import Chrome
from portal.ui.faults import Fault


class Notice(NamedTuple):
    """How a notice looks, and the word for those who do not see it."""

    css: str
    icon: str
    word: str | Promise


_GOOD = Notice("tone-good", "circle-check", _lazy("Done:"))
_WARN = Notice("tone-warn", "triangle-alert", _lazy("Warning:"))
_BAD = Notice("tone-bad", "octagon-alert", _lazy("Error:"))
_INFO = Notice("tone-info", "info", _lazy("Note:"))
NOTICES: Mapping[str, Notice] = MappingProxyType(
    {"good": _GOOD, "success": _GOOD, "warn": _WARN, "warning": _WARN, "bad": _BAD, "error": _BAD, "info": _INFO, "debug": _INFO}
)

# The portal itself is at fault: the rail and the bar, which need its database, are left out.
OWN_FAULTS = frozenset({500, 503})
register = template.Library()
_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)

register.filter("say", text.say)
register.filter("halves", components.halves)
register.filter("money_text", formats.money_text)
register.filter("number_text", formats.number_text)
register.simple_tag(icons.icon, name="icon")
register.simple_tag(badges.badge, name="badge")
register.filter("badge", badges.badge)


def none() -> SafeString:
    """Return how the absence of a value is shown."""
    return format_html('<span class="none"><span aria-hidden="true">–</span><span class="visually-hidden">{}</span></span>', _("none"))


def _absent(value: object) -> bool:
    return value is None or value == ""


@register.filter
def or_none(value: object) -> object:
    """Return a value, or a dash for nothing."""
    return none() if _absent(value) else value


def _unit(text: str) -> SafeString:
    return format_html('&nbsp;<span class="unit">{}</span></span>', text) if text else SafeString("</span>")


def _figure(css: str, shown: str, unit: str) -> components.Figure:
    return components.Figure.of(format_html('<span class="{}">{}', css, shown), _unit(unit), len(shown.partition(".")[2]))


@register.filter
def money(value: object, currency: str = "") -> SafeString:
    """Return a sum of money, exact, with its currency: ``{{ balance|money:platform.currency }}``."""
    if _absent(value):
        return none()
    number = formats.exact(value)
    if number is None:
        return format_html('<span class="money">{}{}', value, _unit(currency))
    return _figure("money is-negative" if number < 0 else "money", formats.grouped(number, formats.LEAST_DECIMALS), currency)


@register.filter
def number(value: object, unit: str = "") -> SafeString:
    """Return a number, exact, grouped by thousands, with its unit: ``{{ lines|number:"lines" }}``."""
    if _absent(value):
        return none()
    exact = formats.exact(value)
    if exact is None:
        return format_html('<span class="num">{}{}', value, _unit(unit))
    return _figure("num", formats.grouped(exact, 0), unit)


@register.filter
def phone(value: object) -> SafeString:
    """Return a telephone number as it is, unbroken."""
    return none() if _absent(value) else format_html('<span class="tel" translate="no">{}</span>', value)


def _instant(at: datetime, *, bare: bool) -> SafeString:
    zone = "" if bare else format_html('&nbsp;<span class="unit">{}</span>', formats.zone_text(at))
    return format_html('<time class="at" datetime="{}">{}{}</time>', at.isoformat(), formats.instant_text(at), zone)


@register.filter
def instant(value: object, how: str = "") -> SafeString:
    """Return an instant in the reader's zone: an aware datetime or its ISO text; ``"bare"`` leaves the zone to a heading."""
    if _absent(value):
        return none()
    at = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(at, datetime) or timezone.is_naive(at):
        return format_html('<span class="at">{}</span>', value)
    return _instant(at, bare=how == "bare")


@register.filter
def epoch_ms(value: object, how: str = "") -> SafeString:
    """Return an instant given in milliseconds since 1970; 0 is nothing, what no calendar holds shows as a number."""
    if _absent(value) or formats.exact(value) == 0:
        return none()
    at = formats.from_epoch_ms(value)
    return number(value) if at is None else _instant(at, bare=how == "bare")


@register.filter
def day(value: object) -> SafeString:
    """Return a softswitch's day ``20261123`` or moment ``20261123090500``, which are in the platform's own zone."""
    return none() if _absent(value) else format_html('<span class="at">{}</span>', formats.day_text(value))


@register.filter
def duration(seconds: object) -> SafeString:
    """Return a length of time in seconds as ``1:02:03``."""
    return none() if _absent(seconds) else format_html('<span class="num">{}</span>', formats.duration_text(seconds))


@register.filter
def pretty_json(value: object) -> str:
    """Return a value as indented JSON, decimals as exact numbers; text that is JSON is laid out anew, other text stays as it is."""
    try:
        return msgspec.json.format(value if isinstance(value, str) else _encoder.encode(value).decode(), indent=2)
    except msgspec.DecodeError:
        return str(value)


@register.filter
def may(actor: components.MayAct | None, right: str) -> bool:
    """Tell whether somebody has a right: ``{% if actor|may:"accounts:account:create" %}``."""
    return actor is not None and actor.may(right)


@register.filter
def allowed(actions: list[components.Action], actor: components.MayAct) -> list[components.Action]:
    """Return the actions that somebody may take: ``{% for action in actions|allowed:actor %}``."""
    return components.allowed(actions, actor)


@register.filter
def framed(chrome: Chrome | None, fault: Fault | None) -> bool:
    """Tell whether a page has the rail and the bar: for somebody logged in, unless the portal itself is at fault."""
    return chrome is not None and chrome.person is not None and (fault is None or fault.status not in OWN_FAULTS)


@register.filter
def notice_look(tone: str) -> Notice:
    """Return how a notice of a tone looks; Django's levels of messages are tones too."""
    return NOTICES.get(tone.rpartition(" ")[2], NOTICES["info"])


def _around(context: Context, name: str, words: dict[str, Any]) -> SafeString:
    """Draw a component of ``templates/ui/`` in the present context."""
    engine = context.template.engine  # type: ignore[union-attr]  # a tag is drawn by a template
    with context.push(**words):
        return engine.get_template(f"ui/{name}.html").render(context)


@register.simple_block_tag(takes_context=True)
def panel(context: Context, content: SafeString, title: object = "", **words: Any) -> SafeString:
    """Draw ``ui/panel.html`` around content: ``{% panel _("Balance") icon="wallet" flush=True %}…{% endpanel %}``."""
    return _around(
        context, "panel", {"icon": "", "tail": "", "id": "", "danger": False, "flush": False, **words, "title": title, "content": content}
    )


@register.simple_block_tag(takes_context=True)
def filters(context: Context, content: SafeString, **words: Any) -> SafeString:
    """Draw ``ui/filters.html`` around the fields of a list's filter: ``{% filters clear_url="?" %}…{% endfilters %}``."""
    return _around(context, "filters", {"action": "", "clear_url": "", "target": "", **words, "content": content})


@register.simple_block_tag(takes_context=True)
def confirm(context: Context, content: SafeString, **words: Any) -> SafeString:
    """Draw ``ui/confirm.html`` around the hidden fields of a form that says before and after: ``{% confirm changes=… %}``."""
    return _around(context, "confirm", {"changes": (), "submit": "", "cancel_url": "", "danger": False, **words, "content": content})


@register.simple_block_tag(takes_context=True)
def dialog(context: Context, content: SafeString, **words: Any) -> SafeString:
    """Draw ``ui/dialog.html`` around content: ``{% dialog id="ask" title=_("Lock") %}…{% enddialog %}``."""
    return _around(context, "dialog", {**words, "content": content})


@register.simple_block_tag(takes_context=True)
def dropdown(context: Context, content: SafeString, **words: Any) -> SafeString:
    """Draw ``ui/dropdown.html``, a menu that opens without a script: ``{% dropdown label=_("More") icon="ellipsis" %}``."""
    return _around(context, "dropdown", {"icon": "", "small": False, "start": False, **words, "content": content})
