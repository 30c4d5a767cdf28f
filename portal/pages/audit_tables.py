"""Rows of the audit as tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.audit.models import AuditRow
from portal.pages.audit_export import resource_title
from portal.pages.audit_reader import Reader
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.templatetags.portal_ui import duration, instant, or_none
from portal.ui.text import say

MS = 1000


def row_url(row: AuditRow) -> str:
    """Return the address of a row's page."""
    return reverse("audit:row", args=[row.pk])


def rows_table(rows: Iterable[AuditRow], reader: Reader) -> Table:
    """Return rows as the list shows them: when, who, what, to what, and what came of it."""
    columns = (
        Column(key="at", label=_("Time")),
        Column(key="who", label=_("Person")),
        Column(key="what", label=_("What"), kind="wide"),
        Column(key="object", label=_("Object")),
        Column(key="account", label=_("Account")),
        Column(key="platform", label=_("Platform")),
        Column(key="outcome", label=_("Outcome")),
    )
    return Table(label=_("Audit"), columns=columns, rows=[_row(row, reader) for row in rows])


def _row(row: AuditRow, reader: Reader) -> Row:
    cells = (
        _time(row),
        _noted(reader.who(row, row.role), reader.mine(row, row.address)),
        _noted(say(row.title), str(row.get_kind_display())),
        _noted(row.object_key, resource_title(row) if row.object_key else ""),
        or_none(row.account),
        or_none(row.platform_name),
        _outcome(row, reader),
    )
    return Row(cells, url=row_url(row))


def story_table(rows: Iterable[AuditRow], reader: Reader, current: AuditRow | None = None) -> Table:
    """Return the rows of one write in the order in which they came; ``current`` is the one that is being looked at."""
    columns = (
        Column(key="at", label=_("Time")),
        Column(key="kind", label=_("Step")),
        Column(key="who", label=_("Person")),
        Column(key="outcome", label=_("Outcome")),
        Column(key="took", label=_("Duration"), kind="num"),
        Column(key="text", label=_("Text"), kind="wide"),
    )
    lines = [
        Row(
            (
                instant(row.at, "bare") if row == current else _time(row),
                say(row.title) if row.event else str(row.get_kind_display()),
                or_none(reader.who(row, row.role)),
                _outcome(row, reader),
                or_none(took(row)),
                or_none(reader.words(row.text)),
            ),
            url="" if row == current else row_url(row),
        )
        for row in rows
    ]
    return Table(label=_("History"), columns=columns, rows=lines, pinned=False)


def took(row: AuditRow) -> SafeString | str:
    """Return how long a call took."""
    return "" if row.duration_ms is None else format_html("{}", duration(row.duration_ms / MS))


def _time(row: AuditRow) -> SafeString:
    return format_html('<a href="{}">{}</a>', row_url(row), instant(row.at, "bare"))


def _noted(text: str, note: str) -> object:
    return format_html('{} <span class="note">{}</span>', text, note) if text and note else or_none(text or note)


def _outcome(row: AuditRow, reader: Reader) -> object:
    number = reader.number(row.ret_code)
    code = format_html(' <span class="note">{}</span>', number) if number else ""
    return format_html("{}{}", badge(row.outcome), code) if row.outcome else or_none("")
