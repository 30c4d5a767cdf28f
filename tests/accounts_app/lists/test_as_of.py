"""What stands beside a list of how old it is tells an agent nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.directory.models import Refresh
from portal.platforms.models import Platform

LISTS = ["/accounts/", "/p/harbour/accounts/", "/phones/", "/p/harbour/phones/", "/agents/", "/p/harbour/agents/", "/"]
LEFT_OUT = {"GetCustomer accounts 2000": {"en": "The account 2000 could not be read.", "zh": "账户 2000 未能读取。"}}
NEUTRAL = "The last refresh could not read everything."


@pytest.mark.parametrize(
    "trouble",
    [{"left_out": LEFT_OUT}, {"missing": ["2000", "2001"], "missing_at": timezone.now()}, {"problem_en": "Refused. (-1 ask for 2000)"}],
    ids=["left-out", "missing", "stopped"],
)
def test_an_agent_reads_that_a_refresh_did_not_read_everything_and_no_more(harbour: Platform, browse: Any, trouble: dict[str, Any]) -> None:
    refresh = Refresh.objects.create(platform=harbour, accounts_at=timezone.now(), phones_at=timezone.now(), **trouble)
    agent, support = browse("agent", (harbour, "1000")), browse("support")
    for url in LISTS:
        assert refresh.problem.en not in agent.get(url).content.decode(), url
    for url in LISTS[:-1]:
        told = agent.get(url).content.decode()
        assert "2000" not in told, url
        assert NEUTRAL in told, url
        page = support.get(url).content.decode()
        assert NEUTRAL not in page, url
        assert refresh.problem.en in page.replace("&#x27;", "'"), url


def test_an_agent_reads_nothing_of_a_refresh_that_went_well(harbour: Platform, browse: Any) -> None:
    Refresh.objects.create(platform=harbour, accounts_at=timezone.now())
    assert NEUTRAL not in browse("agent", (harbour, "1000")).get("/accounts/").content.decode()


def test_how_many_objects_a_running_refresh_reads_is_for_those_who_see_them_all(harbour: Platform, browse: Any) -> None:
    later = timezone.now() + timedelta(minutes=1)
    Refresh.objects.create(platform=harbour, accounts_at=timezone.now(), held_until=later, done=321, total=987)
    agent = browse("agent", (harbour, "1000")).get("/accounts/").content.decode()
    assert "being refreshed now" in agent
    assert "987" not in agent
    assert ">321 / 987<" in browse("support").get("/accounts/").content.decode()
