"""One call: every field that its reader sees, explained; somebody else's is nothing."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role
from portal.cdrs import answering
from portal.cdrs.datasets import CDRS
from portal.platforms.models import Platform
from portal.store.base import StoreUnreachable
from portal.ui.text import say
from portal.vos3000.simulator import Simulator
from tests.billing_app.cdrs.calls import MOVED_AT, Call, calls, seen_by_north
from tests.billing_app.cdrs.conftest import ALL, text_of
from tests.console.conftest import Browse

SEARCH = "/p/one/cdrs/"
ROUTING = {"callerToGatewayE164", "calleeToGatewayE164", "calleeProductId", "calleeGateway", "calleeip"}


def _url(call: Call) -> str:
    return f"{SEARCH}{call['start']}/{call['flowNo']}/"


def _one(test: Any) -> Call:
    return next(call for call in calls() if test(call))


def test_every_field_is_explained(past: Platform, finance: Client, softswitch: Simulator) -> None:
    call = _one(lambda call: call["account"] == "1100" and call["endReason"] == 486)

    words = text_of(finance.get(_url(call), {"zone": "Asia/Shanghai"}).content.decode())

    for each in CDRS.struct:
        assert say(each.label) in words
        assert say(each.help) in words
    assert "486: Busy here" in words
    assert "Asia/Shanghai" in words
    assert not softswitch.journal


def test_what_it_names_is_linked(past: Platform, finance: Client) -> None:
    call = _one(lambda call: call["callerE164"] == "02160000001")

    html = finance.get(_url(call)).content.decode()

    assert f'href="/p/one/accounts/{call["account"]}/"' in html
    assert f'href="/p/one/gateways/mapping/{call["callerGateway"]}/"' in html
    assert f'href="/p/one/gateways/routing/{call["calleeGateway"]}/"' in html
    assert 'href="/p/one/phones/02160000001/"' in html


def test_a_gateway_that_is_gone_is_said_to_be_where_its_link_leads(past: Platform, finance: Client) -> None:
    call = _one(lambda call: call["calleeGateway"] == "carrier-b")
    link = f"/p/one/gateways/routing/{call['calleeGateway']}/"
    answer = finance.get(link)

    assert f'href="{link}"' in finance.get(_url(call)).content.decode()
    assert answer.status_code == 404
    assert "or does not exist any more" in text_of(answer.content.decode())


def test_an_agent_sees_no_routing_and_no_foreign_agents_charge(past: Platform, agent: Client) -> None:
    call = _one(lambda call: call["account"] == "1000")

    html = agent.get(_url(call)).content.decode()

    for name in ROUTING:
        assert f"<dt>{say(CDRS.struct[name].label)}" not in html
        assert not call[name] or call[name] not in html
    assert "box of 1000" in html


@pytest.mark.parametrize(
    "foreign",
    [
        lambda call: call["account"] == "2000",
        lambda call: call["account"] == "1110" and call["start"] < MOVED_AT,
    ],
    ids=["another tree", "before it came"],
)
def test_a_foreign_call_is_as_one_that_does_not_exist(past: Platform, agent: Client, finance: Client, foreign: Any) -> None:
    call = _one(foreign)
    assert not seen_by_north(call)
    assert finance.get(_url(call)).status_code == 200

    theirs, none = agent.get(_url(call)), agent.get(f"{SEARCH}{call['start']}/1/")

    assert theirs.status_code == none.status_code == 404
    assert text_of(theirs.content.decode()) == text_of(none.content.decode())


@pytest.mark.parametrize("path", ["0/0/", f"{10**30}/1/", f"{2**62}/1/", f"1/{10**40}/", f"253402300800000/{2**63}/"])
def test_numbers_beyond_every_calendar_name_nothing(past: Platform, finance: Client, path: str) -> None:
    assert finance.get(f"{SEARCH}{path}").status_code == 404


def test_who_may_not_read_calls_is_refused(past: Platform, browse: Browse) -> None:
    user = User.objects.create_user("narrow", "pw", role=Role.FINANCE, language="en", only_rights=["accounts:account:read"])

    for path in (SEARCH, f"{SEARCH}totals/", _url(calls()[0]), "/cdrs/"):
        assert browse(user).get(path).status_code == 403


# Where there is no answer


class _Broken:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def local_all(self, _names: list[str]) -> list[str]:
        raise self.error


@pytest.mark.parametrize("path", [SEARCH, f"{SEARCH}totals/", f"{SEARCH}1795000000000/1/"])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreUnreachable(), "The store of CDRs cannot be read"),
        (duckdb.OutOfMemoryException("no room"), "needs more memory"),
        (duckdb.InterruptException("stopped"), "took too long"),
        (duckdb.IOException("no such file"), "The store of CDRs cannot be read"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_question_without_an_answer_says_why(
    past: Platform, finance: Client, monkeypatch: pytest.MonkeyPatch, path: str, error: Exception, words: str
) -> None:
    monkeypatch.setattr("portal.cdrs.manifest.store", lambda: _Broken(error))

    answer = finance.get(path.replace("1795000000000", str(calls()[0]["start"])), ALL)

    assert answer.status_code in {200, 503}
    assert words in text_of(answer.content.decode())
    assert "nothing was changed" in text_of(answer.content.decode())


def test_a_question_that_takes_too_long_is_stopped() -> None:
    endless = "SELECT count(*) FROM range(100000000000) AS a, range(1000) AS b WHERE a.range + b.range < 0"

    with pytest.raises(answering.TooSlow):
        answering.answered(endless, {}, seconds=0.1)

    assert answering.answered("SELECT 1", {}) == [(1,)]
