"""What a report says of itself: of what, of which days, how complete, when it was made and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing_app.reports.differences import differing_text, unread_text
from billing_app.reports.forms import PERIODS
from portal.access.actor import Actor
from portal.cdrs.reports.base import Kind
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.complete import Kept
from portal.cdrs.reports.table import Table
from portal.platforms.models import Platform
from portal.ui.formats import instant_text, number_text, zone_text
from portal.ui.text import say

#: A name with what it is: words, or a sum of money.
Told = tuple[str, str | Decimal]


def days_text(table: Table) -> str:
    """Return the days that a report covers."""
    first, last = table.first.isoformat(), table.last.isoformat()
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def whose_text(table: Table) -> str:
    """Return whose a report is."""
    if not table.asked.accounts:
        return _("All accounts that you see")
    names = ", ".join(table.asked.accounts)
    return _("%(accounts)s and all below") % {"accounts": names} if table.asked.below else names


def kept_name(kept: Kept) -> str:
    """Return what a dataset is called."""
    return say(kept.dataset.title)


def kept_text(kept: Kept) -> str:
    """Return how complete a dataset is, in one sentence."""
    coverage = kept.coverage
    text = _complete_text(kept) if coverage.wanted else _nothing_text(kept)
    if kept.differing and not coverage.complete:
        text = f"{text} {differing_text(len(kept.differing), complete=False)}"
    if kept.unread:
        text = f"{text} {unread_text(kept.unread)}"
    cut = sum(each.cut for each in coverage.days)
    if cut:
        words = ngettext("%(text)s The platform cut %(cut)s answer short.", "%(text)s The platform cut %(cut)s answers short.", cut)
        text = words % {"text": text, "cut": number_text(cut)}
    if coverage.as_of:
        at = {"text": text, "at": f"{instant_text(coverage.as_of)} ({zone_text(coverage.as_of)})"}
        text = _("%(text)s What is not over yet, as of %(at)s.") % at
    return text


def _nothing_text(kept: Kept) -> str:
    """Return why nothing is to be kept; that nothing is missing of nothing would sound as if there were something."""
    if all(each.day > kept.today for each in kept.coverage.days):
        return _("Nothing to keep: these days are still to come.")
    return _("Nothing to keep: no such account was there in these days.")


def _complete_text(kept: Kept) -> str:
    """Return how much of what is to be kept is."""
    coverage = kept.coverage
    if coverage.complete and kept.differing:
        return differing_text(len(kept.differing), complete=True)
    if coverage.complete:
        text = ngettext("Complete: %(wanted)s account-day is kept.", "Complete: all %(wanted)s account-days are kept.", coverage.wanted)
    elif coverage.wanted == 1:
        text = _("Not complete: the one account-day is not kept.")
    else:
        text = ngettext(
            "Not complete: %(kept)s of %(wanted)s account-days are kept, %(missing)s is missing.",
            "Not complete: %(kept)s of %(wanted)s account-days are kept, %(missing)s are missing.",
            coverage.missing,
        )
    return text % {"kept": number_text(coverage.kept), "wanted": number_text(coverage.wanted), "missing": number_text(coverage.missing)}


def line_text(table: Table) -> str:
    """Return what a line of a report covers."""
    if table.asked.period is Period.DAYS:
        return ngettext("%(days)s day", "%(days)s days", table.asked.length) % {"days": table.asked.length}
    return str(PERIODS[table.asked.period])


def about(table: Table, actor: Actor, platform: Platform) -> Iterator[Told]:
    """Yield the names and values that stand beside a report on paper and in a workbook."""
    now = timezone.now()
    yield _("Report"), say(table.report.title)
    yield _("Platform"), platform.name
    yield _("Days"), _("%(days)s, on the platform's clock (%(zone)s)") % {"days": days_text(table), "zone": platform.time_zone}
    yield _("Accounts"), whose_text(table)
    yield _("A line covers"), line_text(table)
    if table.report.groups:
        yield _("Put together"), say(table.report.groups[table.report.group_of(table.asked)])
    if table.report.zoned:
        yield _("Hours of"), table.asked.zone or actor.zone
    if any(each.kind is Kind.INSTANT for each in table.columns):
        yield _("Times"), actor.zone
    yield _("Currency"), platform.currency
    yield _("Made"), _("%(at)s (%(zone)s) for %(name)s") % {"at": instant_text(now), "zone": zone_text(now), "name": actor.name}
    for each in table.kept:
        yield kept_name(each), kept_text(each)
    if not table.whole:
        yield _("Totals"), partial_text()
    for figure in table.report.figures(table):
        yield say(figure.title), _("not known") if figure.value is None else figure.value
    for text in table.report.about:
        yield _("Counted"), say(text)


def partial_text() -> str:
    """Return what stands above totals that do not count everything."""
    return _("What is not kept is not counted: the totals are those of a part.")
