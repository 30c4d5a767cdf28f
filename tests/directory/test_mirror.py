"""The mirror fills from a softswitch, and keeps what it has when that fails."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import ROLE_RIGHTS, Role
from portal.directory.models import Account, Phone, Refresh
from portal.directory.refresh import put, refresh_object
from portal.platforms.models import Platform
from portal.service.bulk import bulk_rows
from portal.service.errors import Denied, NotOffered
from portal.service.mirror import End
from portal.service.mirror_lease import Lease, LeaseLost
from portal.service.mirror_tasks import refresh_platform
from portal.service.request import Request
from portal.vos3000.simulator import Options, Simulator, serve
from tests.directory.conftest import QUICK
from tests.directory.passes import asked, fill, here


def test_the_first_pass_takes_everything_in(platform: Platform, switch: Simulator) -> None:
    assert fill(platform) is End.DONE
    assert here(Account) == set(switch.state.accounts)
    assert here(Phone) == set(switch.state.phones)
    for account in Account.objects.all()[:50]:
        wire = switch.state.accounts[account.account]
        assert (account.name, account.money, account.agent_account) == (
            wire["name"],
            Decimal(str(wire["money"])),
            wire.get("agentAccount", ""),
        )
    assert set(Phone.objects.filter(online=True).values_list("e164", flat=True)) == set(switch.state.online) & here(Phone)
    refresh = Refresh.objects.get()
    assert None not in {refresh.accounts_at, refresh.phones_at, refresh.online_at, refresh.balances_at, refresh.finished_at}
    assert (refresh.stage, refresh.held_until, refresh.problem.en) == ("", None, "")


def test_no_password_is_kept_anywhere(platform: Platform, switch: Simulator) -> None:
    for phone in switch.state.phones:
        switch.state.phones.change(phone, {"password": f"secret-of-{phone}", "customerPassword": f"secret-for-{phone}"})
    fill(platform)
    kept = "\n".join(str(value) for row in [*Account.objects.values_list(), *Phone.objects.values_list()] for value in row)
    assert len(kept) > 10_000
    assert "secret-" not in kept


def test_between_passes_balances_follow_and_new_accounts_come_with_their_phones(platform: Platform, switch: Simulator) -> None:
    fill(platform)
    first = next(iter(switch.state.accounts))
    switch.state.accounts.change(first, {"money": Decimal("-77.5"), "name": "not read this time"})
    switch.state.accounts.add("new-1", {"account": "new-1", "name": "New", "money": Decimal(1)})
    switch.state.phones.add("99999", {"e164": "99999", "account": "new-1"})
    switch.journal.clear()
    assert fill(platform, everything=False) is End.DONE
    assert Account.objects.get(account=first).money == Decimal("-77.5")
    assert Account.objects.get(account="new-1").name == "New"
    assert "99999" in here(Phone)
    assert [request["accounts"] for request in asked(switch, "GetCustomer")] == [["new-1"]]


def test_what_vanished_becomes_a_tombstone(platform: Platform, switch: Simulator) -> None:
    fill(platform)
    account, phone = next(iter(switch.state.accounts)), next(iter(switch.state.phones))
    switch.state.accounts.remove(account)
    switch.state.phones.remove(phone)
    fill(platform)
    assert Account.objects.get(account=account).gone_at is not None
    assert Phone.objects.get(e164=phone).gone_at is not None
    assert here(Account) == set(switch.state.accounts)


def test_a_phone_that_moved_stays_the_same_row(platform: Platform, switch: Simulator) -> None:
    fill(platform)
    phone = next(iter(switch.state.phones))
    before = Phone.objects.get(e164=phone)
    others = sorted(switch.state.accounts)
    for to in (others[0], others[-1]):
        switch.state.phones.change(phone, {"account": to})
        fill(platform)
        after = Phone.objects.get(e164=phone)
        assert (after.pk, after.account, after.gone_at) == (before.pk, to, None)


@pytest.mark.parametrize("fault", ["limited", "error:-10031", "wrong-types"])
def test_an_empty_or_cut_list_buries_nobody_however_often_it_comes(platform: Platform, switch: Simulator, fault: str) -> None:
    fill(platform)
    everybody = here(Account)
    switch.faults.add("GetAllCustomers", fault, times=50)
    for minutes in (0, 10, 20):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
            fill(platform)
        assert here(Account) == everybody


def test_a_list_that_names_nobody_is_no_evidence_and_is_told(switch: Simulator, platform: Platform) -> None:
    fill(platform)
    few = sorted(here(Account))[:5]
    for account in set(switch.state.accounts) - set(few):
        switch.state.accounts.remove(account)
    fill(platform)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert fill(platform) is End.DONE
        assert here(Account) == set(few)
        person = User.objects.create(username="somebody")
        link = AccountLink.objects.create(user=person, platform=platform, account=few[0])
        switch.faults.add("GetAllCustomers", "error:-10031", times=50)
        for _again in range(3):
            assert fill(platform) is End.FAILED
        assert "named no account" in Refresh.objects.get().problem.en
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert fill(platform) is End.FAILED
    link.refresh_from_db()
    assert (here(Account), link.suspended_at) == (set(few), None)


def test_of_a_large_loss_a_later_list_must_tell_the_same(platform: Platform, switch: Simulator) -> None:
    fill(platform)
    lost = set(sorted(switch.state.accounts)[:100])
    kept = {account: dict(switch.state.accounts[account]) for account in lost}
    for account in lost:
        switch.state.accounts.remove(account)
    fill(platform)
    fill(platform)
    assert lost < here(Account)
    assert "100 known accounts are missing" in Refresh.objects.get().problem.en
    back = set(sorted(lost)[:10])
    for account in back:
        switch.state.accounts.put(account, kept[account])
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
        assert fill(platform) is End.DONE
    assert here(Account) == set(switch.state.accounts) >= back
    assert not Refresh.objects.get().problem.en


def test_a_platform_of_five_that_loses_one_buries_it_at_once(db: None) -> None:
    with serve(Options(accounts=5, phones=5, agents=0, cdrs_per_day=0, days=1)) as small:
        platform = Platform.objects.create(slug="small", name="Small", base_url=small.url, time_zone="Asia/Shanghai", limits=QUICK)
        fill(platform)
        small.state.accounts.remove(min(small.state.accounts))
        assert fill(platform) is End.DONE
        assert here(Account) == set(small.state.accounts)


@pytest.mark.parametrize("fault", ["empty", "html", "html403", "cut", "no-retcode", "wrong-charset", "status500", "error:-10007", "hang"])
@pytest.mark.parametrize("interface", ["GetCustomer", "GetPhone"])
def test_a_platform_that_fails_half_way_loses_nothing_and_is_gone_on_with(
    platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch, interface: str, fault: str
) -> None:
    monkeypatch.setattr("portal.service.mirror_batches.Batches.first", 60)
    monkeypatch.setattr("portal.service.mirror_batches.Batches.most", 60)
    monkeypatch.setattr("portal.service.mirror_batches.Batches.least", 60)
    fill(platform)
    accounts, phones = here(Account), here(Phone)
    monkeypatch.setattr("portal.vos3000.client.BACK_OFF_S", 0.01)
    switch.faults.add(interface, fault, times=None)
    assert fill(platform) is End.FAILED
    refresh = Refresh.objects.get()
    assert refresh.problem.en
    assert refresh.problem.zh
    assert refresh.held_until is None
    assert (here(Account), here(Phone)) == (accounts, phones)


def test_the_next_pass_goes_on_where_the_last_broke_off(platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.service.mirror_batches.Batches.most", 100)
    assert fill(platform, piece_s=0) is End.MORE
    assert Account.objects.count() < 240
    ends = [fill(platform, piece_s=0) for _ in range(9)]
    assert ends.count(End.MORE) == len(ends) - ends.count(End.DONE)
    assert End.DONE in ends
    once = [number for request in asked(switch, "GetCustomer") for number in request["accounts"]]
    assert here(Account) == set(switch.state.accounts)
    assert here(Phone) == set(switch.state.phones)
    assert set(once) == set(switch.state.accounts)


def test_batches_shrink_for_a_platform_that_cannot_answer_many(platform: Platform, switch: Simulator) -> None:
    switch.faults.add("GetPhone", "empty", times=2)
    assert fill(platform) is End.DONE
    assert here(Phone) == set(switch.state.phones)
    sizes = [len(request["accounts"]) for request in asked(switch, "GetPhone") if "accounts" in request]
    assert sizes[:3] == [100, 50, 25]


def test_numbers_alone_do_where_balances_are_not_known(platform: Platform, switch: Simulator) -> None:
    switch.faults.add("GetAllCustomers", "error:-10124", times=1)
    assert fill(platform) is End.DONE
    assert here(Account) == set(switch.state.accounts)
    assert [request["type"] for request in asked(switch, "GetAllCustomers")] == [1, 0]


def test_a_number_that_nobody_can_ask_for_stops_nothing(platform: Platform, switch: Simulator) -> None:
    for odd in ("bad\x01", "x" * 300, ""):
        switch.state.accounts.put(odd, {"account": odd, "name": "odd"})
    assert fill(platform) is End.DONE
    assert here(Account) == {each for each in switch.state.accounts if each.isprintable() and 0 < len(each) <= 255}


def test_an_interface_that_the_platform_lacks_is_left_out(platform: Platform, switch: Simulator) -> None:
    Platform.objects.filter(pk=platform.pk).update(lacks=["GetAllPhoneOnline"])
    platform.refresh_from_db()
    assert fill(platform) is End.DONE
    assert asked(switch, "GetAllPhoneOnline") == []
    assert set(Phone.objects.values_list("online", flat=True)) == {None}


def test_what_is_written_meanwhile_is_not_overwritten(platform: Platform, switch: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(platform)
    account = next(iter(switch.state.accounts))

    def late(*args: Any, **kwargs: Any) -> set[str]:
        refresh_object(platform, "account", account, {"account": account, "name": "changed meanwhile"})
        return put(*args, **kwargs)

    monkeypatch.setattr("portal.service.mirror.put", late)
    fill(platform)
    assert Account.objects.get(account=account).name == "changed meanwhile"


def test_one_worker_at_a_time(platform: Platform) -> None:
    lease = Lease.take(platform)
    assert lease is not None
    assert fill(platform) is End.HELD
    Refresh.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert fill(platform) is End.DONE
    with pytest.raises(LeaseLost):
        lease.note(done=1)


def test_the_task_refreshes_and_passes_over_what_is_out_of_use(platform: Platform, switch: Simulator) -> None:
    assert refresh_platform(platform.pk) == End.DONE
    switch.journal.clear()
    Platform.objects.update(enabled=False)
    assert refresh_platform(platform.pk) == End.DONE
    assert len(switch.journal) == 0


def test_bulk_reads_are_for_the_portal_alone_and_never_of_secrets(quiet: Platform) -> None:
    agent = Actor(user_id=1, name="a", role=Role.AGENT, rights=ROLE_RIGHTS[Role.AGENT], links=frozenset({(quiet.pk, "1")}))
    everything = Request("GetPhone", {"accounts": ["1"]})
    system = Actor.system("test")
    with pytest.raises(Denied):
        bulk_rows(agent, quiet, everything, ("e164",))
    with pytest.raises(Denied):
        bulk_rows(system, quiet, Request("DeletePhone", {"e164": "1"}), ("e164",))
    with pytest.raises(ValueError, match="secret"):
        bulk_rows(system, quiet, everything, ("e164", "password"))
    with pytest.raises(ValueError, match="secret"):
        bulk_rows(system, quiet, everything)
    Platform.objects.update(lacks=["GetPhone"])
    quiet.refresh_from_db()
    with pytest.raises(NotOffered):
        bulk_rows(system, quiet, everything, ("e164",))
