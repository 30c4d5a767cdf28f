"""How often the pages of platforms, writes, the audit and one's own things ask the database and the softswitch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.service import Request, call, fresh_token
from portal.vos3000.simulator import Simulator
from tests.service.conftest import actor

COUNTS = {
    "/platforms/": 4,
    "/platforms/add/": 3,
    "/platforms/harbour/": 5,
    "/platforms/harbour/edit/": 4,
    "/operations/": 6,
    "/operations/?show=all": 6,
    "/audit/": 5,
    "/audit/?account=1000&person=support-1": 5,
    "/settings/": 3,
    "/password/": 3,
}


def write(platform: Platform, times: int) -> None:
    for number in range(times):
        call(actor(Role.SUPPORT), platform, Request("ModifyCustomer", {"account": "1000", "memo": f"{number}"}, token=fresh_token()))


@pytest.mark.parametrize("writes", [0, 1, 5])
@pytest.mark.parametrize(("path", "queries"), COUNTS.items())
def test_a_page_costs_the_same_however_much_happened(
    path: str,
    queries: int,
    writes: int,
    platform: Platform,
    switch: Simulator,
    browser: Callable[[Role], Client],
    django_assert_num_queries: Any,
) -> None:
    write(platform, writes)
    client = browser(Role.ADMINISTRATOR)
    client.get("/settings/")
    switch.journal.clear()
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
    assert not list(switch.journal)
