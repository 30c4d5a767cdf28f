from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from portal.cdrs.collecting import schedule
from portal.cdrs.collecting.needed import needed
from portal.cdrs.collecting.wish import Wish
from portal.cdrs.datasets import PAYMENTS, Dataset
from portal.cdrs.models import AccountNumber, Collecting, Day
from portal.cdrs.numbers import numbered, packed
from portal.directory.models import Account, Refresh
from portal.directory.refresh import bury, put
from portal.jobs.models import Job, State
from portal.platforms.models import Platform

NOW = datetime(2026, 5, 20, 2, tzinfo=UTC)
TODAY = date(2026, 5, 20)


@pytest.fixture
def platform(db: None) -> Platform:
    """Return a platform of three accounts that nobody answers for."""
    platform = Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai")
    put(platform, Account, [{"account": name} for name in ("1000", "1001", "1002")], NOW)
    Refresh.objects.create(platform=platform, accounts_at=NOW)
    return platform


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-05-{text}+08:00")


def end(job: Job, state: State, when: datetime) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=when)
    wish = job.parameters
    if state == State.DONE and wish.get("night"):
        Collecting.objects.update(collected_on=wish["last"])
    elif state == State.DONE:
        Collecting.objects.update(today_at=when)


def planned(when: datetime) -> tuple[str, str, str | None] | None:
    """Return the first and last day, and from when on days are read again, of what is started now; today's is ended at once."""
    jobs = schedule.plan(when)
    if not jobs:
        return None
    wish = jobs[0].parameters
    return wish["first"][-5:], wish["last"][-5:], (wish.get("again") or "")[-5:] or None


def test_a_new_platform_gets_its_last_week_at_once(platform: Platform) -> None:
    assert planned(at("20T10:00")) == ("05-13", "05-19", None)
    assert planned(at("20T10:01")) is None
    job = Job.objects.get()
    assert (job.owner, job.parameters["accounts"], job.parameters["active"]) == (None, None, ["payments", "charges"])


def test_every_night_brings_yesterday_and_the_days_before_once_more(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, collected_on=TODAY - timedelta(days=2), today_minutes=0)
    assert planned(at("20T01:29")) is None
    assert planned(at("20T01:30")) == ("05-17", "05-19", "05-17")
    end(Job.objects.get(), State.DONE, at("20T01:40"))
    assert planned(at("20T23:59")) is None


def test_what_was_missed_is_caught_up_with_at_once(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, collected_on=date(2026, 5, 10), again_days=1, today_minutes=0)
    assert planned(at("20T00:10")) == ("05-11", "05-19", "05-18")


def test_today_is_read_every_so_often(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, collected_on=TODAY - timedelta(days=1), today_minutes=30)
    assert planned(at("20T10:00")) == ("05-20", "05-20", None)
    job = Job.objects.get()
    assert (job.parameters["datasets"], job.parameters["today"]) == (["cdrs"], True)
    end(job, State.DONE, at("20T10:02"))
    assert planned(at("20T10:31")) is None
    assert planned(at("20T10:32")) is not None


def test_one_that_failed_is_tried_again_after_a_while_one_that_was_cancelled_is_not(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, today_minutes=0)
    planned(at("20T10:00"))
    end(Job.objects.get(), State.FAILED, at("20T10:30"))
    assert planned(at("20T11:29")) is None
    assert planned(at("20T11:31")) == ("05-13", "05-19", None)
    end(Job.objects.latest("created_at"), State.CANCELLED, at("20T11:40"))
    assert planned(at("20T20:00")) is None
    assert planned(at("21T02:00")) == ("05-14", "05-20", None)


