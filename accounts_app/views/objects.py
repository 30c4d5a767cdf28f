"""What an account's page loads after itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts_app.pages import ACCOUNT
from accounts_app.services import PAYMENT_DAYS, payments_of
from portal.access.fields import seen
from portal.access.needs import needs
from portal.ui import faults
from portal.ui.components import Table
from portal.ui.listing.told import Told
from portal.ui.objects.place import Place
from portal.ui.text import say
from portal.vos3000.errors import VosError
from portal.vos3000.schema.payments import INFO_PAY_HISTORY
from portal.vos3000.schema.registry import INTERFACES

COLUMNS = ("payTime", "fee", "customerMoney", "type", "payType", "memo")
SHOWN = 50


@require_GET
@needs(INTERFACES["GetPayHistory"].right)
def payments(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show what was booked on an account in the last days: a fragment under htmx, a page of its own without."""
    place = Place.at(request, ACCOUNT, slug, key)
    context: dict[str, Any] = {"days": PAYMENT_DAYS, "label": say(INTERFACES["GetPayHistory"].title)}
    status = 200
    try:
        found = payments_of(place.actor, place.platform, key, timezone.now())
        count = len(found.rows)
        context |= {"found": found, "table": _table(found.rows[:SHOWN], place), "count": count, "shown": min(SHOWN, count)}
    except VosError as error:
        context["fault"] = faults.of_platform(error, confined=place.actor.confined)
        status = context["fault"].status
    name = "payments_part" if request.htmx else "payments_page"  # type: ignore[attr-defined]
    return render(request, f"accounts_app/{name}.html", place.context(**context), status=status)


def _table(rows: Any, place: Place) -> Table:
    interface = INTERFACES["GetPayHistory"]
    told = Told(
        label=say(interface.title),
        struct=seen(place.actor, interface, INFO_PAY_HISTORY),
        columns=COLUMNS,
        key="",
        setting=place.setting,
        rows=rows,
    )
    return replace(told.table(rows), pinned=False)
