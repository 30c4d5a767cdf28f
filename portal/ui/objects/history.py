"""What was done to one object, from the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.access.rights import Own
from portal.audit.models import AuditRow, Kind
from portal.audit.search import rows_for_object
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.objects.place import Place
from portal.ui.templatetags.portal_ui import instant
from portal.ui.text import say
from portal.vos3000.schema.registry import INTERFACES

SHOWN = 10


class History(NamedTuple):
    """The newest rows of the audit about an object, and where all of them are."""

    table: Table
    url: str

    @property
    def tail(self) -> SafeString:
        """The link to all of them, for the head of the panel."""
        return format_html('<a href="{}">{}</a>', self.url, _("Show all"))


def history_of(place: Place) -> History | None:
    """Return what was last done to an object; None where nothing was. Intents are told by their outcomes."""
    rows = rows_for_object(place.platform, place.pages.resource, place.key).exclude(kind=Kind.INTENT)
    found = list(rows[:SHOWN])
    url = f"{reverse('audit:list')}?{urlencode({'thing': place.key, 'platform': place.platform.slug})}"
    return History(_table(found, links=place.actor.may(Own.READ_OPERATIONS)), url) if found else None


def _table(rows: Sequence[AuditRow], *, links: bool) -> Table:
    columns = (
        Column(key="at", label=_("When")),
        Column(key="what", label=_("What"), kind="wide"),
        Column(key="who", label=_("Who")),
        Column(key="outcome", label=_("Outcome")),
    )
    return Table(label=_("Audit of this object"), columns=columns, rows=[_row(row, links=links) for row in rows], pinned=False)


def _row(row: AuditRow, *, links: bool) -> Row:
    interface = INTERFACES.get(row.interface)
    what: object = say(interface.title) if interface else row.event or row.interface
    if links and row.operation:
        what = format_html('<a href="{}">{}</a>', reverse("operations:detail", args=[row.operation]), what)
    return Row((instant(row.at), what, row.user_name, badge(row.outcome) if row.outcome else ""))
