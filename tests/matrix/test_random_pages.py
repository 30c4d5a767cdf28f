"""Random moves between trees and random addresses: no page given to an agent tells of an account that never was in their tree."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.vos3000.simulator import Simulator
from tests.matrix.conftest import Browse
from tests.matrix.test_addresses import ROWS, address
from tests.matrix.things import FOREIGN, OWN_AGENT

pytestmark = pytest.mark.slow

AGENTS = {"north": OWN_AGENT, "south": FOREIGN}
MOVED = ["1100", "800001", "800002", "800003", "800004", "800005"]
UNDER = ["1000", "1100", "2000", "3000", ""]
NAMES = {"slug": "harbour", "quick": "lock", "resource": "account", "kind": "mapping", "start": "0", "flow_no": "0", "name": "by-account"}
VISITED = [route for route, row in ROWS.items() if {"north"} & set(row.who) and not (row.post or row.ends or row.open or "uuid" in route)]
SEARCHES = ["", "?q=800", "?q=0", "?account=8000&q=1", "?show=all", "?columns=account&columns=name&q=a"]

moves = st.lists(st.tuples(st.sampled_from(MOVED), st.sampled_from(UNDER)), max_size=3)
visits = st.lists(
    st.tuples(st.sampled_from(sorted(AGENTS)), st.sampled_from(VISITED), st.integers(0, 59), st.sampled_from(SEARCHES)), max_size=8
)


def tree(softswitch: Simulator, root: str) -> set[str]:
    """Return an account and all below it, as the softswitch has them now."""
    above = {account: row.get("agentAccount", "") for account, row in softswitch.state.accounts.rows.items()}
    own = {root}
    while more := {account for account, agent in above.items() if agent in own} - own:
        own |= more
    return own


def marks(softswitch: Simulator, mine: set[str]) -> set[str]:
    """Return what tells of somebody else: their numbers, names and phones, long enough not to be anything else."""
    foreign = {account: row for account, row in softswitch.state.accounts.rows.items() if account not in mine}
    phones = {e164 for e164, row in softswitch.state.phones.rows.items() if row.get("account") in foreign}
    names = {row.get("name", "") for row in foreign.values()}
    return {mark for mark in (*foreign, *names, *phones) if len(mark) > len("0000")}


def filled(route: str, number: int, softswitch: Simulator) -> str:
    """Return an address of a route; what it names is anybody's."""
    accounts, phones = list(softswitch.state.accounts.rows), list(softswitch.state.phones.rows)
    some = (phones if "phones/" in route else accounts)[number % 60]
    return address(route, {**NAMES, "key": some, "owner": some, "pk": str(number), "number": str(number), "log_in": "1", "link": "1"})


def told(page: str, asked: str, marked: Collection[str]) -> set[str]:
    """Return the marks in a page beside what was asked for by name."""
    words = unescape(re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL))
    return {mark for mark in marked if mark not in asked and mark in words}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(moved=moves, visited=visits)
def test_pages(moved: Any, visited: Any, browse: Browse, platform: Platform, softswitch: Simulator) -> None:
    ever = {root: tree(softswitch, root) for root in AGENTS.values()}
    for account, agent in moved:
        if agent not in tree(softswitch, account):
            softswitch.state.accounts.change(account, {"agentAccount": agent})
            refresh_mirror(platform, everything=True, pace=0)
        ever = {root: own | tree(softswitch, root) for root, own in ever.items()}
    clients: dict[str, Client] = {name: browse(name) for name in AGENTS}
    for name, route, number, search in visited:
        url = filled(route, number, softswitch) + search
        mine = ever[AGENTS[name]]
        softswitch.journal.clear()
        page = clients[name].get(url)
        assert page.status_code < 500, url
        assert told(page.content.decode(), url, marks(softswitch, mine)) == set(), (name, url, moved)
        sent = " ".join(str(entry.request) for entry in softswitch.journal)
        assert not [account for account in softswitch.state.accounts.rows if account not in mine and f"'{account}'" in sent], (name, url)


def test_the_search_finds_what_is_foreign(browse: Browse, softswitch: Simulator) -> None:
    page = browse("support").get("/accounts/?size=200").content.decode()
    assert told(page, "", marks(softswitch, tree(softswitch, OWN_AGENT)))
