"""One job, carried out in this process: how it ends, how it goes on, and who may write of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from portal.access.actor import Actor
from portal.access.events import Event as Happening
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.jobs import held as held_module
from portal.jobs import kinds, lease, pulse, stopping
from portal.jobs.errors import Cancelled, Later, LeaseLost, PieceOver, Problem
from portal.jobs.held import Held
from portal.jobs.models import Job, State
from portal.jobs.progress import progress_of
from portal.jobs.run import run_job
from portal.jobs.start import cancel, start, start_own
from portal.jobs.sweep import sweep
from portal.platforms.models import Platform
from portal.store.base import StoreFull
from portal.vos3000.schema.base import Text
from tests.jobs.working import Work

Made = Callable[..., Job]
Works = Callable[[Work], None]
Who = Callable[[str], Actor]


def run(job: Job) -> Job:
    run_job(job.pk)
    job.refresh_from_db()
    return job


def fails(*_told: object) -> None:
    raise ValueError("nobody expected this")


def test_it_is_done_for_its_owner_and_told_about(made: Made, works: Works) -> None:
    seen: list[Held] = []

    def count(held: Held) -> None:
        held.tell("counting", 2, 2)
        held.save({"at": 2}, rows=7)
        seen.append(held)

    works(count)
    job = run(made(parameters={"n": 2}))
    assert (job.state, job.stage, job.done, job.total, job.result) == (State.DONE, "counting", 2, 2, {"rows": 7})
    assert job.finished_at is not None
    assert job.expires_at == job.finished_at + timedelta(days=7)
    assert (seen[0].actor.name, seen[0].parameters, seen[0].checkpoint) == ("vera", {"n": 2}, {"at": 2})
    assert run_job(job.pk) is None, "what has ended is not done again"


def test_the_portals_own_is_done_for_the_portal(platform: Platform, works: Works, db: None) -> None:
    actors: list[Actor] = []
    works(lambda held: actors.append(held.actor))
    job = start_own("test", {}, platform=platform)
    assert run(job).state == State.DONE
    assert (actors[0].user_id, actors[0].name) == (None, "jobs")
    assert start_own("test", {}, platform=platform).pk != job.pk
    assert not AuditRow.objects.exists()


@pytest.mark.parametrize("what", ["kind", "inactive", "right", "gone"])
def test_nothing_is_done_for_who_may_not_any_more(what: str, made: Made, works: Works) -> None:
    works(lambda _held: pytest.fail("it was done"))
    job = made()
    if what == "kind":
        Job.objects.update(kind="of another version")
    elif what == "gone":
        Job.objects.update(owner=None)
    else:
        User.objects.filter(username="vera").update(**{"is_active": False} if what == "inactive" else {"role": Role.AUDITOR})
    assert run(job).state == State.FAILED
    assert ("ask" if what in ("kind", "inactive", "gone") else "run it again") in job.problem.en, "what to do"
    assert job.problem.zh
    row = AuditRow.objects.get(event=Happening.JOB_FAILED)
    assert (row.object_key, row.text) == (str(job.pk), job.problem.en)


def test_an_error_is_tried_again_after_longer_and_longer_and_not_for_ever(made: Made, works: Works) -> None:
    works(fails)
    job, pauses = made(), []
    for _attempt in range(lease.MOST_ATTEMPTS - 1):
        before = timezone.now()
        assert run(job).state == State.WAITING
        assert job.not_before is not None
        pauses.append(round((job.not_before - before).total_seconds()))
        assert run_job(job.pk) is None, "not before its time"
        Job.objects.update(not_before=None)
    assert pauses == [10, 30, 90, 270]
    assert run(job).state == State.FAILED
    assert "given up" in job.problem.en


def test_progress_makes_earlier_failures_forgotten(made: Made, works: Works) -> None:
    def a_step_and_fails(held: Held) -> None:
        held.save({"step": held.checkpoint.get("step", 0) + 1})
        fails()

    works(a_step_and_fails)
    job = made()
    for _piece in range(lease.MOST_ATTEMPTS + 2):
        assert run(job).state == State.WAITING
        Job.objects.update(not_before=None)
    assert job.checkpoint == {"step": 7}


def test_an_error_that_has_words_says_them(made: Made, works: Works) -> None:
    def full(_held: Held) -> None:
        raise StoreFull

    works(full)
    job = run(made())
    assert (job.state, job.problem) == (State.WAITING, StoreFull.sentence)


def test_later_and_a_problem(made: Made, works: Works) -> None:
    until = timezone.now() + timedelta(hours=1)

    def later(_held: Held) -> None:
        raise Later(until, Text("It is forbidden now.", "现在禁止。"))

    works(later)
    job = run(made())
    assert (job.state, job.not_before, job.attempts, job.problem.zh) == (State.WAITING, until, 0, "现在禁止。")

    def problem(_held: Held) -> None:
        raise Problem(Text("It cannot be.", "不可能。"))

    works(problem)
    Job.objects.update(not_before=None)
    assert (run(job).state, job.problem.en) == (State.FAILED, "It cannot be.")


def test_a_piece_goes_on_where_it_was_saved(made: Made, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    def steps(held: Held) -> None:
        for step in range(held.checkpoint.get("next", 0), 3):
            with held.in_one_piece():
                held.tell("steps", step, 3)
            held.save({"next": step + 1})
            held.check()

    monkeypatch.setattr(held_module, "PIECE_S", 0.0)
    works(steps)
    job, found = made(), []
    for _piece in range(3):
        run(job)
        found.append((job.state, job.checkpoint["next"], job.done))
        assert job.published_at is not None, "it is published again at once"
    assert found == [(State.WAITING, 1, 0), (State.WAITING, 2, 1), (State.WAITING, 3, 2)]
    assert run(job).state == State.DONE


def test_pieces_that_save_nothing_end(made: Made, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_module, "PIECE_S", 0.0)
    works(lambda held: held.check())
    job = made()
    states = [run(job).state for _piece in range(lease.MOST_ATTEMPTS)]
    assert states == [State.WAITING] * 4 + [State.FAILED]


def test_the_end_of_a_worker_is_no_failure(made: Made, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "LOOK_S", 0.01)
    works(endless)
    job = made()
    stopping._told.value = True
    try:
        assert run(job).state == State.WAITING
    finally:
        stopping._told.value = False
    assert (job.attempts, job.not_before) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_the_portals_own_work_gives_way_to_what_somebody_waits_for(
    made: Made, works: Works, monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    monkeypatch.setattr(pulse, "LOOK_S", 0.01)
    monkeypatch.setattr(pulse, "BEAT_S", 0.02)
    works(endless)
    own = made(owner="")
    later = {"not_before": timezone.now() + timedelta(hours=1), "published_at": timezone.now()}
    others = [made(**later), made(queue="history", published_at=timezone.now()), made(owner="", published_at=timezone.now())]
    somebodys = made(published_at=timezone.now())
    for _ in range(lease.MOST_ATTEMPTS + 1):
        assert run(own).state == State.WAITING, "it is never given up for having given way"
    assert own.published_at is not None
    somebodys.delete()
    works(some_time)
    assert run(own).state == State.DONE
    assert len(others) == 3


def some_time(held: Held) -> None:
    until = time.monotonic() + 0.25
    while time.monotonic() < until:
        held.check()
        time.sleep(0.01)


def endless(held: Held) -> None:
    for number in range(2_000):
        held.tell("counting", number, 2_000)
        if Event().wait(0.01):
            break
    pytest.fail("it was not stopped")


def test_cancel_stops_it_and_what_it_waits_for(made: Made, works: Works, actor: Who, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "LOOK_S", 0.01)
    interrupted = Event()

    def waits(held: Held) -> None:
        with held.on_stop(interrupted.set):
            cancel(actor("vera"), held.job)
            assert interrupted.wait(5)
            raise OSError("interrupted")

    works(waits)
    job = run(made())
    assert (job.state, job.cancelled_by, job.attempts) == (State.CANCELLED, "vera", 1)
    assert AuditRow.objects.filter(event=Happening.JOB_CANCELLED, user_name="vera", object_key=str(job.pk)).count() == 1


def test_whoever_holds_an_older_number_writes_nothing(made: Made, works: Works) -> None:
    told: list[type[Exception]] = []

    def overtaken(held: Held) -> None:
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        assert lease.take(held.job.pk) is not None
        with pytest.raises(LeaseLost):
            held.save({"late": True})
        with pytest.raises(LeaseLost) as lost:
            held.add_file("late.csv", "late", 1, "text/csv", 1)
        told.append(lost.type)

    works(overtaken)
    job = run(made())
    assert told == [LeaseLost]
    assert (job.state, job.fence, job.checkpoint, job.files) == (State.RUNNING, 2, {}, [])
    assert not AuditRow.objects.filter(event=Happening.FILE_MADE).exists()


@pytest.mark.django_db(transaction=True)
def test_only_one_of_several_workers_holds_it(made: Made, works: Works) -> None:
    job, entered, begun, ends = made(), [], Event(), Event()

    def once(_held: Held) -> None:
        entered.append(1)
        begun.set()
        assert ends.wait(10)

    works(once)
    results: list[object] = []

    def worker() -> None:
        results.append(run_job(job.pk))
        connection.close()

    threads = [Thread(target=worker) for _ in range(4)]
    for each in threads:
        each.start()
    assert begun.wait(10)
    ends.set()
    for each in threads:
        each.join()
    assert len(entered) == 1
    assert sorted(map(str, results)) == ["None", "None", "None", "done"]


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_keeps_the_lease_and_hears_of_a_cancel_from_the_row(
    made: Made, works: Works, actor: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "BEAT_S", 0.05)
    monkeypatch.setattr(pulse, "LOOK_S", 0.01)
    monkeypatch.setattr("portal.jobs.start.shared.ask_to_stop", lambda _job_id: None)
    leases: set[object] = set()

    def beats(held: Held) -> None:
        for number in range(1_000):
            held.tell("counting", number, 1_000)
            leases.add(Job.objects.get().lease_until)
            if len(leases) > 2:
                cancel(actor("vera"), held.job)
            Event().wait(0.01)

    works(beats)
    job = run(made())
    assert job.state == State.CANCELLED
    assert job.done > 0
    assert job.total == 1_000


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_hears_that_the_lease_is_lost(made: Made, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "BEAT_S", 0.02)
    monkeypatch.setattr(pulse, "LOOK_S", 0.01)

    def overtaken(held: Held) -> None:
        Job.objects.update(fence=9)
        endless(held)

    works(overtaken)
    assert run_job(made().pk) is None


def test_a_job_for_another_scope_begins_anew(made: Made, works: Works, actor: Who, platform: Platform) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    Job.objects.update(checkpoint={"at": 5}, done=5, files=[{"name": "a", "path": "b", "size": 1, "type": "t", "rows": 1}])
    User.objects.filter(username="vera").update(role=Role.SUPPORT)
    seen: list[object] = []
    works(lambda held: seen.append((held.checkpoint, held.job.files, held.job.done)))
    assert run(job).state == State.DONE
    assert seen == [({}, [], 0)]


# How far it is


def test_how_far_it_is_comes_from_redis_while_it_runs(made: Made, works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.jobs.progress.TELLS_S", 0.0)
    monkeypatch.setattr("portal.jobs.progress._LEAST_S", 0.05)
    seen = []

    def counts(held: Held) -> None:
        held.tell("first", 5, 10)
        held.tell("second", 0, 100)
        Event().wait(0.1)
        held.tell(done=50)
        job = Job.objects.get()
        assert (job.stage, job.done) == ("", 0), "the row hears of it with the heartbeat"
        seen.append(progress_of([job])[job.pk])

    works(counts)
    job = run(made())
    assert (seen[0].stage, seen[0].done, seen[0].total) == ("second", 50, 100)
    assert seen[0].rate is not None
    assert 100 < seen[0].rate <= 500
    assert seen[0].left_s in {0, None}
    assert progress_of([job])[job.pk].done == 50


def test_without_redis_it_comes_from_the_row(made: Made, works: Works) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        _shows_the_row(made, works)


def _shows_the_row(made: Made, works: Works) -> None:
    works(lambda held: held.tell("counting", 3, 9))
    job = run(made())
    assert (job.state, job.done, job.total) == (State.DONE, 3, 9)
    running = made(state=State.RUNNING, stage="counting", done=4, total=9)
    assert progress_of([running])[running.pk].done == 4


def test_telling_is_cheap(made: Made, works: Works) -> None:
    def often(held: Held) -> None:
        for number in range(100_000):
            held.tell("counting", number, 100_000)

    works(often)
    before = timezone.now()
    assert run(made()).done == 99_999
    assert timezone.now() - before < timedelta(seconds=5)


# The sweep


def published() -> list[str]:
    return [str(job.pk) for job in Job.objects.exclude(published_at=None)]


def test_the_sweep_publishes_what_was_lost(made: Made) -> None:
    now = timezone.now()
    old = now - timedelta(minutes=2)
    due = [
        made(),
        made(published_at=old),
        made(published_at=old, not_before=old),
        made(state=State.RUNNING, lease_until=now - timedelta(seconds=1)),
    ]
    quiet = [
        made(not_before=now + timedelta(minutes=1)),
        made(state=State.RUNNING, lease_until=now + timedelta(minutes=1)),
        made(state=State.DONE),
        made(state=State.RUNNING, lease_until=old, cancel_at=old),
    ]
    sweep()
    for job in due:
        job.refresh_from_db()
        assert job.published_at is not None
        assert job.published_at >= now
    assert {str(each.pk) for each in quiet}.isdisjoint(published())
    assert Job.objects.get(pk=quiet[-1].pk).state == State.CANCELLED


def test_the_sweep_does_not_fill_a_queue_that_is_only_busy(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    old = timezone.now() - timedelta(minutes=2)
    for _ in range(3):
        made(published_at=old)
    waiting = [3]
    monkeypatch.setattr("portal.jobs.sweep.shared.held_back", lambda _queue: waiting[0])
    sweep()
    assert Job.objects.filter(published_at=old).count() == 3
    waiting[0] = 0
    sweep()
    assert not Job.objects.filter(published_at=old).exists()


def test_what_kills_its_workers_again_and_again_ends(made: Made) -> None:
    job = made(state=State.RUNNING, lease_until=timezone.now() - timedelta(seconds=1), attempts=lease.MOST_ATTEMPTS)
    assert run_job(job.pk) is None
    sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.FAILED, 5)
    assert "given up" in job.problem.en


def test_what_nobody_works_on_is_cancelled_at_once(made: Made, actor: Who) -> None:
    job = made()
    cancel(actor("vera"), job)
    job.refresh_from_db()
    assert (job.state, run_job(job.pk)) == (State.CANCELLED, None)
    stalled = made(state=State.RUNNING, fence=2, lease_until=timezone.now() - timedelta(seconds=5))
    cancel(actor("vera"), stalled)
    stalled.refresh_from_db()
    assert (stalled.state, stalled.fence) == (State.CANCELLED, 3)


def test_stops_are_no_errors() -> None:
    assert {Cancelled, LeaseLost, PieceOver} <= set(held_module.Stop.__subclasses__())
    assert "test" in kinds.kinds()
