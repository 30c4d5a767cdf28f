"""What a role lets a person pay: said on the form before, and beside the amount after."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from portal.access.models import RoleRow
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.billing_app.paying import PAY, TEN, confirming, pay, sent
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of


@pytest.fixture
def finance(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["finance"])


def said(html: str) -> str:
    return " ".join(text_of(html).split())


def limited(**most: Decimal) -> None:
    RoleRow.objects.update_or_create(slug=Role.FINANCE, defaults=most)


def test_without_limits_nothing_is_said_of_them(finance: Client) -> None:
    assert "You may" not in text_of(body(finance.get(PAY)))


def test_the_form_says_what_may_still_be_paid(finance: Client) -> None:
    limited(pay_each=Decimal(50), pay_day=Decimal(100))
    words = said(body(finance.get(PAY)))
    assert "You may pay at once50.00 CNY" in words
    pay(finance)
    assert "You may still pay today89.75 CNY" in said(body(finance.get(PAY)))


@pytest.mark.parametrize(("most", "words"), [("pay_each", "at most 10.00 CNY at once"), ("pay_day", "10.00 CNY a day, of which 10.00 CNY")])
def test_more_than_the_limit_is_said_beside_the_amount_and_not_sent(finance: Client, softswitch: Simulator, most: str, words: str) -> None:
    limited(**{most: Decimal(10)})
    answer = finance.post(PAY, confirming(finance))
    assert answer.status_code == 403
    html = answer.content.decode()
    assert words in said(html)
    assert 'id="e-amount"' in html
    assert f'value="{TEN["amount"]}"' in html, "what was typed is kept"
    assert sent(softswitch) == []


def test_who_moves_no_money_yet_is_told_until_when(finance: Client, softswitch: Simulator, people: People) -> None:
    people["finance"].money_held_until = timezone.now() + timedelta(hours=3)
    people["finance"].save()
    assert "You can move no money until" in text_of(body(finance.get(PAY)))
    answer = finance.post(PAY, confirming(finance))
    assert answer.status_code == 403
    assert "You can move no money until" in text_of(answer.content.decode())
    assert sent(softswitch) == []
