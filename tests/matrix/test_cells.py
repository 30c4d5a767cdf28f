"""Every interface × every built-in role × inside and outside the scope, through its page: the console where it has no page of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.access.models import User
from portal.access.rights import Role
from portal.ui.objects.addresses import every_page
from portal.vos3000.schema.registry import INTERFACES
from tests.matrix.conftest import CAST, Browse
from tests.matrix.test_addresses import CONSOLE, ROWS, address, ask, how
from tests.matrix.things import Things

STEPS = {"create": "new/", "modify": "<key:key>/change/", "delete": "<key:key>/delete/", "read": "<key:key>/"}
OWN_PAGES = {
    "Pay": "p/<slug:slug>/accounts/<key:key>/pay/",
    "GetPayHistory": "p/<slug:slug>/accounts/<key:key>/payments/",
    "GetFeeRate": "p/<slug:slug>/rate-groups/<key:key>/rates/",
    "GetAllCustomers": "p/<slug:slug>/accounts/",
    "GetAllPhoneOnline": "p/<slug:slug>/phones/",
}


def routes_of() -> Iterator[tuple[str, str]]:
    """Yield every interface with the page it is called from."""
    found: dict[str, str] = {}
    for pages in every_page():
        for action, step in STEPS.items():
            interface = pages.interface(action)
            route = f"p/<slug:slug>/{pages.path}/{step}"
            if interface is not None and route in ROWS:
                found.setdefault(interface.name, route)
    for name in INTERFACES:
        yield name, {**found, **OWN_PAGES}.get(name, CONSOLE)


def test_every_interface_has_a_page() -> None:
    pages = dict(routes_of())
    assert set(pages) == set(INTERFACES)
    assert set(pages.values()) <= set(ROWS)


@pytest.mark.parametrize("where", ["inside", "outside"])
@pytest.mark.parametrize("name", CAST)
def test_cells(name: str, where: str, browse: Browse, things: Things) -> None:
    User.objects.filter(username="north").update(role=Role.AGENT)
    client, found, expected, outside = browse(name), {}, {}, where == "outside"
    for interface, route in routes_of():
        row = ROWS[route]
        given = next(things.pairs(row.thing))[0] if outside and row.thing else things.own(row.thing)
        if route == CONSOLE or (row.thing == "platform" and name != "north"):
            given = {"slug": "harbour"}
        answer = ask(client, row, address(route, given | row.extra | ({"name": interface} if route == CONSOLE else {})))
        found[interface] = how(answer)
        expected[interface] = "refused" if name not in row.who else "missing" if outside and name == "north" else "opens"
        assert answer.status_code < 500, interface
    assert {each: ended for each, ended in found.items() if ended != expected[each]} == {}
    assert len(found) == len(INTERFACES)
