"""What the mirror learns of when an account belonged where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

from django.apps import apps

from portal.directory.membership import ALWAYS, both, holds, spans_of, touches
from portal.directory.models import Account, Membership
from portal.directory.refresh import bury, put
from portal.platforms.models import Platform

THEN = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def account(number: str, agent: str = "", **more: object) -> dict[str, object]:
    return {"account": number, "agentAccount": agent, **more}


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def known(number: str) -> list[tuple[str, datetime | None, datetime | None, bool]]:
    rows = Membership.objects.filter(account=number).order_by("id")
    return list(rows.values_list("agent_account", "since", "until", "gone"))


def test_a_move_ends_one_membership_and_begins_the_next(quiet: Platform) -> None:
    put(quiet, Account, [account("1"), account("2"), account("3", "1")], THEN)
    put(quiet, Account, [account("3", "2")], THEN + HOUR)
    put(quiet, Account, [account("3", "2", name="the same place")], THEN + 2 * HOUR)
    assert known("3") == [("1", None, THEN + HOUR, False), ("2", THEN + HOUR, None, False)]


def test_a_reading_without_the_agent_moves_nothing(quiet: Platform) -> None:
    put(quiet, Account, [account("1"), account("3", "1")], THEN)
    put(quiet, Account, [{"account": "3", "money": 5}], THEN + HOUR, whole=False)
    assert known("3") == [("1", None, None, False)]


def test_an_older_reading_moves_nothing(quiet: Platform) -> None:
    put(quiet, Account, [account("3", "2")], THEN + HOUR)
    put(quiet, Account, [account("3", "1")], THEN)
    assert known("3") == [("2", None, None, False)]


def test_a_name_that_comes_back_begins_when_it_was_opened(quiet: Platform) -> None:
    put(quiet, Account, [account("3", "1")], THEN)
    bury(quiet, Account, {"3"}, THEN + HOUR)
    (_agent, _since, gone, vanished) = known("3")[0]
    assert gone is not None
    assert vanished
    opened = (gone + HOUR).replace(microsecond=0)
    put(quiet, Account, [account("3", "1", startTime=ms(opened))], gone + 3 * HOUR)
    assert known("3")[1] == ("1", opened, None, False)


def test_many_roots_are_asked_for_at_once(quiet: Platform, django_assert_max_num_queries: object) -> None:
    put(quiet, Account, [account(str(number)) for number in range(50)] + [account("99", "7")], THEN)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        found = spans_of(quiet.pk, [str(number) for number in range(50)])
    assert found["99"] == ALWAYS
    assert len(found) == 51


def test_spans_are_cut_joined_and_asked() -> None:
    assert both(((None, 10), (20, None)), ((5, 30),)) == ((5, 10), (20, 30))
    assert both(((None, 10),), ((10, None),)) == ()
    assert holds(((None, 10),), 5, 9)
    assert not holds(((None, 10), (10, 20)), 5, 10)
    assert touches(((None, 10),), 9, 50)
    assert not touches(((None, 10),), 10, 50)


def test_what_was_mirrored_before_gets_its_memberships(quiet: Platform) -> None:
    migration = import_module("portal.directory.migrations.0003_known_memberships")
    put(quiet, Account, [account("1"), account("3", "1"), account("4", "1")], THEN)
    bury(quiet, Account, {"3"}, THEN + HOUR)
    gone = Account.objects.get(account="3").gone_at
    assert gone is not None
    put(quiet, Account, [account("3")], gone + HOUR)
    Membership.objects.all().delete()
    migration.fill(apps, None)
    assert known("3") == [("1", None, gone, True), ("", gone, None, False)]
    assert known("4") == [("1", None, None, False)]
