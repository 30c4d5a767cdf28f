"""A column that somebody may not see: not on the screen, and not by any address either."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from portal.platforms.models import Platform

LIST = "/p/harbour/accounts/"


@pytest.fixture
def north(harbour: Platform, browse: Any) -> Client:
    """Return the browser of an agent, from whom staff's memos are hidden."""
    client: Client = browse("agent", (harbour, "1000"))
    return client


def text(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8-sig"))


def test_it_is_no_column_and_cannot_be_chosen(north: Client, harbour: Platform, browse: Any) -> None:
    assert "老客户" in text(browse("support").get(f"{LIST}?columns=memo"))
    html = text(north.get(f"{LIST}?columns=memo"))
    assert "老客户" not in html
    assert "Some of the columns do not exist." in html
    assert 'value="memo"' not in html


def test_it_is_not_searched(north: Client, harbour: Platform, browse: Any) -> None:
    assert "1002" in text(browse("support").get(f"{LIST}?q=老客户"))
    assert "/p/harbour/accounts/1002/" not in text(north.get(f"{LIST}?q=老客户"))
    assert "/p/harbour/accounts/1002/" in text(north.get(f"{LIST}?q=阿里"))


def test_the_one_box_does_not_find_by_it(north: Client, harbour: Platform, browse: Any) -> None:
    assert "1002" in text(browse("support").get("/find/?q=老客户", headers={"HX-Request": "true"}))
    assert "1002" not in text(north.get("/find/?q=老客户", headers={"HX-Request": "true"}))
    assert "1002" in text(north.get("/find/?q=阿里", headers={"HX-Request": "true"}))


def test_suggestions_do_not_find_by_it(north: Client) -> None:
    assert north.get("/p/harbour/complete/account/?q=老客户").json() == {"results": []}
    assert [each["value"] for each in north.get("/p/harbour/complete/account/?q=阿里").json()["results"]] == ["1002"]


def test_it_cannot_be_sorted_by(north: Client) -> None:
    assert "The list cannot be sorted by that." in text(north.get(f"{LIST}?sort=memo"))


def test_it_is_in_no_file(north: Client) -> None:
    rows = list(csv.reader(io.StringIO(text(north.get(f"{LIST}?format=csv")))))
    assert "Memo" not in rows[0]
    assert north.get(f"{LIST}?format=csv&columns=memo").status_code == 400


def test_what_runs_low_is_found(harbour: Platform, browse: Any) -> None:
    html = text(browse("support").get(f"{LIST}?low=yes"))
    assert "/p/harbour/accounts/1002/" in html, "below zero"
    assert "/p/harbour/accounts/1000/" not in html
