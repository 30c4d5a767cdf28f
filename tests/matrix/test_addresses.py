"""Every address of the portal × every role × own, foreign, no such thing and nobody; an address without a row fails."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import cast

import pytest
from django.http import HttpResponse
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role
from portal.vos3000.simulator import Simulator
from tests.browser.sights import routes
from tests.matrix.conftest import CAST, Browse
from tests.matrix.things import FOREIGN_NAMES, Things

STAFF = ("root", "support", "finance", "auditor")
EVERYBODY = tuple(CAST)
MENDS = ("root", "support")
PAYS = ("root", "support", "finance")
ROOT = ("root",)
REFUSED, MISSING = 403, 404
# The id of a request and the tokens of its forms.
VARIES = re.compile(r'[0-9a-f]{16,}|name="csrfmiddlewaretoken" value="[^"]+"|X-CSRFToken": "[^"]+"')


@dataclass(frozen=True)
class Row:
    """Who may open an address, and the kind of thing that its parameters name (empty where it has none).

    ``ends`` marks what ends the log-in, ``post`` an address that takes nothing but a POST, ``open`` one for people who have not
    logged in, ``missing`` those for whom the thing is somebody else's.
    """

    who: Collection[str]
    thing: str = ""
    post: bool = False
    open: bool = False
    ends: bool = False
    missing: Collection[str] = ()
    extra: dict[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)


ACCOUNT, PHONE = "p/<slug:slug>/accounts/<key:key>/", "p/<slug:slug>/phones/<key:key>/"
OF_ACCOUNT, OF_PHONE = "p/<slug:slug>/accounts/<key:owner>/", "p/<slug:slug>/phones/<key:owner>/"
MAPPING, ROUTING = "p/<slug:slug>/gateways/mapping/<key:key>/", "p/<slug:slug>/gateways/routing/<key:key>/"
RATES = "p/<slug:slug>/rate-groups/"
CONSOLE = "console/<slug:slug>/<slug:name>/"
TRANSFER = "p/<slug:slug>/transfers/<uuid:transfer_id>/"
OPERATION, PERSON, ROLE, PLATFORM = "operations/<uuid:operation_id>/", "people/<int:pk>/", "roles/<slug:slug>/", "platforms/<slug:slug>/"
SAVED = "reports/saved/<int:pk>/"
CDRS = "p/<slug:slug>/cdrs/"
JOB = "jobs/<uuid:job_id>/"
KEEPERS, MANAGERS = (*MENDS, "north"), ("root", "north")


def hanging(under: str, thing: str, owner: str, who: Collection[str], writes: Mapping[str, Collection[str]]) -> dict[str, Row]:
    """Return the rows of what hangs on an owner: its list, a new one, one, and what is done with one."""
    rows = {under: Row(who, owner), f"{under}<key:key>/": Row(who, thing)}
    for step, whose in writes.items():
        rows[f"{under}new/" if step == "new" else f"{under}<key:key>/{step}/"] = Row(whose, owner if step == "new" else thing)
    return rows


def three(who: Collection[str]) -> dict[str, Collection[str]]:
    return dict.fromkeys(("new", "change", "delete"), who)


ROWS: dict[str, Row] = {
    "": Row(EVERYBODY),
    "find/": Row(EVERYBODY),
    "language/": Row(EVERYBODY, post=True, open=True),
    "theme/": Row(EVERYBODY, post=True, open=True),
    # The style guide is for development only.
    **{route: Row((), missing=EVERYBODY) for route in ("style/", "style/later/")},
    **{f"home/<slug:slug>/{part}/": Row(("north",), "platform", missing=STAFF) for part in ("month", "now", "payments")},
    # Letting oneself in, and one's own things.
    **{route: Row(EVERYBODY, open=True) for route in ("log-in/", "log-in/code/")},
    **{route: Row(EVERYBODY, open=True, post=True) for route in ("log-in/passkey/ask/", "log-in/passkey/prove/")},
    "log-out/": Row(EVERYBODY, post=True, ends=True),
    "password/": Row(EVERYBODY),
    **{route: Row(EVERYBODY, open=True, extra={"token": "none"}) for route in ("password/<str:token>/", "second-factor/<str:token>/")},
    **{f"settings/{part}": Row(EVERYBODY) for part in ("", "security/", "security/app/", "security/codes/", "security/passkeys/")},
    **{f"settings/security/{part}/": Row(EVERYBODY, post=True) for part in ("app/remove", "codes/text", "log-ins/end")},
    **{f"settings/security/passkeys/{part}/": Row(EVERYBODY, post=True) for part in ("begin", "complete")},
    "settings/security/passkeys/<int:number>/remove/": Row((), post=True, missing=EVERYBODY, extra={"number": "7777777"}),
    "settings/security/log-ins/<int:number>/end/": Row((), post=True, missing=EVERYBODY, extra={"number": "7777777"}),
    # Customers.
    **{route: Row(EVERYBODY) for route in ("accounts/", "phones/", "agents/", "payments/", "rate-groups/", "gateways/")},
    **{f"p/<slug:slug>/{part}/": Row(EVERYBODY, "platform") for part in ("accounts", "phones", "agents", "payments", "gateways")},
    "p/<slug:slug>/payments/history/": Row(EVERYBODY, "platform"),
    "p/<slug:slug>/complete/<slug:resource>/": Row(EVERYBODY, "platform", extra={"resource": "account"}),
    "p/<slug:slug>/refresh/": Row(("root", "support", "finance"), "platform", post=True),
    "p/<slug:slug>/accounts/new/": Row(KEEPERS, "platform"),
    ACCOUNT: Row(EVERYBODY, "account"),
    f"{ACCOUNT}change/": Row(KEEPERS, "account"),
    f"{ACCOUNT}delete/": Row(KEEPERS, "account"),
    f"{ACCOUNT}pay/": Row(PAYS, "account"),
    f"{ACCOUNT}payments/": Row(EVERYBODY, "account"),
    f"{ACCOUNT}quick/<slug:quick>/": Row(KEEPERS, "account", extra={"quick": "lock"}),
    "p/<slug:slug>/phones/new/": Row(KEEPERS, "platform"),
    PHONE: Row(EVERYBODY, "phone"),
    f"{PHONE}change/": Row(KEEPERS, "phone"),
    f"{PHONE}delete/": Row(KEEPERS, "phone"),
    f"{PHONE}quick/<slug:quick>/": Row(KEEPERS, "phone", extra={"quick": "lock"}),
    f"{PHONE}reveal/": Row(ROOT, "phone", post=True, data={"path": "password"}),
    **hanging(f"{OF_ACCOUNT}cards/", "card", "owner", EVERYBODY, three(KEEPERS)),
    f"{OF_ACCOUNT}cards/<key:key>/reveal/": Row(ROOT, "card", post=True, data={"path": "password"}),
    **hanging(f"{OF_ACCOUNT}bound-numbers/", "bound number", "owner", EVERYBODY, three(KEEPERS)),
    f"{OF_ACCOUNT}bound-numbers/<key:key>/reveal/": Row(ROOT, "bound number", post=True, data={"path": "pin"}),
    **hanging(f"{OF_ACCOUNT}phone-book/", "entry", "owner", EVERYBODY, three(KEEPERS)),
    **hanging(f"{OF_ACCOUNT}suite-orders/", "order", "owner", EVERYBODY, three(MANAGERS)),
    **hanging(f"{OF_ACCOUNT}suites/", "suite", "owner", EVERYBODY, {"delete": ROOT}),
    **hanging(f"{OF_ACCOUNT}conversions/", "conversion", "owner", STAFF, three(MENDS)),
    **hanging(f"{OF_PHONE}suite-orders/", "phone order", "phone owner", EVERYBODY, three(MANAGERS)),
    **hanging(f"{OF_PHONE}suites/", "phone suite", "phone owner", EVERYBODY, {"delete": ROOT}),
    # Traffic and prices.
    "p/<slug:slug>/gateways/live/<slug:kind>/": Row(EVERYBODY, "platform", extra={"kind": "mapping"}),
    MAPPING: Row(EVERYBODY, "gateway"),
    f"{MAPPING}reveal/": Row(ROOT, "gateway", post=True, data={"path": "password"}),
    ROUTING: Row(STAFF, "routing"),
    f"{ROUTING}reveal/": Row(ROOT, "routing", post=True, data={"path": "password"}),
    RATES: Row(EVERYBODY, "platform"),
    f"{RATES}new/": Row(ROOT, "platform"),
    f"{RATES}<key:key>/": Row(EVERYBODY, "rate group"),
    f"{RATES}<key:key>/rates/": Row(EVERYBODY, "rate group"),
    **{f"{RATES}<key:key>/{step}/": Row(ROOT, "rate group") for step in ("change", "delete")},
    # Money and what happened.
    "transfers/": Row(EVERYBODY),
    "p/<slug:slug>/transfers/": Row(EVERYBODY, "platform"),
    TRANSFER: Row(EVERYBODY, "transfer"),
    **{f"{TRANSFER}{part}/": Row(("root", "finance"), "transfer", post=True) for part in ("pay-back", "close")},
    f"{ACCOUNT}transfer/": Row(("north",), "account"),
    "p/<slug:slug>/payments/<uuid:operation_id>/": Row(EVERYBODY, "payment"),
    "operations/": Row(EVERYBODY),
    **{f"{OPERATION}{part}": Row(EVERYBODY, "operation") for part in ("", "state/")},
    f"{OPERATION}look/": Row(EVERYBODY, "operation", post=True),
    f"{OPERATION}settle/": Row(("root", "finance"), "operation", post=True),
    f"{OPERATION}take-back/": Row(KEEPERS, "operation"),
    "audit/": Row(EVERYBODY),
    "audit/<int:number>/": Row(EVERYBODY, "audit row"),
    **{route: Row(EVERYBODY) for route in ("jobs/", "jobs/ended/")},
    **{f"{JOB}{part}": Row(EVERYBODY, "job") for part in ("", "part/")},
    f"{JOB}cancel/": Row(("root", "north"), "job", post=True),
    f"{JOB}again/": Row((*PAYS, "north"), "job", post=True),
    f"{JOB}files/<int:number>/": Row((*PAYS, "north"), "job", extra={"number": "1"}),
    "notices/<int:number>/": Row(EVERYBODY, post=True, extra={"number": "7777777"}),
    # Calls.
    "cdrs/": Row(EVERYBODY),
    **{f"{CDRS}{part}": Row(EVERYBODY, "platform") for part in ("", "totals/")},
    f"{CDRS}fetch/": Row((*PAYS, "north"), "platform", post=True),
    f"{CDRS}export/": Row((*PAYS, "north"), "platform"),
    f"{CDRS}<int:start>/<int:flow_no>/": Row(EVERYBODY, "call"),
    # Reports.
    "reports/": Row(EVERYBODY),
    "p/<slug:slug>/reports/": Row(EVERYBODY, "platform"),
    "p/<slug:slug>/reports/<slug:name>/": Row(EVERYBODY, "platform", extra={"name": "by-account"}),
    "p/<slug:slug>/reports/<slug:name>/fetch/": Row((*PAYS, "north"), "platform", post=True, extra={"name": "by-account"}),
    "p/<slug:slug>/reports/<slug:name>/file/": Row(
        (*PAYS, "north"), "platform", post=True, extra={"name": "by-account"}, data={"format": "csv"}
    ),
    # What is saved and sent. Without words of what, there is nothing to save; nobody sent the agent anything.
    "reports/saved/": Row(EVERYBODY),
    "reports/saved/new/": Row((), missing=EVERYBODY),
    **{f"{SAVED}{part}": Row(("north",), "saved report", missing=STAFF) for part in ("", "open/", "change/", "remove/")},
    f"{SAVED}schedule/": Row(("north",), "saved report", missing=PAYS),
    f"{SAVED}rest/": Row(("north",), "saved report", post=True, missing=STAFF),
    f"{SAVED}wanted/": Row((), "saved report", post=True, missing=EVERYBODY),
    # What rules the portal.
    **{route: Row(ROOT) for route in ("platforms/", "platforms/add/", "console/", "roles/", "roles/add/")},
    **{f"{PLATFORM}{part}": Row(ROOT, "platform") for part in ("", "edit/")},
    **{f"{PLATFORM}{part}/": Row(ROOT, "platform", post=True) for part in ("close", "open", "test")},
    **{f"{PLATFORM}collection/{part}": Row(ROOT, "platform") for part in ("", "edit/", "now/")},
    f"{PLATFORM}collection/<str:day>/": Row(ROOT, "day that differs"),
    CONSOLE: Row(ROOT, "platform", extra={"name": "GetCustomer"}),
    **{f"{ROLE}{part}": Row(ROOT, "role") for part in ("", "edit/", "delete/")},
    **{route: Row(MANAGERS) for route in ("people/", "people/add/")},
    f"{PERSON}log-ins/<int:log_in>/end/": Row(MANAGERS, "person", post=True),
    f"{PERSON}accounts/<int:link>/resume/": Row(ROOT, "person", post=True),
    **{f"{PERSON}{part}": Row(MANAGERS, "person") for part in ("", "edit/")},
    **{
        f"{PERSON}{part}/": Row(MANAGERS, "person", post=True)
        for part in ("new-link", "reset-factor", "log-ins/end", "deactivate", "activate")
    },
}


def address(route: str, given: Mapping[str, str]) -> str:
    """Return the address of a route with its parameters filled in."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], route)


