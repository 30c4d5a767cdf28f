"""The portal's own time around a live detail page, and the longest form."""

from __future__ import annotations

import time
from typing import Any

from django.template.loader import render_to_string
from django.test import Client

from portal.access.models import User
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.ui.forms import form_for
from portal.vos3000.exchange import Exchange
from portal.vos3000.schema.registry import INTERFACES
from tests.bench.measure import ROUNDS, WARM_UP, Floor, p95, side_by_side, tell

MOST_AROUND_MS = 40.0
MOST_FORM_MS = 60.0


def main(url: str) -> None:
    """Measure against a running simulator."""
    _detail(url)
    _form()


def _detail(url: str) -> None:
    """Tell how long a detail page takes beyond the answers that it waits for."""
    platform = Platform.objects.create(slug="live", name="Live", base_url=url, time_zone="Asia/Shanghai")
    refresh_mirror(platform, everything=True, pace=0)
    client = Client()
    client.force_login(User.objects.create_user("detail", "pw", role="support"))
    waited = _waiting()
    around = []
    for account in Account.objects.values_list("account", flat=True)[: ROUNDS + WARM_UP]:
        waited.clear()
        began = time.perf_counter()
        answer = client.get(f"/p/live/accounts/{account}/")
        assert answer.status_code == 200, answer.status_code
        around.append((time.perf_counter() - began - sum(waited)) * 1000)
    tell(Floor("detail page beyond the softswitch's answers", p95(around[WARM_UP:]), MOST_AROUND_MS, "ms"))


def _waiting() -> list[float]:
    """Have every exchange with the softswitch timed; return where the times go."""
    waited: list[float] = []
    post = Exchange.post

    def timed(self: Exchange, *args: Any, **kwargs: Any) -> bytes:
        began = time.perf_counter()
        try:
            return post(self, *args, **kwargs)
        finally:
            waited.append(time.perf_counter() - began)

    Exchange.post = timed  # type: ignore[method-assign]
    return waited


def _form() -> None:
    """Tell how long the form with most fields takes to make and draw."""
    interface = INTERFACES["CreateGatewayRouting"]
    (taken,) = side_by_side(lambda: render_to_string("ui/forms/form.html", {"form": form_for(interface)}))
    tell(Floor(f"form of {len(interface.request)} fields", p95(taken.wall), MOST_FORM_MS, "ms", f"own time {p95(taken.own):.0f} ms"))
