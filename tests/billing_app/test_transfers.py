"""A transfer from the form to what became of it, as an agent and as staff see it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.access.models import AccountLink, LogIn, RoleRow, User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.access.sudo import FIELD
from portal.audit.models import Operation
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.service import fresh_token, transfers_kept
from portal.service.models import Stand, Transfer
from portal.service.tasks import carry_on_transfers, settle_open
from portal.ui.formats import money_text
from portal.vos3000.simulator import Simulator
from tests.billing_app import paying
from tests.billing_app.paying import sent
from tests.billing_app.test_pay import at_once, later
from tests.console.conftest import Browse, People
from tests.console.walk import body, text_of
from tests.ui.forms.browser import Page

AGENT, SUB, FOREIGN = "1000", "800001", "800003"
FORM = f"/p/one/accounts/{SUB}/transfer/"
TEN = {"way": "down", "amount": "10.25"}
MAY = "agent-who-transfers"


@pytest.fixture
def mirrored(platform: Platform, softswitch: Simulator) -> None:
    put(platform, Account, softswitch.state.accounts.select(None), timezone.now())


@pytest.fixture
def who(platform: Platform, mirrored: None) -> Callable[..., User]:
    """Return what makes people of North, whom the operator lets make transfers or not."""
    rights = [str(each) for each in (*ROLE_RIGHTS[Role.AGENT], Own.MAKE_TRANSFERS)]
    RoleRow.objects.get_or_create(slug=MAY, defaults={"title": "Agents", "confined": True, "rights": rights})

    def made(name: str, *, role: str = MAY, account: str = AGENT) -> User:
        user = User.objects.create_user(name, "pw", role=role, language="en", time_zone="UTC")
        AccountLink.objects.create(user=user, platform=platform, account=account)
        return user

    return made


@pytest.fixture
def north(who: Callable[..., User], browse: Browse) -> Client:
    return browse(who("north"))


@pytest.fixture(autouse=True)
def _enough(softswitch: Simulator) -> None:
    softswitch.state.book(AGENT, Decimal(1000) - softswitch.state.money(AGENT))


def balances(softswitch: Simulator) -> tuple[Decimal, Decimal]:
    return softswitch.state.money(AGENT), softswitch.state.money(SUB)


def confirming(client: Client, post: dict[str, str] | None = None, url: str = FORM) -> dict[str, str]:
    """Fill in the form and return what the confirming page's button posts."""
    page = body(client.post(url, TEN if post is None else post))
    (form,) = re.findall(r'<form method="post" class="panel.*?</form>', page, re.DOTALL)
    posted = {name: texts[-1] for name, texts in Page(form).posted.items()}
    assert "token" in posted
    return posted


def told(client: Client, confirmed: dict[str, str], url: str = FORM) -> str:
    answer: Any = client.post(url, confirmed, follow=True)
    return text_of(body(answer))


def made(client: Client, post: dict[str, str] | None = None) -> str:
    """Make a transfer and return what the page says that tells what became of it."""
    return told(client, confirming(client, post))


def page_of(client: Client) -> str:
    return body(client.get(f"/p/one/transfers/{Transfer.objects.get().pk}/"))


def faulty(softswitch: Simulator, *faults: str) -> None:
    for each in faults:
        softswitch.faults.add("Pay", each)


def test_the_form_shows_how_both_accounts_stand(north: Client, softswitch: Simulator) -> None:
    words = text_of(body(north.get(FORM)))
    for amount in balances(softswitch):
        assert money_text(amount) in words
    assert softswitch.state.account(SUB)["name"] in words
    assert sent(softswitch) == []


