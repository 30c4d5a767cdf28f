"""Whoever is not active has a turn: over some nights everything is kept, and nobody else waits for it."""

from __future__ import annotations

from datetime import timedelta

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import Role
from portal.cdrs.collecting import schedule
from portal.cdrs.collecting.fetching import fetch
from portal.cdrs.coverage import coverage
from portal.cdrs.datasets import CHARGES, PAYMENTS
from portal.cdrs.models import Collecting
from portal.directory.models import Account
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator
from tests.cdrs.collect.collecting import YESTERDAY, Clock, calls_asked, night, run

FIRST = YESTERDAY - timedelta(days=3)


def _after_a_night(platform: Platform, clock: Clock) -> None:
    """Have the portal collect what only one account has moved in."""
    Account.objects.exclude(account="800001").update(today_consumption=0, refreshed_at=clock() - timedelta(days=9))
    run(night(platform, FIRST, YESTERDAY, datasets=(PAYMENTS, CHARGES), active=("payments", "charges")), clock)
    Collecting.objects.filter(platform=platform).update(today_minutes=0)


def test_over_the_night_everything_is_kept(platform: Platform, switch: Simulator, clock: Clock) -> None:
    _after_a_night(platform, clock)
    assert not coverage(platform, PAYMENTS, None, FIRST, YESTERDAY).complete
    switch.journal.clear()
    for _dataset in (PAYMENTS, CHARGES):
        (job,) = schedule.plan(clock())
        assert run(job, clock).state == State.DONE
    assert not schedule.plan(clock())
    for dataset in (PAYMENTS, CHARGES):
        assert coverage(platform, dataset, None, FIRST, YESTERDAY).complete
    asked = calls_asked(switch, "GetPayHistory")
    assert len({each["account"] for each in asked}) == len(asked), "all days of an account are asked about at once"


def test_a_turn_waits_for_what_somebody_asks_for(platform: Platform, switch: Simulator, clock: Clock) -> None:
    _after_a_night(platform, clock)
    (turn,) = schedule.plan(clock())
    finance = Actor.person(User.objects.create(username="finance", role=Role.FINANCE))
    theirs = fetch(finance, platform, [PAYMENTS], ["800002"], FIRST, YESTERDAY)
    switch.journal.clear()
    run_job(turn.pk)
    turn.refresh_from_db()
    assert (turn.state, list(switch.journal)) == (State.WAITING, [])
    assert "goes first" in turn.problem_en
    run(theirs, clock)
    assert run(Job.objects.get(pk=turn.pk), clock).state == State.DONE
    assert coverage(platform, PAYMENTS, None, FIRST, YESTERDAY).complete
