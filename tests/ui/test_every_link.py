"""Nobody is shown what would be refused: every link of every page is followed, for every role."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from portal.access.models import AccountLink, User
from portal.access.rights import ROLE_RIGHTS, Role
from portal.platforms.models import Platform
from portal.service.mirror import refresh_mirror
from portal.service.objects import card_name
from portal.vos3000.schema.registry import INTERFACES, RESOURCES
from portal.vos3000.simulator import Options, Simulator, serve

LINK = re.compile(r'(?:href|hx-get)="(/[^"#]*)"')
#: What one address differs from another of its kind by.
KEY = re.compile(r"[0-9]+|[0-9a-f]{16}|mapping-[a-z0-9-]+|carrier-[a-z0-9-]+|(?<=rate-groups/)[^/]+|(?<=console/harbour/)\w+")
OF_A_KIND, PIN = 2, "7700000042"
QUICK = {"live_timeout_s": 5, "history_timeout_s": 5, "connect_s": 1, "wait_s": 5, "history_pause_ms": 0}
OBJECTS = {
    "account": "accounts/800013/",
    "phone_card": f"accounts/1000/cards/{card_name(PIN)}/",
    "phone_book_entry": "accounts/1000/phone-book/8621/",
    "bound_number": "accounts/1000/bound-numbers/13800138000/",
    "suite_order": "accounts/1000/suite-orders/71/",
    "rate_group": "rate-groups/Retail 零售/",
}


@pytest.fixture(scope="module")
def softswitch() -> Iterator[Simulator]:
    with serve(Options(accounts=30, phones=30, agents=2, gateways=4, cdrs_per_day=0, days=2)) as simulator:
        state = simulator.state
        state.active_cards.put(PIN, {"pin": PIN, "account": "1000"})
        state.bound_numbers.put("13800138000", {"e164": "13800138000", "pin": PIN})
        state.phone_books.put(("1000", "8621"), {"account": "1000", "e164": "8621", "name": "Front desk"})
        state.suite_orders.put(71, {"id": 71, "suiteId": 1, "availableTime": 0, "owner": (2, "1000")})
        yield simulator


@pytest.fixture
def platform(db: None, softswitch: Simulator) -> Platform:
    known = {"name": "Harbour", "time_zone": "Asia/Shanghai", "currency": "CNY", "writable": True, "limits": QUICK}
    made = Platform.objects.create(slug="harbour", base_url=softswitch.url, **known)
    refresh_mirror(made, everything=True)
    return made


def logged_in(role: Role, platform: Platform) -> Client:
    user = User.objects.create_user(role, role=role, language="en")
    if role == Role.AGENT:
        AccountLink.objects.create(user=user, platform=platform, account="1000")
    client = Client()
    client.force_login(user)
    return client


def kind_of(path: str) -> str:
    return KEY.sub("N", path.partition("?")[0])


def walked(client: Client) -> Iterator[tuple[str, Any]]:
    """Open the first page, whatever it links to, and so on; of each kind of page only some."""
    todo, seen, kinds = ["/"], {"/"}, Counter[str]()
    while todo:
        path = todo.pop(0)
        answer = client.get(path)
        yield path, answer
        if answer.streaming or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for link in sorted({unescape(each) for each in LINK.findall(answer.content.decode())} - seen):
            seen.add(link)
            kinds[kind_of(link)] += 1
            if kinds[kind_of(link)] <= OF_A_KIND and not link.startswith("/static/"):
                todo.append(link)


@pytest.mark.slow
@pytest.mark.parametrize("role", list(Role))
def test_every_link_leads_to_a_page(platform: Platform, role: Role) -> None:
    opened = {path: answer.status_code for path, answer in walked(logged_in(role, platform))}
    assert {path: status for path, status in opened.items() if status not in {200, 302}} == {}
    assert len(opened) > 40


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("resource", OBJECTS)
def test_a_button_is_there_where_the_right_is(platform: Platform, role: Role, resource: str) -> None:
    path = f"/p/harbour/{OBJECTS[resource]}"
    answer = logged_in(role, platform).get(path)
    assert answer.status_code == 200
    html = unescape(answer.content.decode())
    for step, name in (("change/", RESOURCES[resource].modify), ("delete/", RESOURCES[resource].delete)):
        may = bool(name) and INTERFACES[name].right in ROLE_RIGHTS[role]
        shown = any(link.endswith(step) and link.startswith("/p/harbour/") for link in LINK.findall(html))
        assert shown is may, f"{step} for {role}"