@pytest.mark.parametrize(("way", "sign"), [("down", -1), ("back", 1)])
def test_the_confirming_page_shows_both_before_and_after_and_sends_nothing(
    north: Client, softswitch: Simulator, way: str, sign: int
) -> None:
    words = text_of(body(north.post(FORM, {**TEN, "way": way})))
    agent, sub = balances(softswitch)
    for amount in (agent, sub, agent + sign * Decimal("10.25"), sub - sign * Decimal("10.25")):
        assert money_text(amount) in words
    first, second = (AGENT, SUB) if way == "down" else (SUB, AGENT)
    assert f"Move 10.25 CNY from {first} to {second}" in words
    assert (sent(softswitch), Transfer.objects.count()) == ([], 0)


def test_a_confirmed_transfer_is_made_and_shown_with_every_step(north: Client, softswitch: Simulator) -> None:
    agent, sub = balances(softswitch)
    words = made(north)
    assert balances(softswitch) == (agent - Decimal("10.25"), sub + Decimal("10.25"))
    assert f"Done: 10.25 CNY from {AGENT} to {SUB}" in words
    assert "Taking the money" in words
    assert "Giving the money" in words
    assert words.count("Done") >= 3
    assert len(sent(softswitch)) == 2
    listed = text_of(body(north.get("/p/one/transfers/")))
    assert AGENT in listed
    assert SUB in listed
    assert "10.25" in listed


def test_a_form_sent_again_is_one_transfer(north: Client, softswitch: Simulator) -> None:
    confirmed = confirming(north)
    first, again = told(north, confirmed), told(north, confirmed)
    assert "Done" in first
    assert "Done" in again
    assert (len(sent(softswitch)), Transfer.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_transfer(who: Callable[..., User], browse: Browse, softswitch: Simulator) -> None:
    user, before = who("north"), balances(softswitch)
    browsers = [browse(user) for _ in range(2)]
    confirmed = confirming(browsers[0])
    pages = at_once([partial(told, each, confirmed) for each in browsers])
    assert len(pages) == 2
    assert (len(sent(softswitch)), Transfer.objects.count()) == (2, 1)
    assert balances(softswitch) == (before[0] - Decimal("10.25"), before[1] + Decimal("10.25"))


@pytest.mark.django_db(transaction=True)
def test_two_transfers_at_once_are_one_and_the_other_is_told_of_it(who: Callable[..., User], browse: Browse, softswitch: Simulator) -> None:
    before = balances(softswitch)
    softswitch.faults.add("Pay", "delay:400")
    browsers = [browse(who("north")), browse(who("deputy"))]
    posts = [confirming(each) for each in browsers]
    pages = at_once([partial(told, each, post) for each, post in zip(browsers, posts, strict=True)])
    assert sum("An earlier transfer is still open" in page for page in pages) == 1
    assert balances(softswitch) == (before[0] - Decimal("10.25"), before[1] + Decimal("10.25"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "required"),
        ("0", "zero moves nothing"),
        ("-5", "positive amount"),
        ("ten", "Write a number"),
        ("1.123456789", "At most 8 decimals"),
        ("99999999", "do not cover this"),
    ],
)
def test_what_is_wrong_stands_beside_the_amount_and_what_was_typed_is_kept(
    north: Client, softswitch: Simulator, typed: str, said: str
) -> None:
    answer = north.post(FORM, {"way": "back", "amount": typed})
    page = body(answer)
    assert answer.status_code == 422
    (error,) = re.findall(r'<div class="sf-error" id="e-amount".*?</div>', page, re.DOTALL)
    assert said in text_of(error)
    assert f'value="{typed}"' in page
    assert 'id="way-back" checked' in page
    assert sent(softswitch) == []


@pytest.mark.parametrize("token", ["", "x", "00000000-0000-0000-0000"])
def test_a_form_without_a_token_sends_nothing(north: Client, softswitch: Simulator, token: str) -> None:
    assert north.post(FORM, {**TEN, "token": token}).status_code == 422
    assert sent(softswitch) == []


def test_back_to_the_form_keeps_what_was_typed(north: Client) -> None:
    page = body(north.post(FORM, {**TEN, "way": "back", "edit": "1"}))
    assert 'value="10.25"' in page
    assert 'id="way-back" checked' in page