@pytest.mark.parametrize("reason", ["off", "hours", "disabled", "not listed", "no accounts", "grace"])
def test_nothing_is_planned_where_it_must_not_be(platform: Platform, reason: str) -> None:
    collecting = Collecting.objects.create(platform=platform, collected_on=TODAY - timedelta(days=2), today_minutes=0, nightly_at="00:00")
    match reason:
        case "off":
            collecting.enabled = False
        case "hours":
            collecting.forbidden = [["22:00", "06:00"]]
        case "disabled":
            Platform.objects.update(enabled=False)
        case "not listed":
            Refresh.objects.update(accounts_at=None)
        case "no accounts":
            Account.objects.all().delete()
    collecting.save()
    assert planned(at("20T00:04" if reason == "grace" else "20T03:00")) is None
    if reason == "grace":
        assert planned(at("20T00:06")) is not None


def test_accounts_that_come_and_go_need_only_the_days_that_they_were_there(platform: Platform) -> None:
    numbered(platform)
    now = timezone.now()
    opened = int((now - timedelta(days=90)).timestamp() * 1000)
    Refresh.objects.update(accounts_at=now)
    Collecting.objects.update(accounts_at=now)
    put(platform, Account, [{"account": "1003"}, {"account": "1004", "startTime": opened}], now)
    bury(platform, Account, {"1000"}, timezone.now())
    numbered(platform)
    rows = {row.account: row for row in AccountNumber.objects.all()}
    today = now.astimezone(timezone.get_default_timezone()).date()
    assert [rows[f"100{n}"].number for n in range(5)] == [0, 1, 2, 3, 4]
    assert (rows["1001"].since, rows["1001"].until) == (None, None)
    assert abs(today - (rows["1000"].until or date.min)) <= timedelta(days=1)
    assert abs(today - (rows["1003"].since or date.min)) <= timedelta(days=2)
    assert abs(today - timedelta(days=90) - (rows["1004"].since or date.min)) <= timedelta(days=1)
    put(platform, Account, [{"account": "1000"}], timezone.now())
    numbered(platform)
    assert AccountNumber.objects.get(account="1000").until is None


def test_a_night_that_was_cancelled_or_fails_does_not_keep_today_from_being_read(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, collected_on=TODAY - timedelta(days=2), today_at=at("20T00:00"), today_minutes=30)
    for state in (State.CANCELLED, State.FAILED):
        Job.objects.all().delete()
        (night,) = schedule.plan(at("20T02:00"))
        assert night.parameters["night"]
        end(night, state, at("20T02:01"))
        (today,) = schedule.plan(at("20T02:03"))
        assert today.parameters["today"]
        end(today, State.FAILED, at("20T02:04"))
        assert not schedule.plan(at("20T02:05"))
    (again,) = schedule.plan(at("20T03:02"))
    assert again.parameters["night"], "what failed is tried again after an hour"


@pytest.fixture
def lacking(platform: Platform) -> Platform:
    """Return the platform after a night: of five days payments are kept of account 1001 alone."""
    numbered(platform)
    Collecting.objects.update(collected_on=TODAY - timedelta(days=1), today_minutes=0)
    for n in range(1, 6):
        Day.objects.create(platform=platform, dataset="payments", day=TODAY - timedelta(days=n), settled=packed(0b010))
    return platform


def test_after_the_night_who_is_not_active_has_a_turn(lacking: Platform) -> None:
    (job,) = schedule.plan(at("20T03:00"))
    wish = Wish.of_json(job.parameters)
    assert (wish.datasets, wish.accounts, wish.turn) == ([PAYMENTS], ["1000", "1002"], 3)
    assert (wish.first, wish.last) == (TODAY - timedelta(days=5), TODAY - timedelta(days=1))
    end(job, State.FAILED, at("20T04:00"))
    assert not schedule.plan(at("20T23:00")), "it is their turn once a night"


