"""What the templates of reports are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing_app.cdrs.links import Links, links_of
from billing_app.reports.calls import Calls
from billing_app.reports.cells import FIELDS, Cells, cells_of
from billing_app.reports.differences import differing_text, ways
from billing_app.reports.fetching import offer
from billing_app.reports.forms import ReportForm
from billing_app.reports.words import about, days_text, kept_name, kept_text
from billing_app.saved.links import save_url
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Report
from portal.cdrs.reports.table import Line, Table
from portal.platforms.models import Platform
from portal.ui.charts import Chart, chart_of
from portal.ui.components import Action, Column, Crumb, Fact, Pager, Row
from portal.ui.components import Table as Drawing
from portal.ui.formats import money_text
from portal.ui.icons import icon
from portal.ui.templatetags.portal_ui import money
from portal.ui.text import say

SIZE = 50
#: On paper there are no pages to turn, but there is an end.
MOST_ON_PAPER = 2000


@dataclass(frozen=True, slots=True)
class Part:
    """Reports that belong together."""

    title: str
    reports: Sequence[tuple[Report, str]]


def offered(actor: Actor, platform: Platform) -> list[Part]:
    """Return the reports that somebody has, with their addresses."""
    parts: dict[str, list[tuple[Report, str]]] = {}
    for each in REPORTS.values():
        if each.offered(actor):
            parts.setdefault(say(each.part), []).append((each, reverse("billing:report", args=[platform.slug, each.name])))
    return [Part(title, reports) for title, reports in parts.items()]


def frame(platform: Platform, report: Report, form: ReportForm) -> dict[str, Any]:
    """Return what stands around a report, made or not."""
    return {
        "platform": platform,
        "report": report,
        "form": form,
        "days": form.days(),
        "crumbs": [Crumb(_("Reports"), reverse("billing:reports", args=[platform.slug]))],
        "asked": form.asked() if form.is_valid() else None,
    }


def made(actor: Actor, platform: Platform, table: Table, number: int, *, paper: bool) -> dict[str, Any]:
    """Return a report: a page of it, or as much as goes on paper."""
    size = MOST_ON_PAPER if paper else SIZE
    number = max(1, min(number, -(-table.count // size)))
    lines = table.page((number - 1) * size, size)
    asked = table.asked
    return {
        "pairs": asked.pairs(),
        "count": table.count,
        "differing": table.differing,
        "days_text": days_text(table),
        "pager": Pager(number=number, count=table.count, size=size, query=asked.pairs()),
        "table": drawn(actor, platform, table, lines, paper=paper),
        "figures": [Fact(say(each.title), money(each.value, platform.currency)) for each in table.report.figures(table)],
        "kept": [Fact(kept_name(each), kept_text(each)) for each in table.kept],
        "whole": table.whole,
        **_disagreement(actor, platform, table),
        "about": [(name, money_text(value) if isinstance(value, Decimal) else value) for name, value in about(table, actor, platform)],
        "chart": chart(actor, platform, table),
        "paper": paper,
        "cut": table.count > size if paper else False,
        "actions": actions(platform, asked),
        "offer": offer(actor, platform, table),
        "may_export": actor.may(Own.EXPORT_REPORTS),
    }


def _disagreement(actor: Actor, platform: Platform, table: Table) -> dict[str, Any]:
    """Return that days of what a report counts differ from the softswitch's own report, and the way to what differs."""
    kept = next((each for each in table.kept if each.differing), None)
    if kept is None:
        return {}
    # A statement counts calls of the accounts below as well.
    below = table.asked.below or table.report.single
    return {
        "disagreement": differing_text(len(kept.differing), complete=table.whole),
        "ways": ways(actor, platform, table.asked.accounts, kept.differing, below=below),
    }


def actions(platform: Platform, asked: Asked) -> list[Action]:
    """Return what can be done with a report beside looking at it."""
    paper = reverse("billing:report", args=[platform.slug, asked.report])
    return [
        Action(label=_("Print"), url=f"{paper}?{asked.query()}&print=1", icon="printer"),
        Action(label=_("Saved"), url=reverse("billing:saved"), icon="bookmark-check"),
        Action(label=_("Save"), url=save_url("report", platform, asked.as_json()), icon="bookmark"),
    ]


def chart(actor: Actor, platform: Platform, table: Table) -> Chart | None:
    """Return what is drawn of a report; None where there is nothing to draw."""
    if table.drawn is None or not table.count:
        return None
    columns, lines = table.drawing()
    named = Cells(columns[0], platform, actor.zone).named
    return chart_of(table.drawn, columns, lines, title=table.report.title, currency=platform.currency, named=named)


# The table


def drawn(actor: Actor, platform: Platform, table: Table, lines: Sequence[Line], *, paper: bool) -> Drawing:
    """Return lines as a table of the page, with the totals of all lines."""
    cells = cells_of(table, actor, platform)
    links = _links(actor, platform, cells, lines)
    calls = None if paper else Calls.of(actor, platform, table)
    writers = [each.writer(links) for each in cells]
    rows = [_row([write(value) for write, value in zip(writers, line, strict=True)], cells, line, calls) for line in lines]
    heads = [_head(each, table.asked, sorts=bool(table.report.order) and not paper) for each in cells]
    if calls is not None:
        heads.append(Column(key="cdrs", label=_("CDRs"), kind="tight", silent=True))
    return Drawing(label=say(table.report.title), columns=heads, rows=rows, total=_total(cells, table, calls), tall=not paper)


def _head(cells: Cells, asked: Asked, *, sorts: bool) -> Column:
    column = cells.column
    kind = "num" if column.kind.numeric else ""
    if not sorts:
        return Column(key=column.name, label=cells.heading, kind=kind)
    here = asked.sort == column.name
    order = ("descending" if asked.descending else "ascending") if here else ""
    # Numbers are wanted largest first.
    turned = not asked.descending if here else column.kind.numeric
    pairs = [each for each in asked.pairs() if each[0] != "sort"]
    sort = "?" + urlencode([*pairs, ("sort", f"-{column.name}" if turned else column.name)])
    return Column(key=column.name, label=cells.heading, kind=kind, sort=sort, order=order)


def _row(shown: list[object], cells: Sequence[Cells], line: Line, calls: Calls | None) -> Row:
    if calls is None:
        return Row(shown)
    url = calls.url({each.column.name: value for each, value in zip(cells, line, strict=True)})
    return Row([*shown, _to_calls(url) if url else ""])


def _to_calls(url: str) -> SafeString:
    return format_html('<a href="{}">{}<span class="visually-hidden">{}</span></a>', url, icon("scroll-text"), _("CDRs"))


def _total(cells: Sequence[Cells], table: Table, calls: Calls | None) -> Row | None:
    if not table.total or not table.count:
        return None
    values = [each.shown(table.total[each.column.name]) if each.column.name in table.total else "" for each in cells]
    values[0] = values[0] or _("Total")
    return Row([*values, *([""] if calls is not None else [])])


def _links(actor: Actor, platform: Platform, cells: Iterable[Cells], lines: Sequence[Line]) -> Links:
    rows = [
        {FIELDS[each.column.kind].name: line[at]}
        for at, each in enumerate(cells)
        if each.column.kind in FIELDS
        for line in lines
        if line[at]
    ]
    fields = [FIELDS[kind] for kind in {each.column.kind for each in cells} if kind in FIELDS]
    return links_of(actor, platform, fields, rows)
