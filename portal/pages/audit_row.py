"""One row of the audit in full, and the story of the write that it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.access.rights import Own
from portal.audit.models import AuditRow, Kind, Operation
from portal.pages.audit_export import resource_title
from portal.pages.audit_filters import address
from portal.pages.audit_reader import Reader
from portal.pages.audit_tables import row_url, story_table, took
from portal.pages.audit_values import Told, told
from portal.service import scope
from portal.service.undo import can_be_asked
from portal.ui.badges import badge
from portal.ui.components import Action, Fact, Table
from portal.ui.templatetags.portal_ui import instant


class Tie(NamedTuple):
    """A write that took this one back, or that this one takes back; ``url`` is empty where the reader does not see it."""

    words: str
    who: str
    operation: Operation
    url: str


class Story(NamedTuple):
    """A write from its intent on: its rows, what it takes back and what took it back."""

    rows: list[AuditRow]
    table: Table
    ties: list[Tie]
    actions: list[Action]


def page_of_row(row: AuditRow, reader: Reader) -> dict[str, Any]:
    """Return what the page of a row is given. What a write asked for stands in its intent, and is shown with each of its rows."""
    operation = Operation.objects.select_related("platform").filter(pk=row.operation).first() if row.operation else None
    story = story_of(operation, reader, row) if operation else None
    own = told(row, reader)
    intent = next((each for each in story.rows if each.kind == Kind.INTENT), None) if story and row.kind != Kind.INTENT else None
    return {
        "row": row,
        "facts": _facts(row, reader),
        "told": own,
        "asked": told(intent, reader) if intent and not row.event else Told(),
        "operation": operation,
        "story": story,
        "actions": story.actions if story else [],
        "operation_url": _operation_url(operation, reader) if operation else "",
    }


def story_of(operation: Operation, reader: Reader, current: AuditRow | None = None) -> Story:
    """Return the story of a write, as far as its reader sees it."""
    rows = list(reader.rows.filter(operation=operation.pk).order_by("id"))
    ties = list(_ties(operation, reader))
    return Story(rows, story_table(rows, reader, current), ties, _actions(operation, reader, ties))


def _ties(operation: Operation, reader: Reader) -> Iterable[Tie]:
    tied = list(Operation.objects.filter(Q(undoes=operation.pk) | Q(pk=operation.undoes)).order_by("created_at"))
    if not tied:
        return
    intents = reader.rows.filter(operation__in=[each.pk for each in tied], kind=Kind.INTENT)
    urls = {row.operation: row_url(row) for row in intents}
    for each in tied:
        words = _("Takes back") if each.pk == operation.undoes else _("Taken back by")
        yield Tie(words, reader.who(each), each, urls.get(each.pk, ""))


def _actions(operation: Operation, reader: Reader, ties: Iterable[Tie]) -> list[Action]:
    """Offer to take a change back where it may be asked for and was not done yet."""
    taken_back = any(each.operation.undoes == operation.pk and each.operation.is_done for each in ties)
    if taken_back or not can_be_asked(reader.actor, operation):
        return []
    return [Action(label=_("Take it back"), url=reverse("operations:take-back", args=[operation.pk]), icon="undo-2")]


def _operation_url(operation: Operation, reader: Reader) -> str:
    """Return the page of a write; empty where the reader does not see it."""
    may = reader.actor.confined or reader.actor.may(Own.READ_OPERATIONS)
    sees = may and scope.operations_seen(reader.actor).filter(pk=operation.pk).exists()
    return reverse("operations:detail", args=[operation.pk]) if sees else ""


def _facts(row: AuditRow, reader: Reader) -> list[Fact]:
    """Return who, from where, what and to what; what is not known, or not for the reader, is left out."""
    role, ours = reader.role(row), reader.is_own(row)
    facts = [
        Fact(_("Time"), instant(row.at)),
        Fact(_("Person"), reader.who(row, row.role), role),
        Fact(_("Address"), reader.mine(row, row.address)),
        Fact(_("Log-in"), reader.mine(row, row.session)),
        Fact(_("Request"), reader.mine(row, row.request_id), copy=row.request_id if ours else ""),
        Fact(_("Platform"), row.platform_name),
        Fact(_("Interface"), row.interface or row.event),
        Fact(_("Object"), _object(row, reader), resource_title(row)),
        Fact(_("Account"), _account(row)),
        Fact(_("Outcome"), badge(row.outcome) if row.outcome else ""),
        Fact(_("Return code"), reader.code(row.ret_code)),
        Fact(_("Text"), reader.words(row.text)),
        Fact(_("Duration"), took(row)),
        Fact(_("Number in the chain"), "" if reader.actor.confined else str(row.number)),
    ]
    return [each for each in facts if each.value]


def _object(row: AuditRow, reader: Reader) -> object:
    url = reader.object_url(row)
    return format_html('<a href="{}">{}</a>', url, row.object_key) if url else row.object_key


def _account(row: AuditRow) -> object:
    """Return the account with the way to everything that happened to it."""
    if not row.account:
        return ""
    url = reverse("audit:list") + address([("account", row.account)])
    return format_html('{} <a class="note" href="{}">{}</a>', row.account, url, _("What happened to this account"))
