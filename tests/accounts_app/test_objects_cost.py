"""What each page of an object costs: queries to the database and calls to the softswitch, fixed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.vos3000.simulator import Simulator
from tests.accounts_app.reading_pages import form_of

READ = ["GetCustomer"]
NORTH = "/p/harbour/accounts/1000/"

OPENED: dict[str, tuple[int, list[str]]] = {
    NORTH: (9, READ),
    "/p/harbour/phones/10001/": (5, ["GetPhone", "GetPhoneOnline"]),
    f"{NORTH}payments/": (4, ["GetPayHistory"]),
    "/p/harbour/accounts/new/": (4, []),
    "/p/harbour/phones/new/": (4, []),
    f"{NORTH}change/": (4, READ),
    "/p/harbour/phones/10001/change/": (4, ["GetPhone"]),
    f"{NORTH}quick/limit/": (4, READ),
    f"{NORTH}quick/lock/": (4, READ),
    f"{NORTH}delete/": (6, READ),
}
SENT: dict[str, tuple[dict[str, str], list[str]]] = {
    "/p/harbour/accounts/new/": ({"account": "3000", "name": "x"}, [*READ, "CreateCustomer", *READ]),
    f"{NORTH}change/": ({"memo": "x"}, READ),
    f"{NORTH}quick/limit/": ({"limitMoney": "1"}, READ),
    "/p/harbour/accounts/1110/delete/": ({"typed": "1110"}, [*READ, "DeleteCustomer", *READ]),
}


def asked(softswitch: Simulator) -> list[str]:
    return [entry.interface for entry in softswitch.journal]


@pytest.mark.parametrize("path", OPENED)
def test_a_page_costs_what_it_did(support: Client, softswitch: Simulator, path: str) -> None:
    queries, calls = OPENED[path]
    # Whether a job of theirs has ended is looked up once a minute.
    support.get("/jobs/")
    with CaptureQueriesContext(connection) as made:
        assert support.get(path).status_code == 200
    assert asked(softswitch) == calls
    assert len(made) == queries, "\n".join(each["sql"] for each in made)


@pytest.mark.parametrize("path", SENT)
def test_a_form_costs_what_it_did(support: Client, softswitch: Simulator, path: str) -> None:
    typed, calls = SENT[path]
    form = form_of(support.get(path).content.decode())
    softswitch.journal.clear()
    assert support.post(path, form.sent(**typed)).status_code == 200
    assert asked(softswitch) == calls


def test_a_confirmed_change_reads_before_twice_and_after_once(support: Client, softswitch: Simulator) -> None:
    """The page's own reading shows what somebody else changed beside what was typed; the door's comes right before sending."""
    path = f"{NORTH}change/"
    form = form_of(support.get(path).content.decode())
    preview = form_of(support.post(path, form.sent(memo="x")).content.decode())
    softswitch.journal.clear()
    assert support.post(path, preview.sent("Send the change")).status_code == 200
    assert asked(softswitch) == [*READ, *READ, "ModifyCustomer", *READ]
