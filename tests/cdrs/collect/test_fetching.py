from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import ANY

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.access.actor import Actor
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.cdrs.collecting.fetching import Estimate, NothingToFetch, estimate, fetch
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import ACCOUNT_FEES, CDRS, PAYMENTS
from portal.cdrs.models import Collecting, Day
from portal.directory.search import tree_of
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.jobs.start import start_own
from portal.platforms.models import Platform
from portal.service.errors import Denied, NotThere
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import TODAY, YESTERDAY, Clock, calls_asked, kept, night, run

FIRST = YESTERDAY - timedelta(days=5)


@pytest.fixture
def north(platform: Platform) -> User:
    """Return the agent of account 1000."""
    user = User.objects.create(username="north", role=Role.AGENT)
    AccountLink.objects.create(user=user, platform=platform, account="1000")
    return user


def person(user: User) -> Actor:
    return Actor.person(user)


@pytest.fixture
def support(platform: Platform) -> Actor:
    return person(User.objects.create(username="support", role=Role.SUPPORT))


def named(switch: Simulator) -> set[str]:
    return {account for each in calls_asked(switch) for account in each["accounts"]}


def test_an_agent_fetches_what_is_theirs_alone(platform: Platform, switch: Simulator, clock: Clock, north: User) -> None:
    tree = tree_of(platform.pk, {"1000"})
    job = run(fetch(person(north), platform, [CDRS], None, FIRST, YESTERDAY), clock)
    assert (job.state, job.owner_name) == (State.DONE, "north")
    assert set(job.parameters["accounts"]) == named(switch) == tree
    assert coverage(platform, CDRS, tree, FIRST, YESTERDAY).complete
    assert coverage(platform, CDRS, None, FIRST, YESTERDAY).kept == 6 * len(tree)


def test_what_is_not_theirs_is_not_there(platform: Platform, switch: Simulator, north: User) -> None:
    foreign = "2000"
    for accounts in ([foreign], ["1000", foreign], ["nobody"]):
        with pytest.raises(NotThere):
            fetch(person(north), platform, [CDRS], accounts, FIRST, YESTERDAY)
    assert not Job.objects.exists()


def test_who_lost_an_account_before_the_job_ran_gets_none_of_it(platform: Platform, switch: Simulator, clock: Clock, north: User) -> None:
    job = fetch(person(north), platform, [CDRS], None, FIRST, YESTERDAY)
    AccountLink.objects.filter(user=north).update(account="2000")
    run(job, clock)
    assert not named(switch) & set(job.parameters["accounts"])


def test_rights_and_days_are_looked_at_first(platform: Platform, support: Actor) -> None:
    auditor = person(User.objects.create(username="auditor", role=Role.AUDITOR))
    with pytest.raises(Denied):
        fetch(auditor, platform, [CDRS], None, FIRST, YESTERDAY)
    for first, last in ((TODAY + timedelta(days=1), TODAY + timedelta(days=9)), (date(2020, 1, 1), date(2020, 2, 1))):
        with pytest.raises(NothingToFetch):
            fetch(support, platform, [CDRS], None, first, last)
    with pytest.raises(NotThere):
        fetch(support, platform, [CDRS], ["nobody"], FIRST, YESTERDAY)
    job = fetch(support, platform, [CDRS, PAYMENTS], ["800001"], date(2020, 1, 1), date(2030, 1, 1))
    assert job.parameters == {
        "datasets": ["cdrs", "payments", "account-fees"],
        "accounts": ["800001"],
        "first": (TODAY - timedelta(days=399)).isoformat(),
        "last": TODAY.isoformat(),
    }


