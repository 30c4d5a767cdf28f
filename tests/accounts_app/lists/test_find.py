"""The one search box, completion of references, agents as a tree, the first page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.access.models import AccountLink
from portal.celery import app
from portal.directory.models import Account, Phone
from portal.directory.refresh import refresh_object
from portal.platforms.models import Platform


def results(client: Client, url: str) -> list[str]:
    """Return the values of suggestions."""
    return [each["value"] for each in client.get(url).json()["results"]]


def test_one_exact_number_leads_to_the_object(harbour: Platform, summit: Platform, browse: Any) -> None:
    support = browse("support")
    assert support.get("/find/?q=5000").headers["Location"] == "/p/summit/accounts/5000/"
    assert support.get("/find/?q=8613900002").headers["Location"] == "/p/harbour/phones/8613900002/"


def test_the_same_number_on_two_platforms_is_a_choice(harbour: Platform, summit: Platform, browse: Any) -> None:
    page = browse("support").get("/find/?q=1000")
    assert page.status_code == 200
    assert "/p/harbour/accounts/1000/" in page.content.decode()
    assert "/p/summit/accounts/1000/" in page.content.decode()


@pytest.mark.parametrize(("words", "url"), [("阿里", "accounts/1002"), ("front", "phones/8613900002"), ("86139", "phones/8613900003")])
def test_names_memos_and_beginnings_are_found(harbour: Platform, browse: Any, words: str, url: str) -> None:
    assert f"/p/harbour/{url}/" in browse("support").get("/find/", {"q": words}).content.decode()


def test_htmx_gets_what_was_found_and_never_a_redirect(harbour: Platform, browse: Any) -> None:
    part = browse("support").get("/find/?q=2001", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"/p/harbour/accounts/2001/" in part.content
    assert b"<html" not in part.content


def test_nothing_found_is_said(harbour: Platform, browse: Any) -> None:
    assert "Nothing matches" in browse("support").get("/find/?q=zzzz").content.decode()


@pytest.mark.parametrize("words", ["2001", "South", "8613900003", "5000"])
def test_an_agent_finds_nothing_of_others(harbour: Platform, summit: Platform, browse: Any, words: str) -> None:
    page = browse("agent", (harbour, "1000")).get("/find/", {"q": words})
    assert page.status_code == 200
    assert "Nothing matches" in page.content.decode()


@pytest.mark.parametrize("words", ["", " ", "\x00", "%", "a" * 5000, "<script>alert(1)</script>", "😀"])
def test_hostile_words_are_only_words(harbour: Platform, browse: Any, words: str) -> None:
    page = browse("support").get("/find/", {"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


def test_references_are_completed_from_the_directory(harbour: Platform, summit: Platform, browse: Any) -> None:
    support = browse("support")
    assert results(support, "/p/harbour/complete/account/?q=100") == ["1000", "1001", "1002"]
    assert results(support, "/p/harbour/complete/phone/?q=desk") == ["8613900002"]
    assert results(support, "/p/harbour/complete/account/?q=") == []
    assert results(support, "/p/harbour/complete/nonsense/?q=1") == []
    assert results(support, "/p/harbour/complete/phone_card/?q=1") == []


def test_completion_tells_an_agent_of_their_own_only(harbour: Platform, summit: Platform, browse: Any) -> None:
    north = browse("agent", (harbour, "1001"))
    assert results(north, "/p/harbour/complete/account/?q=00") == ["1001", "1002"]
    assert results(north, "/p/harbour/complete/rate_group/?q=a") == []
    assert north.get("/p/summit/complete/account/?q=1").status_code == 404


def test_agents_are_a_tree_that_opens_level_by_level(harbour: Platform, browse: Any) -> None:
    support = browse("support")
    top = support.get("/p/harbour/agents/").content.decode()
    assert "1000 North Trading" in top
    assert "2000 South Telecom" in top
    assert "1001 North East" not in top
    level = support.get("/p/harbour/agents/?of=1000", headers={"HX-Request": "true"}).content.decode()
    assert "1001 North East" in level
    assert "<html" not in level
    assert "<html" in support.get("/p/harbour/agents/?of=1000").content.decode()
    assert support.get("/p/harbour/agents/?of=none").status_code == 404


def test_an_agents_tree_begins_with_their_own_account(harbour: Platform, summit: Platform, browse: Any) -> None:
    east = browse("agent", (harbour, "1001"))
    page = east.get("/agents/").content.decode()
    assert "1001 North East" in page
    assert "North Trading" not in page
    assert east.get("/p/harbour/agents/?of=1000").status_code == 404


def test_the_first_page_of_staff_counts_and_warns(harbour: Platform, summit: Platform, browse: Any) -> None:
    page = browse("support").get("/").content.decode()
    assert "Lowest balances" in page
    assert page.index("/p/harbour/accounts/1002/") < page.index("/p/harbour/accounts/2001/")
    assert "Your accounts" not in page


def test_the_first_page_of_an_agent_has_their_accounts_and_no_others(harbour: Platform, summit: Platform, browse: Any) -> None:
    page = browse("agent", (harbour, "1000")).get("/").content.decode()
    assert "Your balance" in page
    assert "South" not in page
    assert "Summit" not in page


def test_a_link_ends_with_its_account_and_a_new_one_of_that_name_is_a_stranger(harbour: Platform, browse: Any) -> None:
    north = browse("agent", (harbour, "1000"))
    refresh_object(harbour, "account", "1000", None)
    refresh_object(harbour, "account", "1000", {"account": "1000", "name": "Somebody new"})
    assert AccountLink.objects.get().suspended_at is not None
    assert "Somebody new" not in north.get("/accounts/").content.decode()
    assert Account.objects.filter(account="1000").count() == 2
    assert not Phone.objects.filter(account="1000").exclude(gone_at=None).exists()


def test_refresh_says_so_where_the_background_work_cannot_be_reached(harbour: Platform, browse: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(app, "_pool", None)
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    support = browse("support")
    page = support.post("/p/harbour/refresh/", {"next": "/p/harbour/phones/"}, follow=True)
    assert page.redirect_chain == [("/p/harbour/phones/", 302)]
    assert "The refresh was not started" in page.content.decode()
    assert support.post("/p/harbour/refresh/", {"next": "https://evil.example/"}).headers["Location"] == "/p/harbour/accounts/"
    assert browse("auditor").post("/p/harbour/refresh/").status_code == 403
