"""The audit as a file: the rows that are listed, as their reader sees them, written row by row."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.audit.models import AuditRow
from portal.pages.audit_reader import Reader
from portal.pages.audit_values import in_words
from portal.ui.badges import BADGES
from portal.ui.formats import instant_text, zone_text
from portal.ui.listing.export import Sheet
from portal.ui.text import say
from portal.vos3000.schema.registry import RESOURCES


def sheet_of(reader: Reader) -> Sheet:
    """Return the columns of the file."""
    columns = (
        (_("Number"), lambda row: str(row.number)),
        (_("Time"), lambda row: f"{instant_text(row.at)} {zone_text(row.at)}"),
        (_("Person"), lambda row: reader.who(row, row.role)),
        (_("Role"), reader.role),
        (_("Address"), lambda row: reader.mine(row, row.address)),
        (_("Log-in"), lambda row: reader.mine(row, row.session)),
        (_("Request"), lambda row: reader.mine(row, row.request_id)),
        (_("Platform"), lambda row: row.platform_name),
        (_("What"), lambda row: say(row.title)),
        (_("Interface"), lambda row: row.interface or row.event),
        (_("Kind"), lambda row: str(row.get_kind_display())),
        (_("Kind of object"), resource_title),
        (_("Object"), lambda row: row.object_key),
        (_("Account"), lambda row: row.account),
        (_("Outcome"), lambda row: str(BADGES[row.outcome].label) if row.outcome in BADGES else row.outcome),
        (_("Return code"), lambda row: reader.code(row.ret_code)),
        (_("Text"), lambda row: reader.words(row.text)),
        (_("Duration (ms)"), lambda row: "" if row.duration_ms is None else str(row.duration_ms)),
        (_("Operation"), lambda row: str(row.operation or "")),
        (_("Values"), lambda row: in_words(row, reader)),
    )
    return Sheet([heading for heading, _cell in columns], [cell for _heading, cell in columns], [False] * len(columns))


def resource_title(row: AuditRow) -> str:
    """Return what kind of thing a row is about, in words."""
    resource = RESOURCES.get(row.resource)
    return say(resource.title) if resource else row.resource