@pytest.mark.parametrize("key", [FOREIGN, "2000", "no%20such"])
def test_what_is_somebody_elses_is_not_there(north: Client, softswitch: Simulator, key: str) -> None:
    url = f"/p/one/accounts/{key}/transfer/"
    for answer in (north.get(url), north.post(url, TEN), north.post(url, {**TEN, "token": "9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1"})):
        assert answer.status_code == 404
    assert len(softswitch.journal) == 0


def test_another_agents_account_cannot_be_posted_as_the_other_end(north: Client, softswitch: Simulator) -> None:
    answer = north.post(FORM, {**TEN, "agent": "2000", "token": "9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1"})
    assert answer.status_code == 422
    assert sent(softswitch) == []


def test_the_own_account_asks_for_the_sub_account_first(north: Client, softswitch: Simulator) -> None:
    url = f"/p/one/accounts/{AGENT}/transfer/"
    assert "Sub-account" in text_of(body(north.get(url)))
    led: Any = north.get(url, {"account": SUB})
    assert (led.status_code, led.url) == (302, FORM)
    for key in (FOREIGN, "no such", AGENT):
        answer = north.get(url, {"account": key})
        assert answer.status_code == 422
        assert "There is no such account below this one." in text_of(body(answer))
        assert f'value="{key}"' in body(answer)
    assert len(softswitch.journal) == 0


def test_an_account_far_below_is_reached_from_every_agent_above_it(north: Client, softswitch: Simulator) -> None:
    deep = Account.objects.exclude(agent_account__in=["", AGENT]).filter(agent_account="1100").first()
    if deep is None:
        Account.objects.filter(account="800002").update(agent_account=SUB)
        softswitch.state.accounts.change("800002", {"agentAccount": SUB})
        deep, middle = Account.objects.get(account="800002"), SUB
    else:
        middle = "1100"
    url = f"/p/one/accounts/{deep.account}/transfer/"
    page = body(north.get(url))
    assert re.findall(r'<option value="([^"]+)"', page) == [AGENT, middle]
    softswitch.state.book(middle, Decimal(100))
    told(north, confirming(north, {**TEN, "agent": middle}, url), url)
    assert (Transfer.objects.get().agent, Transfer.objects.get().state) == (middle, Stand.DONE)


def test_who_was_not_given_the_right_has_no_page(
    who: Callable[..., User], browse: Browse, people: People, softswitch: Simulator, north: Client
) -> None:
    made(north)
    count, address = len(softswitch.journal), f"/p/one/transfers/{Transfer.objects.get().pk}/"
    plain = browse(who("plain", role=Role.AGENT))
    for url in (FORM, "/transfers/", "/p/one/transfers/", address):
        assert plain.get(url).status_code == 403
    assert plain.post(FORM, {**TEN, "token": "9d9f6ba5-6ad0-4a2f-8b8e-3a3c40d1f4a1"}).status_code == 403
    for role in people:
        assert browse(people[role]).get(FORM).status_code == 403
    assert len(softswitch.journal) == count


def test_another_agent_sees_no_transfer(who: Callable[..., User], browse: Browse, north: Client) -> None:
    made(north)
    other = browse(who("south", account="800002"))
    assert other.get(f"/p/one/transfers/{Transfer.objects.get().pk}/").status_code == 404
    assert "10.25" not in text_of(body(other.get("/transfers/")))


def test_staff_see_all_and_decide_nothing_that_needs_no_deciding(browse: Browse, people: People, north: Client) -> None:
    made(north)
    for role in ("administrator", "support", "finance", "auditor"):
        client = browse(people[role])
        assert SUB in text_of(body(client.get("/p/one/transfers/")))
        page = page_of(client)
        assert f'href="/operations/{Operation.objects.latest("created_at").pk}/"' in page
        assert "/close/" not in page
    assert "/operations/" not in page_of(north)