def ask(client: Client, row: Row, url: str) -> HttpResponse:
    return cast("HttpResponse", client.post(url, row.data) if row.post else client.get(url))


def how(answer: HttpResponse) -> str:
    """Return how an address answered: a redirect to the log-in is none of the ways."""
    assert not answer.headers.get("Location", "").startswith("/log-in/?")
    return {REFUSED: "refused", MISSING: "missing"}.get(answer.status_code, "opens")


def same(answer: HttpResponse, given: Mapping[str, str]) -> str:
    """Return a page without what differs between two pages that tell the same: what was asked for, ids and tokens."""
    page = answer.content.decode()
    for value in given.values():
        page = page.replace(f"/{value}/", "/-/").replace(f">{value}<", ">-<")
    return VARIES.sub("", page)


def test_every_address_has_a_row() -> None:
    assert set(routes()) == set(ROWS)


@pytest.mark.parametrize("name", CAST)
def test_who_opens_what(name: str, browse: Browse, things: Things) -> None:
    client, found, expected = browse(name), {}, {}
    for route, row in ROWS.items():
        if row.open:
            continue
        answer = ask(browse(name) if row.ends else client, row, address(route, things.own(row.thing) | row.extra))
        found[route] = how(answer)
        expected[route] = "opens" if name in row.who else "missing" if name in row.missing else "refused"
        assert answer.status_code < 500, route
    assert {route: each for route, each in found.items() if each != expected[route]} == {}


