"""What the templates of calls are given."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from billing_app.cdrs import period
from billing_app.cdrs.asked import REMEMBER, ZONE_SHOWN, Asked, in_order
from billing_app.cdrs.cells import Cells, call_url, is_numeric, label_of
from billing_app.cdrs.fields import chips_of, groups_of
from billing_app.cdrs.links import links_of
from billing_app.saved.links import save_url
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.datasets import CDRS
from portal.cdrs.search import Call, Page
from portal.cdrs.selection import questions_for, visible
from portal.cdrs.totals import Totals
from portal.platforms.models import Platform
from portal.ui.components import Action, Choice, Column, Crumb, Fact, Row, Tab, Table
from portal.ui.listing.query import SIZES
from portal.ui.menu import address
from portal.ui.templatetags.portal_ui import duration, money, number
from portal.ui.text import say

_SECONDS_A_MINUTE = 60


def about(platform: Platform, asked: Asked) -> dict[str, Any]:
    """Return what every page of calls is given."""
    return {"platform": platform, "asked": asked, "selection_query": urlencode(asked.pairs("size", "columns"))}


def form(actor: Actor, platform: Platform, asked: Asked) -> dict[str, Any]:
    """Return the form of a search with what was typed."""
    questions = questions_for(actor)
    begin, end = period.inputs_of(asked.selection.span, asked.zone)
    wrong = asked.problems.keys() & {"from", "to"}
    return {
        "groups": groups_of(questions, asked, platform),
        "chips": chips_of(questions, asked),
        "begin": asked.typed.get("from", "") if wrong else begin,
        "end": asked.typed.get("to", "") if wrong else end,
        # What is no time stays as it was typed, which an input for times alone would not keep.
        "moment_input": "text" if wrong else "datetime-local",
        "zone": asked.typed.get("zone", "") if "zone" in asked.problems else asked.zone,
        "zones": list(dict.fromkeys((actor.zone, platform.time_zone, "UTC"))),
        "ranges": _ranges(asked),
        "hidden": [(ZONE_SHOWN, asked.zone), *((name, value) for name, value in asked.pairs() if name in {"sort", "size", "columns"})],
    }


def _ranges(asked: Asked) -> list[Tab]:
    """Return the links to times that have a name."""
    found = []
    # In the place of a time that makes no sense stands the usual one, which nobody asked for.
    understood = not asked.problems.keys() & {"from", "to"}
    for name, (label, _days) in period.RANGES.items():
        span = period.named(name, asked.zone, timezone.now())
        current = understood and span == asked.selection.span
        found.append(Tab(label=label, url=asked.url("begin", "end", range=name), current=current))
    return found


def rows(actor: Actor, platform: Platform, asked: Asked, page: Page) -> dict[str, Any]:
    """Return a page of calls as a table, and the ways from it."""
    columns = [CDRS.struct[name] for name in asked.columns]
    cells = Cells(platform, links_of(actor, platform, columns, page.rows))
    with timezone.override(asked.zone):
        lines = [Row(cells.row(call, columns), url=call_url(platform, call)) for call in page.rows]
    heads = [_head(name, platform, asked) for name in asked.columns]
    return {
        "page": page,
        "table": Table(label=_("CDRs"), columns=heads, rows=lines),
        "previous": asked.url(page=str(page.number - 1)) if page.number > 1 else "",
        "next": asked.url(page=str(page.number + 1)) if page.more else "",
        "sizes": [(size, asked.url(size=str(size)), size == asked.size) for size in SIZES],
        "beyond": [Action(label=_("Narrow the search"), url="#cdr-search", icon="search"), _export(platform, asked)] if page.cut else [],
        "choices": _choices(actor, asked),
        "kept_pairs": [*asked.pairs("columns"), (REMEMBER, "columns")],
    }


def _head(name: str, platform: Platform, asked: Asked) -> Column:
    declared = CDRS.struct[name]
    sorted_by = asked.selection.sort == name
    order = ("descending" if asked.selection.descending else "ascending") if sorted_by else ""
    turned = name if order == "descending" else f"-{name}"
    kind = "num" if is_numeric(declared) else ""
    return Column(key=name, label=label_of(declared, platform, asked.zone), kind=kind, sort=asked.url(sort=turned), order=order)


def _choices(actor: Actor, asked: Asked) -> list[Choice]:
    return [Choice(name, say(CDRS.struct[name].label), name in asked.columns) for name in in_order(visible(actor))[1:]]


def actions(platform: Platform, asked: Asked) -> list[Action]:
    """Return what can be done with the selection: a file of it, a name for it."""
    return [
        _export(platform, asked),
        Action(
            label=_("Save"),
            url=save_url("cdrs", platform, asked.selection.as_json() | {"columns": list(asked.columns), "zone": asked.zone}),
            icon="bookmark-plus",
        ),
        Action(label=_("Saved"), url=reverse("billing:saved"), icon="bookmark", kind="quiet"),
    ]


def _export(platform: Platform, asked: Asked) -> Action:
    columns = [("columns", name) for name in asked.columns]
    url = f"{reverse('billing:cdr-export', args=[platform.slug])}?{urlencode([*asked.pairs('size', 'columns'), *columns])}"
    return Action(label=_("Export"), url=url, icon="download", right=Own.EXPORT_CDRS)


# Totals


def figures(platform: Platform, found: Totals) -> list[Fact]:
    """Return what a selection comes to; nothing of what its reader does not see."""
    facts = [
        Fact(_("Calls"), number(found.calls)),
        Fact(_("Answered"), number(found.answered)) if found.answered is not None else None,
        Fact(_("ASR"), number(_rounded(found.asr, "0.01"), "%"), _("answered of all calls")),
        Fact(_("ACD"), number(_rounded(found.acd_s, "0.1"), "s"), _("mean talk time of answered calls")),
        _time(_("Talk time"), found.talk_s),
        _time(_("Billed time"), found.billed_s),
        *_sums(platform, found),
    ]
    return [each for each in facts if each is not None]


def _sums(platform: Platform, found: Totals) -> Sequence[Fact | None]:
    return (
        Fact(_("Charge"), money(found.fee, platform.currency)) if found.fee is not None else None,
        Fact(_("Agents' charge"), money(found.agent_fee, platform.currency), _("of the accounts below agents"))
        if found.agent_fee is not None
        else None,
        Fact(_("Margin of agents"), money(found.margin, platform.currency), _("their accounts' charge less their own"))
        if found.margin is not None
        else None,
    )


def _time(label: str, seconds: int | None) -> Fact | None:
    if seconds is None:
        return None
    minutes = _rounded(Decimal(seconds) / _SECONDS_A_MINUTE, "0.01")
    return Fact(label, duration(seconds), _("%(minutes)s minutes") % {"minutes": f"{minutes:,}"})


def _rounded(value: Decimal | None, to: str) -> Decimal | None:
    return None if value is None else value.quantize(Decimal(to), ROUND_HALF_UP)


# One call


def crumbs(platform: Platform) -> list[Crumb]:
    """Return the way to a call."""
    return [Crumb(platform.name, address("accounts:list", platform.slug)), Crumb(_("CDRs"), reverse("billing:cdrs", args=[platform.slug]))]


def sections(actor: Actor, platform: Platform, call: Call, zone: str) -> list[dict[str, Any]]:
    """Return every field of a call that its reader sees under the headings of the declaration, each with what it means."""
    fields = [CDRS.struct[name] for name in call]
    cells = Cells(platform, links_of(actor, platform, fields, [call]))
    with timezone.override(zone):
        facts = {each.name: Fact(label_of(each, platform, zone), cells.cell(each, call), say(each.help)) for each in fields}
    found = []
    for key, title in CDRS.struct.sections.items():
        told = [facts[each.name] for each in fields if each.section == key]
        if told:
            found.append({"title": say(title), "facts": told})
    return found
