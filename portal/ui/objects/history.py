"""What was done to one object, from the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.rights import Own
from portal.audit.models import AuditRow, Kind
from portal.service.scope import audit_rows_seen, people_of
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.objects.place import Place
from portal.ui.templatetags.portal_ui import instant
from portal.ui.text import say
from portal.vos3000.schema.registry import INTERFACES

SHOWN = 10
READS = frozenset({Own.READ_AUDIT, Own.READ_OWN_AUDIT})


class History(NamedTuple):
    """The newest rows of the audit about an object, and where all of them are; of an account also what happened to all it had."""

    table: Table
    url: str
    whole_url: str = ""

    @property
    def tail(self) -> SafeString:
        """The links to all of them, for the head of the panel."""
        links = [(self.whole_url, _("All that belongs to it")), (self.url, _("Show all"))]
        return format_html_join(" ", '<a href="{}">{}</a>', ((url, words) for url, words in links if url))


def history_of(place: Place) -> History | None:
    """Return what was last done to an object, as far as its reader may know; None where nothing was. Intents are told by their outcomes."""
    if not READS & place.actor.rights:
        return None
    key, resource = str(place.wire_key), place.pages.resource
    rows = audit_rows_seen(place.actor).filter(platform_id=place.platform.pk, resource=resource, object_key=key).exclude(kind=Kind.INTENT)
    found = list(rows.order_by("-id")[:SHOWN])
    if not found:
        return None
    whole = _all(place, account=key) if resource == "account" else ""
    return History(_table(found, _known_people(place.actor)), _all(place, thing=key, of=resource), whole)


def _all(place: Place, **asked: str) -> str:
    return f"{reverse('audit:list')}?{urlencode({**asked, 'platform': place.platform.slug})}"


def _known_people(actor: Actor) -> frozenset[int] | None:
    """Return who somebody may know by name; None for everybody."""
    return people_of(actor) if actor.confined and settings.AUDIT_HIDES_STAFF_NAMES else None


def _table(rows: Sequence[AuditRow], people: frozenset[int] | None) -> Table:
    columns = (
        Column(key="at", label=_("When")),
        Column(key="what", label=_("What"), kind="wide"),
        Column(key="who", label=_("Who")),
        Column(key="outcome", label=_("Outcome")),
    )
    return Table(label=_("Audit of this object"), columns=columns, rows=[_row(row, people) for row in rows], pinned=False)


def _row(row: AuditRow, people: frozenset[int] | None) -> Row:
    interface = INTERFACES.get(row.interface)
    words: object = say(interface.title) if interface else dict(Event.choices).get(row.event, row.event or row.interface)
    what = format_html('<a href="{}">{}</a>', reverse("audit:row", args=[row.pk]), words)
    who = row.user_name if people is None or row.user_id in people else _("Staff")
    return Row((instant(row.at), what, who, badge(row.outcome) if row.outcome else ""))
