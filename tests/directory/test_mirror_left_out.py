"""What cannot be read is left out and told, and a softswitch that answers for nothing is not taken for a few bad keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.directory.models import Account, Gateway, Phone, Refresh
from portal.directory.problems import problem_of
from portal.platforms.models import Platform
from portal.service.mirror import End
from portal.vos3000.schema.base import NOTHING
from portal.vos3000.simulator import Options, Simulator, serve
from tests.directory.conftest import QUICK
from tests.directory.passes import asked, fill, here, spoil


@pytest.fixture
def small(db: None) -> Iterator[Simulator]:
    """Return a softswitch of four accounts."""
    with serve(Options(accounts=4, phones=4, agents=0, cdrs_per_day=0, days=1)) as simulator:
        Platform.objects.create(slug="small", name="Small", base_url=simulator.url, time_zone="Asia/Shanghai", limits=QUICK)
        yield simulator


@pytest.mark.parametrize("answer", ["empty", "error:-10007", "wrong-charset"])
def test_one_account_that_cannot_be_read_does_not_stand_in_the_way_of_the_others(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    bad = sorted(switch.state.accounts)[120]
    spoil(switch, monkeypatch, {bad}, answer)
    assert fill(platform) is End.PARTLY
    assert here(Account) == set(switch.state.accounts) - {bad}
    refresh = Refresh.objects.get()
    assert f"The account {bad} could not be read." in refresh.problem.en
    assert bad in refresh.problem.zh
    assert (refresh.problem_en, refresh.stage) == ("", "")
    assert None not in {refresh.accounts_at, refresh.phones_at, refresh.online_at, refresh.finished_at}
    switch.journal.clear()
    assert fill(platform, everything=False) is End.PARTLY
    assert asked(switch, "GetCustomer") == []
    assert bad in Refresh.objects.get().problem.en
    monkeypatch.undo()
    assert fill(platform) is End.DONE
    assert here(Account) == set(switch.state.accounts)


@pytest.mark.parametrize("answer", ["empty", "error:-10999", "error:-10007"])
def test_a_platform_that_answers_for_nobody_is_not_asked_for_everyone(platform: Platform, switch: Simulator, answer: str) -> None:
    switch.faults.add("GetCustomer", answer, times=None)
    for _again in range(3):
        switch.journal.clear()
        assert fill(platform) is End.FAILED
        assert len(asked(switch, "GetCustomer")) < 12
    refresh = Refresh.objects.get()
    assert (refresh.cursor, refresh.left_out, refresh.accounts_at, refresh.finished_at) == ("", {}, None, None)
    assert refresh.problem_en


@pytest.mark.parametrize("interface", ["GetCustomer", "GetPhone"])
@pytest.mark.parametrize("accounts", [1, 2, 4])
def test_a_small_platform_that_answers_for_nobody_never_looks_read(small: Simulator, accounts: int, interface: str) -> None:
    for account in sorted(small.state.accounts)[accounts:]:
        small.state.accounts.remove(account)
    small.faults.add(interface, "error:-10999", times=None)
    for _again in range(3):
        assert fill(Platform.objects.get()) is End.FAILED
        refresh = Refresh.objects.get()
        assert (refresh.phones_at, refresh.finished_at, refresh.left_out) == (None, None, {})
    small.faults.clear()
    assert fill(Platform.objects.get()) is End.DONE
    assert here(Account) == set(small.state.accounts)


@pytest.mark.parametrize("first", [0, -3])
def test_some_accounts_in_a_row_that_cannot_be_read_do_not_stand_in_the_way_wherever_they_are(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    bad = set(sorted(switch.state.accounts)[first:][:3])
    spoil(switch, monkeypatch, bad, "error:-10999")
    assert fill(platform) is End.PARTLY
    assert here(Account) == set(switch.state.accounts) - bad
    assert all(f"The account {account} could not be read." in Refresh.objects.get().problem.en for account in bad)


def test_a_pass_handed_on_piece_by_piece_comes_past_what_cannot_be_read(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = set(sorted(switch.state.accounts)[:2])
    spoil(switch, monkeypatch, bad, "error:-10999")
    ends = [fill(platform, piece_s=0) for _piece in range(12)]
    assert ends[0] is End.MORE
    assert End.PARTLY in ends
    assert here(Account) == set(switch.state.accounts) - bad


def test_a_new_account_that_cannot_be_read_stops_nothing(platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(platform)
    switch.state.accounts.add("new-1", {"account": "new-1"})
    spoil(switch, monkeypatch, {"new-1"}, "error:-10999")
    assert fill(platform, everything=False) is End.PARTLY
    assert "The account new-1 could not be read." in Refresh.objects.get().problem.en


def test_phones_gone_at_once_are_buried_where_the_softswitch_says_not_found_for_them(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(platform)
    gone = set(sorted(switch.state.phones)[:4])
    for phone in gone:
        switch.state.phones.remove(phone)
    spoil(switch, monkeypatch, gone, "error:-10007", by="e164s")
    assert fill(platform) is End.DONE
    assert here(Phone) == set(switch.state.phones)


def test_a_registered_number_that_cannot_be_asked_for_is_told_as_that_and_the_others_are_noted(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(platform)
    offline = min(set(switch.state.phones) - set(switch.state.online))
    new = {"e164": "99999", "account": min(switch.state.accounts)}
    switch.state.phones.add("99999", new)
    for phone in (offline, "99999"):
        switch.state.online[phone] = next(iter(switch.state.online.values()))
    spoil(switch, monkeypatch, {"99999"}, "error:-10052", by="e164s")
    before = Refresh.objects.get().online_at
    assert fill(platform, everything=False) is End.PARTLY
    refresh = Refresh.objects.get()
    assert refresh.problem.en.startswith("GetPhone failed.")
    assert (refresh.online_at or before) != before
    assert Phone.objects.get(e164=offline).online
    monkeypatch.undo()
    assert fill(platform, everything=False) is End.DONE
    assert Phone.objects.get(e164="99999").online


def test_one_and_several_are_told_in_english() -> None:
    left_out = {str(number): {"en": f"{number} failed.", "zh": f"{number} 失败。"} for number in range(8)}
    assert problem_of(NOTHING, left_out, []).en.endswith("4 failed. 3 more could not be read.")
    assert problem_of(NOTHING, {}, ["1"]).en.startswith("1 known account is missing from the softswitch's list; it is kept")
    assert problem_of(NOTHING, {}, ["1", "2"]).en.startswith("2 known accounts are missing from the softswitch's list; they are kept")


@pytest.mark.parametrize("fault", ["html403", "empty", "status500", "error:-10007"])
def test_what_is_registered_may_be_unknown_and_the_rest_is_read_all_the_same(platform: Platform, switch: Simulator, fault: str) -> None:
    switch.faults.add("GetAllPhoneOnline", fault, times=None)
    assert fill(platform) is End.PARTLY
    refresh = Refresh.objects.get()
    assert (refresh.problem_en, refresh.stage, refresh.online_at) == ("", "", None)
    assert refresh.finished_at is not None
    assert "GetAllPhoneOnline failed." in refresh.problem.en
    assert here(Gateway)
    switch.faults.clear()
    switch.faults.add("GetGatewayMapping", fault, times=1 if fault != "status500" else 3)
    assert fill(platform) is End.PARTLY
    assert "GetGatewayMapping failed." in Refresh.objects.get().problem.en
    assert "GetAllPhoneOnline" not in Refresh.objects.get().problem.en
    assert fill(platform) is End.DONE
    assert not Refresh.objects.get().problem.en