def test_turns_go_round_by_as_many_as_a_night_has_time_for(lacking: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TURNS_S", 0.1)
    found = []
    for night in (20, 21, 22):
        Collecting.objects.update(collected_on=date(2026, 5, night - 1))
        (job,) = schedule.plan(at(f"{night}T03:00"))
        found.append(job.parameters["accounts"])
        Job.objects.update(state=State.DONE, finished_at=at(f"{night}T03:01"))
    assert found == [["1000"], ["1001"], ["1002"]], "of the days since also 1001 lacks something"


@pytest.mark.parametrize("reason", ["night", "hours", "nothing", "expired"])
def test_nobody_has_a_turn_where_that_is_not_to_be(lacking: Platform, reason: str) -> None:
    match reason:
        case "night":
            Collecting.objects.update(collected_on=TODAY - timedelta(days=2), nightly_at="06:00")
        case "hours":
            Collecting.objects.update(forbidden=[["02:00", "04:00"]])
        case "nothing":
            Day.objects.update(everybody=3)
        case "expired":
            Collecting.objects.update(keep_days=1)
    assert not schedule.plan(at("20T03:00"))


def test_that_nobody_lacks_anything_is_worked_out_once_a_day(lacking: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Platform] = []

    def looking(of: Platform) -> list[Dataset]:
        asked.append(of)
        return needed(of)

    monkeypatch.setattr(schedule, "needed", looking)
    Day.objects.update(everybody=3)
    for minute in range(3):
        assert not schedule.plan(at(f"20T03:0{minute}"))
    assert len(asked) == 1
    Collecting.objects.update(collected_on=TODAY)
    Day.objects.update(everybody=0)
    assert schedule.plan(at("21T03:00"))
    assert len(asked) == 2
    end(Job.objects.get(), State.DONE, at("21T03:01"))
    Collecting.objects.update(collected_on=None)
    (night,) = schedule.plan(at("21T03:02"))
    assert night.parameters["night"], "what was forgotten is collected at once"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_looked_up_while_the_platform_is_held(lacking: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []

    def looking(of: Platform) -> list[Dataset]:
        held.append(connection.in_atomic_block)
        return needed(of)

    monkeypatch.setattr(schedule, "needed", looking)
    assert schedule.plan(at("20T03:00"))
    Job.objects.all().delete()
    Collecting.objects.update(collected_on=None)
    assert schedule.plan(at("20T03:01"))
    assert held == [False, False]


def test_a_turn_that_is_under_way_keeps_nothing_else_from_being_collected(lacking: Platform) -> None:
    (turn,) = schedule.plan(at("20T03:00"))
    assert not schedule.plan(at("20T03:01"))
    Collecting.objects.update(today_minutes=30)
    (today,) = schedule.plan(at("20T03:02"))
    assert today.parameters["today"]
    end(today, State.DONE, at("20T03:03"))
    (night,) = schedule.plan(at("21T02:00"))
    assert night.parameters["night"]
    turn.refresh_from_db()
    assert not turn.ended


def test_a_platform_that_cannot_be_planned_stops_no_other(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Platform.objects.create(slug="a", name="A", base_url="http://127.0.0.1:9", time_zone="Nowhere/Atlantis")
    Platform.objects.create(slug="z", name="Z", base_url="http://127.0.0.1:9", time_zone="UTC")

    def broken(of: Platform) -> Collecting:
        if of != platform:
            raise ZeroDivisionError
        return numbered(of)

    monkeypatch.setattr(schedule, "numbered", broken)
    assert planned(at("20T10:00")) == ("05-13", "05-19", None)
    assert [each.getMessage() for each in caplog.records if each.exc_info] == ["platform a was not planned", "platform z was not planned"]


def test_hours_that_leave_no_time_stop_only_their_own_platform(platform: Platform) -> None:
    Collecting.objects.create(platform=platform, forbidden=[["20:00", "08:00"], ["08:00", "20:00"]])
    other = Platform.objects.create(slug="z", name="Z", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai")
    put(other, Account, [{"account": "1"}], NOW)
    Refresh.objects.create(platform=other, accounts_at=NOW)
    assert [each.platform for each in schedule.plan(at("20T10:00"))] == [other]
