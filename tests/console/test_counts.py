"""How often a page asks the database and the softswitch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.billing_app.paying import PAY, confirming, told
from tests.console.conftest import Browse, People
from tests.console.walk import address, confirmed, proof_in

Counted = Callable[..., Any]
LIMIT = {"account": "1000", "memo": "counted"}


@pytest.fixture
def admin(people: People, browse: Browse, platform: Platform) -> Client:
    client = browse(people["administrator"])
    client.get("/console/")
    return client


@pytest.mark.parametrize(
    ("path", "queries", "calls"),
    [
        ("/console/", 4, 0),
        ("/console/one/CreateGatewayRouting/", 5, 0),
        (PAY, 6, 1),
        ("/p/one/payments/", 4, 0),
        ("/p/one/payments/history/?account=1000", 4, 1),
        ("/p/one/gateways/", 4, 0),
        ("/p/one/gateways/live/mapping/", 4, 2),
        ("/p/one/gateways/mapping/mapping-beijing-01/", 5, 1),
    ],
)
def test_a_page(admin: Client, softswitch: Simulator, django_assert_num_queries: Counted, path: str, queries: int, calls: int) -> None:
    with django_assert_num_queries(queries):
        assert admin.get(path).status_code == 200
    assert len(softswitch.journal) == calls


def test_a_read_from_the_console(admin: Client, softswitch: Simulator, django_assert_num_queries: Counted) -> None:
    with django_assert_num_queries(5):
        admin.post(address("GetCustomer"), {"accounts": "1000"})
    assert len(softswitch.journal) == 1


def test_a_write_from_the_console(admin: Client, softswitch: Simulator, django_assert_num_queries: Counted) -> None:
    proof = proof_in(admin.post(address("ModifyCustomer"), LIMIT).content.decode())
    assert len(softswitch.journal) == 0
    with django_assert_num_queries(30):
        confirmed(admin, "ModifyCustomer", LIMIT, proof)
    assert [entry.interface for entry in softswitch.journal] == ["GetCustomer", "ModifyCustomer", "GetCustomer"]


def test_a_payment(admin: Client, softswitch: Simulator, django_assert_num_queries: Counted) -> None:
    post = confirming(admin)
    softswitch.journal.clear()
    with django_assert_num_queries(35):
        told(admin, post)
    assert [entry.interface for entry in softswitch.journal] == ["GetCustomer", "Pay", "GetCustomer", "GetCustomer"]