def test_an_estimate_is_of_what_the_platform_really_took(platform: Platform, switch: Simulator, clock: Clock) -> None:
    before = estimate(platform, [CDRS], None, FIRST, YESTERDAY)
    assert before.calls >= 3
    platform.limits = {**platform.limits, "history_pause_ms": 60_000}
    assert estimate(platform, [CDRS], None, FIRST, YESTERDAY).seconds >= before.seconds + 59 * before.calls
    run(night(platform, FIRST, YESTERDAY - timedelta(days=2)), clock)
    after = estimate(platform, [CDRS], None, FIRST, YESTERDAY)
    assert after.calls < before.calls
    run(night(platform, FIRST, YESTERDAY), clock)
    assert estimate(platform, [CDRS, ACCOUNT_FEES], None, FIRST, YESTERDAY) == Estimate(0, 0, lacks=False)


def test_an_estimate_counts_what_calls_are_compared_with(platform: Platform, switch: Simulator, clock: Clock, support: Actor) -> None:
    expected = estimate(platform, [CDRS], ["800001"], YESTERDAY, TODAY)
    job = run(fetch(support, platform, [CDRS], ["800001"], YESTERDAY, TODAY), clock)
    assert expected.calls == job.result["calls"] == len(switch.journal)
    assert calls_asked(switch, "GetReportCustomerFee")
    # Today is read anew, and so is not left out of a second fetch.
    assert estimate(platform, [CDRS], ["800001"], YESTERDAY, TODAY) == replace(expected, calls=ANY, seconds=ANY, lacks=False)


def test_an_estimate_leaves_out_days_that_are_not_kept_any_more(
    platform: Platform, switch: Simulator, clock: Clock, support: Actor
) -> None:
    kept_from = TODAY - timedelta(days=2)
    Collecting.objects.create(platform=platform, keep_days=3)
    asked = (platform, [CDRS], ["800001"], TODAY - timedelta(days=8), YESTERDAY)
    before = estimate(*asked)
    assert (before.lacks, before.kept_from) == (True, kept_from)
    assert before.calls == estimate(platform, [CDRS], ["800001"], kept_from, YESTERDAY).calls
    run(fetch(support, *asked), clock)
    assert estimate(*asked) == Estimate(0, 0, lacks=False, kept_from=kept_from)
    assert estimate(platform, [CDRS], None, FIRST, TODAY - timedelta(days=4)) == Estimate(0, 0, lacks=False, kept_from=kept_from)


def test_an_estimate_says_when_the_softswitch_may_be_asked_again(platform: Platform) -> None:
    assert estimate(platform, [CDRS], None, FIRST, YESTERDAY).begins is None
    Collecting.objects.filter(platform=platform).update(forbidden=[["08:00", "20:00"]])
    assert estimate(platform, [CDRS], None, FIRST, YESTERDAY).begins == datetime(2026, 5, 20, 12, tzinfo=UTC)


SPANS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.sets(st.sampled_from(["1000", "800001", "800002", "800003", "800004"])))


@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SPANS, min_size=1, max_size=4))
def test_fetches_in_any_order_that_overlap_cover_exactly_what_was_asked(
    platform: Platform, switch: Simulator, clock: Clock, spans: list[tuple[int, int, set[str]]]
) -> None:
    Day.objects.all().delete()
    wanted: set[tuple[str, date]] = set()
    for begin, length, accounts in spans:
        first, last = FIRST + timedelta(days=begin), min(YESTERDAY, FIRST + timedelta(days=begin + length))
        wish = {"datasets": ["cdrs"], "accounts": sorted(accounts), "first": first.isoformat(), "last": last.isoformat()}
        job = start_own("collect", wish, platform=platform)
        run_job(job.pk)
        wanted |= {(each, first + timedelta(days=n)) for each in accounts for n in range((last - first).days + 1)}
    every = [row["account"] for row in switch.state.accounts.select(None)]
    for account in every:
        for day in coverage(platform, CDRS, [account], FIRST, YESTERDAY).days:
            assert day.complete == ((account, day.day) in wanted)
    rows = [call.flow_no for account, day in wanted for call in switch.state.traffic.calls(account, day, day, switch.options.midnight)]
    assert kept(platform) == sorted(rows)
