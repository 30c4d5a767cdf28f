"""What is wrong with days that are kept: the words, and the way to what differs from the softswitch's own report."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.access.actor import Actor
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked, When
from portal.platforms.models import Platform
from portal.ui.components import Action
from portal.ui.formats import number_text

#: The report that has the softswitch's figures beside those of the CDRs.
BY_ACCOUNT = "by-account"


def differing_text(days: int, *, complete: bool) -> str:
    """Return that days differ, in one sentence; ``complete`` tells that nothing else is wrong with them."""
    if complete:
        text = ngettext(
            "All kept, but %(days)s day differs from the softswitch's own report.",
            "All kept, but %(days)s days differ from the softswitch's own report.",
            days,
        )
    else:
        text = ngettext(
            "%(days)s day differs from the softswitch's own report.", "%(days)s days differ from the softswitch's own report.", days
        )
    return text % {"days": number_text(days)}


def unread_text(rows: int) -> str:
    """Return that rows could not be read, in one sentence."""
    text = ngettext(
        "%(rows)s row of these days could not be read and is in no sum.",
        "%(rows)s rows of these days could not be read and are in no sum.",
        rows,
    )
    return text % {"rows": number_text(rows)}


def ways(actor: Actor, platform: Platform, accounts: Collection[str], days: Collection[date], *, below: bool) -> list[Action]:
    """Return the way to what differs on some days, of some accounts (none: all); none for who has no report that tells it."""
    if not days or not REPORTS[BY_ACCOUNT].offered(actor):
        return []
    first, last = min(days), max(days)
    asked = Asked(
        report=BY_ACCOUNT, platform=platform.slug, accounts=tuple(accounts), below=below, when=When.DATES, first=first, last=last, only=True
    )
    url = f"{reverse('billing:report', args=[platform.slug, BY_ACCOUNT])}?{asked.query()}"
    return [Action(label=_("Show the differences"), url=url, icon="scale")]
