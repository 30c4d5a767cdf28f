"""What an account's page loads after itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts_app.pages import ACCOUNT
from accounts_app.services import PAYMENT_DAYS, payments_of
from portal.access.needs import needs
from portal.ui import faults
from portal.ui.components import Column, Row, Table
from portal.ui.forms import UNSET, Setting, shown
from portal.ui.objects.place import Place
from portal.ui.templatetags.portal_ui import epoch_ms, money
from portal.ui.text import say
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Field, Format
from portal.vos3000.schema.payments import INFO_PAY_HISTORY
from portal.vos3000.schema.registry import INTERFACES

COLUMNS = ("payTime", "fee", "type", "payType", "customerMoney", "memo")
SHOWN = 50


@require_GET
@needs(INTERFACES["GetPayHistory"].right)
def payments(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show what was booked on an account in the last days: a fragment under htmx, a page of its own without."""
    place = Place.at(request, ACCOUNT, slug, key)
    context: dict[str, Any] = {"days": PAYMENT_DAYS, "label": say(INTERFACES["GetPayHistory"].title)}
    status = 200
    try:
        rows = payments_of(place.actor, place.platform, key, timezone.now())
        context |= {"table": _table(rows[:SHOWN], place), "count": len(rows), "shown": min(SHOWN, len(rows))}
    except VosError as error:
        context["fault"] = faults.of_platform(error)
        status = context["fault"].status
    name = "payments_part" if request.htmx else "payments_page"  # type: ignore[attr-defined]
    return render(request, f"accounts_app/{name}.html", place.context(**context), status=status)


def _table(rows: Any, place: Place) -> Table:
    fields = [INFO_PAY_HISTORY[name] for name in COLUMNS]
    columns = [Column(key=each.name, label=say(each.label), kind="num" if each.format is Format.MONEY else "") for each in fields]
    cells = [Row([_cell(each, row.get(each.name), place) for each in fields]) for row in rows]
    return Table(label=say(INTERFACES["GetPayHistory"].title), columns=columns, rows=cells, pinned=False)


def _cell(field: Field, value: Any, place: Place) -> object:
    if field.format is Format.MONEY:
        return money(value, place.platform.currency)
    if field.format is Format.EPOCH_MS:
        return epoch_ms(value)
    return "" if value in (None, "") else str(shown(field, UNSET if value is None else value, Setting()))
