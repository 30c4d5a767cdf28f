"""What the page of an export is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing_app.cdrs.asked import Asked, in_order
from billing_app.cdrs.fields import chips_of
from portal.access.actor import Actor
from portal.access.roles import export_limits
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.limits import used
from portal.cdrs.exports.slices import SORTED_AT_ONCE
from portal.cdrs.exports.wanted import Format
from portal.cdrs.exports.work import MOST_ROWS
from portal.cdrs.selection import questions_for, visible
from portal.platforms.models import Platform
from portal.ui.components import Choice, Crumb, Fact
from portal.ui.formats import number_text
from portal.ui.menu import address
from portal.ui.templatetags.portal_ui import number
from portal.ui.text import say


def context_of(actor: Actor, platform: Platform, asked: Asked, columns: Sequence[str], format_: str) -> dict[str, Any]:
    """Return the form: what is exported, as what, and what the reader's role may."""
    return {
        "platform": platform,
        "crumbs": _crumbs(platform, asked),
        "hidden": asked.selection.pairs(),
        "columns": [Choice(name, say(CDRS.struct[name].label), name in columns) for name in in_order(visible(actor))],
        "formats": [(each.value, each.label, hint, each.value == format_) for each, hint in _hints().items()],
        "zone": asked.typed.get("zone", "") if "zone" in asked.problems else asked.zone,
        "zone_problem": asked.problems.get("zone", ""),
        "zones": list(dict.fromkeys((actor.zone, platform.time_zone, "UTC"))),
        "as_shown": SORTED_AT_ONCE,
        "limits": _limits(actor),
        "back": search_url(platform, asked),
    }


def search_url(platform: Platform, asked: Asked) -> str:
    """Return where the selection is searched, as it was shown."""
    return f"{reverse('billing:cdrs', args=[platform.slug])}{asked.url()}"


def facts(actor: Actor, asked: Asked, rows: int) -> list[Fact]:
    """Return what is exported."""
    zone, span = ZoneInfo(asked.zone), asked.selection.span
    begin, end = (f"{datetime.fromtimestamp(each / 1000, zone):%Y-%m-%d %H:%M:%S}" for each in (span.begin_ms, span.end_ms - 1))
    told = [Fact(_("Rows"), number(rows)), Fact(_("Period"), f"{begin} – {end}", asked.zone)]
    chips = [str(each.label) for each in chips_of(questions_for(actor), asked)]
    return [*told, Fact(_("Only"), "; ".join(chips))] if chips else told


def _crumbs(platform: Platform, asked: Asked) -> list[Crumb]:
    return [Crumb(platform.name, address("accounts:list", platform.slug)), Crumb(_("CDRs"), search_url(platform, asked))]


def _hints() -> dict[Format, str]:
    most = number_text(MOST_ROWS[Format.XLSX])
    return {
        Format.CSV: _("Opens everywhere. A text that a spreadsheet would run gets an apostrophe before it."),
        Format.ZIP: _("The same, about a fifth of the size."),
        Format.XLSX: _("Telephone numbers keep their zeros and plus signs. A file for every %(most)s rows.") % {"most": most},
        Format.PARQUET: _("For programs: names of the interface, exact types. The quickest for many rows."),
    }


def _limits(actor: Actor) -> list[str]:
    """Return what the role of the reader may export, in sentences."""
    most = export_limits(actor)
    told = []
    if most.rows is not None:
        told.append(_("Your role may export at most %(rows)s rows at once.") % {"rows": number_text(most.rows)})
    if most.day is not None:
        sentence = ngettext(
            "Your role may make %(day)s export in 24 hours; you have made %(used)s.",
            "Your role may make %(day)s exports in 24 hours; you have made %(used)s.",
            most.day,
        )
        told.append(sentence % {"day": number_text(most.day), "used": number_text(used(actor))})
    return told