def asked(client: Client, row: Row, given: dict[str, str], route: str, softswitch: Simulator) -> tuple[HttpResponse, str]:
    """Return an answer and what reached the softswitch for it."""
    softswitch.journal.clear()
    answer = ask(client, row, address(route, given | row.extra))
    return answer, " ".join(f"{entry.interface} {entry.request}" for entry in softswitch.journal)


def test_what_is_foreign_looks_like_what_does_not_exist(browse: Browse, things: Things, softswitch: Simulator) -> None:
    client, wrong = browse("north"), []
    # The first page tells of a job that has ended, and no other does.
    assert client.get("/").status_code == 200
    for route, row in ROWS.items():
        for foreign, nothing in things.pairs(row.thing) if row.thing and "north" in row.who else ():
            (one, sent), (other, too) = (asked(client, row, given, route, softswitch) for given in (foreign, nothing))
            if one.status_code != MISSING or same(one, foreign) != same(other, nothing) or sent != too:
                wrong.append((route, f"{one.status_code} {other.status_code}", f"{sent} | {too}"))
            wrong += [(route, value, sent) for value in FOREIGN_NAMES if value in sent]
    assert wrong == []


def test_nobody_is_led_to_the_log_in(browse: Browse, things: Things) -> None:
    client = browse("")
    for route, row in ROWS.items():
        answer = ask(client, row, address(route, things.own(row.thing) | row.extra))
        if row.open:
            assert answer.status_code in {200, 302, REFUSED, 404, 405}, route
        elif not row.who and answer.status_code == MISSING:
            assert route.startswith("style/")
        else:
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/log-in/?"), route


def test_an_agent_whom_the_operator_does_not_allow_it_makes_no_transfers(browse: Browse, things: Things) -> None:
    User.objects.filter(username="north").update(role=Role.AGENT)
    client = browse("north")
    for route, row in ROWS.items():
        if "transfer" in route:
            assert ask(client, row, address(route, things.own(row.thing))).status_code == REFUSED, route
    assert b"/transfers/" not in client.get("/").content