def test_a_refused_debit_says_that_nothing_moved(north: Client, softswitch: Simulator) -> None:
    before = balances(softswitch)
    faulty(softswitch, "error:-10007")
    words = made(north)
    assert f"Not made: 10.25 CNY from {AGENT} to {SUB}" in words
    assert "Nothing was taken and nothing was given" in words
    assert "-10007" in words
    assert balances(softswitch) == before


def test_a_refused_credit_says_that_it_was_paid_back(north: Client, softswitch: Simulator) -> None:
    before = balances(softswitch)
    faulty(softswitch, "delay:0", "error:-10007")
    words = made(north)
    assert f"was paid back to {AGENT}" in words
    assert "Paying the money back" in words
    assert balances(softswitch) == before


@pytest.mark.parametrize("debits", [0, 1])
def test_a_held_transfer_looks_again_by_itself_until_it_has_ended(north: Client, softswitch: Simulator, debits: int) -> None:
    faulty(softswitch, *["delay:0"] * debits, "apply-then-reset")
    words = made(north)
    assert f"Held: 10.25 CNY from {AGENT} to {SUB}" in words
    assert ("It is not known whether the money was taken" in words) is (debits == 0)
    assert ("It is not known whether it was given" in words) is (debits == 1)
    assert 'hx-trigger="every 3s"' in page_of(north)
    with later(seconds=60):
        settle_open()
        carry_on_transfers()
    page = page_of(north)
    assert "hx-trigger" not in page
    assert "Done: 10.25" in text_of(page)


