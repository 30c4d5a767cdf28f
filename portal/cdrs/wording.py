"""A selection in words, in the reader's language: what narrows it, whose calls, from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.cdrs.conditions import YES, Condition, How, Look, Question, questions
from portal.cdrs.datasets import CDRS
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.vos3000.schema.base import Text

#: The characters of a title.
LONGEST = 200
_MINUTE_MS = 60_000
WAYS: Mapping[How, Promise] = MappingProxyType(
    {
        How.IS: gettext_lazy("is"),
        How.BEGINS: gettext_lazy("begins with"),
        How.CONTAINS: gettext_lazy("contains"),
        How.FROM: gettext_lazy("from"),
        How.TO: gettext_lazy("to"),
    }
)


def of_condition(question: Question, condition: Condition) -> str:
    """Return what is asked: the label, how it is compared, and the value, a code's number beside its name."""
    return f"{_told(question.label)} {WAYS[condition.how]} {_value(question, condition.value)}"


def of_accounts(selection: Selection, accounts: str) -> str:
    """Return whose calls are selected, where ``accounts`` says which are named."""
    return _("%(accounts)s and all below") % {"accounts": accounts} if selection.below else accounts


def of_selection(selection: Selection, zone: str) -> str:
    """Return a selection as a title: whose calls, of which days of a zone, and what narrows them; cut where it is long."""
    known = questions(CDRS.by_name)
    told = [of_condition(known[each.name], each) for each in selection.conditions if each.name in known]
    days = " – ".join(dict.fromkeys(ends(selection.span, zone)))
    return Truncator(" · ".join((of_accounts(selection, _whose(selection)), days, *told))).chars(LONGEST)


def ends(span: Span, zone: str) -> tuple[str, str]:
    """Return both ends on the clock of a zone, the last included: days where these are whole, else minutes, else seconds."""
    clock = ZoneInfo(zone)
    moments = (span.begin_ms - 1, span.begin_ms, span.end_ms - 1, span.end_ms)
    before, first, last, behind = (datetime.fromtimestamp(each / 1000, clock).replace(tzinfo=None) for each in moments)
    if before.date() < first.date() and last.date() < behind.date():
        return first.date().isoformat(), last.date().isoformat()
    exact = "seconds" if span.begin_ms % _MINUTE_MS or span.end_ms % _MINUTE_MS else "minutes"
    return first.isoformat(" ", exact), last.isoformat(" ", exact)


def _whose(selection: Selection) -> str:
    if not selection.accounts:
        return _("All accounts")
    if len(selection.accounts) == 1:
        return selection.accounts[0]
    return _("%(count)s accounts") % {"count": len(selection.accounts)}


def _value(question: Question, value: str) -> str:
    if question.look is Look.YES_NO:
        return _("Yes") if value == YES else _("No")
    names = question.codes or question.offers
    return ", ".join(_named(question, value, names)) if names else value


def _named(question: Question, value: str, names: Mapping[int, Text]) -> Iterator[str]:
    """Yield numbers with their names; what is not among all the codes there are is called unknown."""
    for each in value.split(","):
        number = int(each)
        name = _told(names[number]) if number in names else _("unknown code") if question.codes else ""
        yield f"{number} – {name}" if name else str(number)


def _told(text: Text) -> str:
    return text.to(get_language() or "en")
