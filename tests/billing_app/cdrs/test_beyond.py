"""Where turning pages ends, and how long a time can be asked for: neither without a word."""

from __future__ import annotations

from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client

from portal.access.models import RoleRow, User
from portal.cdrs.models import Collecting
from portal.platforms.models import Platform
from tests.billing_app.cdrs.calls import BEGIN, END
from tests.billing_app.cdrs.conftest import ALL, flow_numbers, text_of

PAGE = "/p/one/cdrs/"
ENDS = "Only the first 100 calls are shown page by page."


@pytest.fixture
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.cdrs.search.LAST_ROW", 100)


@pytest.mark.usefixtures("few_pages")
def test_the_end_of_turning_pages_is_said_with_ways_on(past: Platform, finance: Client) -> None:
    first, last = (finance.get(PAGE, {**ALL, "size": "50", "answered": "no", "page": page}) for page in ("1", "2"))
    whole = finance.get(PAGE, {**ALL, "size": "50", "page": "2"}).content.decode()

    assert not any(ENDS in text_of(each.content.decode()) for each in (first, last))
    assert ENDS in text_of(whole)
    assert 'rel="next"' not in whole
    ways = unescape(whole.partition(ENDS)[2].partition("</section>")[0])
    assert 'href="#cdr-search"' in ways
    assert 'id="cdr-search"' in whole
    asked = parse_qs(ways.partition('href="/p/one/cdrs/export/?')[2].partition('"')[0])
    assert (asked["begin"], asked["end"]) == ([str(BEGIN)], [str(END)])


@pytest.mark.usefixtures("few_pages")
def test_a_page_behind_the_last_that_is_shown_leads_there(past: Platform, finance: Client) -> None:
    answer = finance.get(PAGE, {**ALL, "size": "50", "page": "3"}, follow=True)

    assert "page=2" in answer.redirect_chain[-1][0]
    assert len(flow_numbers(answer.content.decode())) == 50
    assert ENDS in text_of(answer.content.decode())


@pytest.mark.usefixtures("few_pages")
def test_who_may_not_export_is_offered_no_file(past: Platform, finance: Client) -> None:
    RoleRow.objects.create(slug="desk", title="Desk", rights=["calls:cdr:read"])
    User.objects.filter(role="finance").update(role="desk")
    html = finance.get(PAGE, {**ALL, "size": "50", "page": "2"}).content.decode()

    assert ENDS in text_of(html)
    assert "/cdrs/export/" not in html


def test_as_long_a_time_can_be_asked_for_as_is_kept(past: Platform, finance: Client) -> None:
    asked = {**ALL, "from": "2019-01-01"}
    too_long = finance.get(PAGE, asked)
    Collecting.objects.update_or_create(platform=past, defaults={"keep_days": 3660})
    answer = finance.get(PAGE, asked)

    assert too_long.status_code == 422
    assert "Ask for no more than 400 days at once." in text_of(too_long.content.decode())
    assert answer.status_code == 200
    assert flow_numbers(answer.content.decode()) == flow_numbers(finance.get(PAGE, ALL).content.decode())


def test_days_that_are_kept_no_longer_can_still_be_asked_for(past: Platform, finance: Client) -> None:
    Collecting.objects.update_or_create(platform=past, defaults={"keep_days": 30})

    assert finance.get(PAGE, {**ALL, "from": "2025-12-01"}).status_code == 200