def test_a_waiting_pay_back_says_so(north: Client, softswitch: Simulator, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    faulty(softswitch, "delay:0", "error:-10007")
    moved = transfers_kept.moved

    def closing(*args: Any, **named: Any) -> bool:
        if named.get("step") == "pay-back":
            Platform.objects.update(writable=False)
            args[0].platform.writable = False
        return moved(*args, **named)

    monkeypatch.setattr(transfers_kept, "moved", closing)
    words = made(north)
    assert "Waiting to be paid back" in words
    assert "has not been opened for writing" in words
    assert "It is tried again by itself" in words


def test_money_on_neither_account_is_put_right_by_finance(north: Client, softswitch: Simulator, browse: Browse, people: People) -> None:
    before = balances(softswitch)
    faulty(softswitch, "delay:0", "error:-10007", "error:-10007")
    words = made(north)
    assert f"The money was taken from {AGENT}. It is on neither account." in words
    assert "Your provider sees this" in words
    assert "Pay back to" not in words
    finance = browse(people["finance"])
    address = f"/p/one/transfers/{Transfer.objects.get().pk}/"
    words = text_of(page_of(finance))
    assert "A person has to put this right" in words
    assert f"Pay back to {AGENT} again" in words
    for client in (north, browse(people["support"])):
        assert client.post(f"{address}pay-back/").status_code == 403
        assert client.post(f"{address}close/", {"note": "x"}).status_code == 403
    answer: Any = finance.post(f"{address}pay-back/", follow=True)
    assert f"was paid back to {AGENT}" in text_of(body(answer))
    assert balances(softswitch) == before
    again: Any = finance.post(f"{address}pay-back/", follow=True)
    assert "does not wait for a person" in text_of(body(again))
    assert balances(softswitch) == before


def test_finance_closes_what_was_put_right_elsewhere(north: Client, softswitch: Simulator, browse: Browse, people: People) -> None:
    faulty(softswitch, "delay:0", "error:-10007", "error:-10007")
    made(north)
    finance, address = browse(people["finance"]), f"/p/one/transfers/{Transfer.objects.get().pk}/close/"
    empty = finance.post(address, {"note": " "})
    assert empty.status_code == 422
    assert Transfer.objects.get().is_open
    answer: Any = finance.post(address, {"note": "booked <b>by hand</b>"}, follow=True)
    assert "booked <b>" not in body(answer)
    words = text_of(body(answer))
    assert "Closed by a person" in words
    assert "booked <b>by hand</b>" in words


def test_the_password_is_asked_again_before_money_moves(north: Client, softswitch: Simulator) -> None:
    confirmed = confirming(north)
    LogIn.objects.update(sudo_until=timezone.now())
    assert "password" in told(north, confirmed).lower()
    assert (sent(softswitch), Transfer.objects.count()) == ([], 0)
    told(north, {**confirmed, FIELD: "wrong"})
    assert sent(softswitch) == []
    assert "Done" in told(north, {**confirmed, FIELD: "pw"})
    assert len(sent(softswitch)) == 2


def test_a_read_only_platform_offers_no_form(north: Client, softswitch: Simulator) -> None:
    confirmed = confirming(north)
    made(north)
    Platform.objects.update(writable=False)
    count = len(sent(softswitch))
    assert "has not been opened for writing" in text_of(body(north.get(FORM)))
    assert "has not been opened for writing" in told(north, confirmed)
    assert len(sent(softswitch)) == count


def test_an_open_payment_is_told_and_nothing_is_made(
    north: Client, softswitch: Simulator, browse: Browse, people: People, platform: Platform
) -> None:
    waiting = confirming(north)
    faulty(softswitch, "apply-then-reset")
    paying.pay(browse(people["support"]))
    answer = north.post(FORM, waiting)
    assert answer.status_code == 409
    assert "An earlier payment to this account is still open" in text_of(body(answer))
    assert 'value="10.25"' in body(answer)
    assert not Transfer.objects.exists()


def test_money_that_is_held_back_is_not_moved(who: Callable[..., User], browse: Browse, softswitch: Simulator) -> None:
    user = who("north")
    client = browse(user)
    User.objects.filter(pk=user.pk).update(money_held_until=timezone.now() + timedelta(hours=1))
    assert "second factor was reset" in made(client)
    assert sent(softswitch) == []


def test_the_limits_of_the_role_are_kept(north: Client, softswitch: Simulator) -> None:
    RoleRow.objects.filter(slug=MAY).update(pay_each=Decimal(20), pay_day=Decimal(25))
    assert "more than your role may pay" in made(north, {**TEN, "amount": "20.01"})
    assert "Done" in made(north, {**TEN, "amount": "20"})
    assert "more than your role may pay" in made(north, {**TEN, "amount": "5.01"})
    assert "Done" in made(north, {**TEN, "amount": "5"})
    assert len(sent(softswitch)) == 4


def test_a_limit_that_was_reached_on_the_way_strands_no_money(north: Client, softswitch: Simulator) -> None:
    before = balances(softswitch)
    RoleRow.objects.filter(slug=MAY).update(pay_day=Decimal("10.25"))
    faulty(softswitch, "delay:0", "error:-10007")
    assert "was paid back" in made(north)
    assert balances(softswitch) == before


def test_the_list_is_paged_and_filtered_in_a_fixed_number_of_queries(
    north: Client, platform: Platform, django_assert_max_num_queries: Any, softswitch: Simulator
) -> None:
    made(north)
    (one,) = Transfer.objects.all()
    with django_assert_max_num_queries(60) as few:
        north.get("/transfers/")
    copies = [
        Transfer(**{**values_of(one), "id": fresh_token(), "debit": fresh_token(), "credit": fresh_token(), "pay_back": fresh_token()})
        for _ in range(60)
    ]
    Transfer.objects.bulk_create(copies)
    with django_assert_max_num_queries(len(few)):
        page = body(north.get("/transfers/"))
    assert 'rel="next"' in page
    assert "No transfers here" in text_of(body(north.get("/transfers/?show=open")))
    for number in ("99", "0", "x", "9" * 5000):
        assert north.get("/transfers/", {"page": number}).status_code == 200


def values_of(one: Transfer) -> dict[str, Any]:
    return {field.attname: getattr(one, field.attname) for field in Transfer._meta.concrete_fields}
