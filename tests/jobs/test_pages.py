"""The pages of jobs, as people see them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.cdrs.collecting.collect import NAME as COLLECTING
from portal.cdrs.collecting.reached import COUNTED, Counts
from portal.cdrs.landing import COUNTS
from portal.jobs import kinds, notices, shared
from portal.jobs.errors import MayNot
from portal.jobs.held import Held
from portal.jobs.models import Follower, Job, Queue, State
from portal.jobs.run import run_job
from portal.jobs.start import again, cancel, start
from portal.jobs.sweep import sweep
from portal.platforms.models import Platform
from portal.store import StoreUnreachable, store
from tests.jobs.working import Work

Made = Callable[..., Job]
Works = Callable[[Work], None]
Who = Callable[[str], Actor]
Browse = Callable[[str], Client]
TEXT = b"0123456789" * 10
HTMX = {"HX-Request": "true"}


def emptied() -> None:
    """Have Redis forget everything."""
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def of(job: Job, step: str = "") -> str:
    return f"/jobs/{job.pk}/{step}"


# Who asks and who shares


def test_a_right_is_needed_and_it_is_in_the_audit(actor: Who, platform: Platform) -> None:
    with pytest.raises(MayNot):
        start(actor("ada"), "test", {}, platform=platform)
    assert not Job.objects.exists()
    job = start(actor("vera"), "test", {"days": 3}, platform=platform)
    row = AuditRow.objects.get(event=Event.JOB_STARTED)
    assert (row.user_name, row.object_key, row.platform_name) == ("vera", str(job.pk), "Harbour")
    assert row.after == {"kind": "test", "parameters": {"days": 3}}


def test_who_asks_for_the_same_shares_it(actor: Who, platform: Platform, browse: Browse) -> None:
    job = start(actor("vera"), "test", {"days": 3}, platform=platform)
    assert start(actor("vera"), "test", {"days": 3}, platform=platform).pk == job.pk
    assert start(actor("frank"), "test", {"days": 3}, platform=platform).pk == job.pk
    assert start(actor("root"), "test", {"days": 3}, platform=platform).pk != job.pk, "who sees more makes a job of their own"
    assert start(actor("vera"), "test", {"days": 4}, platform=platform).pk != job.pk
    assert str(job.pk) in page(browse("frank"), "/jobs/")


def test_who_reads_in_other_words_shares_nothing(actor: Who, platform: Platform) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    User.objects.filter(username="frank").update(language="zh-hans")
    assert start(actor("frank"), "test", {}, platform=platform).pk != job.pk


def test_a_shared_job_goes_on_for_the_others(actor: Who, platform: Platform) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    start(actor("frank"), "test", {}, platform=platform)
    cancel(actor("vera"), job)
    job.refresh_from_db()
    assert (job.state, job.owner_name, job.followers.count()) == (State.WAITING, "frank", 0)
    cancel(actor("frank"), job)
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_vanished_owners_job_is_done_for_who_shares_it(actor: Who, platform: Platform) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    start(actor("frank"), "test", {}, platform=platform)
    User.objects.filter(username="vera").update(is_active=False)
    assert run_job(job.pk) == State.DONE
    job.refresh_from_db()
    assert job.owner_name == "frank"


def test_who_shared_an_old_scope_gets_a_job_of_their_own(actor: Who, platform: Platform) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    start(actor("frank"), "test", {}, platform=platform)
    User.objects.filter(username="vera").update(role=Role.SUPPORT)
    assert run_job(job.pk) == State.DONE
    other = Job.objects.exclude(pk=job.pk).get()
    assert (other.owner_name, other.state, job.followers.count()) == ("frank", State.WAITING, 0)


def test_what_is_to_stop_is_not_shared(actor: Who, platform: Platform, made: Made) -> None:
    job = start(actor("vera"), "test", {}, platform=platform)
    Job.objects.update(state=State.RUNNING, lease_until=timezone.now() + timedelta(seconds=40))
    job.refresh_from_db()
    cancel(actor("vera"), job)
    assert start(actor("vera"), "test", {}, platform=platform).pk != job.pk


def test_run_again(actor: Who, platform: Platform, browse: Browse) -> None:
    job = start(actor("vera"), "test", {"days": 3}, platform=platform)
    run_job(job.pk)
    job.refresh_from_db()
    answer = browse("vera").post(of(job, "again/"))
    fresh = Job.objects.exclude(pk=job.pk).get()
    assert answer.headers["Location"] == of(fresh)
    assert (fresh.parameters, fresh.state) == ({"days": 3}, State.WAITING)
    assert browse("ada").post(of(job, "again/")).status_code == 403
    Job.objects.filter(pk=job.pk).update(kind="of another version")
    job.refresh_from_db()
    with pytest.raises(MayNot):
        again(actor("vera"), job)


# Lists


@pytest.mark.parametrize("count", [0, 1, 70])
def test_the_list_asks_the_same_however_long_it_is(
    count: int, made: Made, browse: Browse, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        made(state=State.RUNNING if number % 2 else State.DONE)
    client = browse("root")
    client.get("/jobs/?all=1")
    with django_assert_num_queries(5):
        text = page(client, "/jobs/?all=1")
    assert ("No jobs" in text) is (count == 0)
    assert text.count("data-go=") == min(count, 50)


def test_who_sees_which(made: Made, browse: Browse) -> None:
    hers, his, own = made("vera"), made("north"), made("")
    assert (str(hers.pk) in page(browse("vera"), "/jobs/")) is True
    assert str(his.pk) not in page(browse("vera"), "/jobs/")
    everything = page(browse("vera"), "/jobs/?all=1")
    assert all(str(each.pk) in everything for each in (hers, his, own))
    assert "The portal" in everything
    agent = page(browse("north"), "/jobs/?all=1")
    assert str(his.pk) in agent
    assert str(hers.pk) not in agent
    assert "All jobs" not in agent
    for step in ("", "part/", "files/1/"):
        assert browse("north").get(of(hers, step)).status_code == 404
    assert browse("north").post(of(hers, "cancel/")).status_code == 404
    User.objects.filter(username="vera").update(every_platform=False)
    assert browse("vera").get(of(his)).status_code == 404, "not of her platforms"


def test_states_can_be_told_apart(made: Made, browse: Browse) -> None:
    made(state=State.FAILED), made(state=State.DONE), made()
    client = browse("vera")
    assert [page(client, f"/jobs/?state={state}").count("data-go=") for state in ("open", "done", "failed", "cancelled", "x")] == [
        1,
        1,
        1,
        0,
        3,
    ]


# One


def shown(client: Client, job: Job) -> str:
    return re.sub(r"\s+", " ", page(client, of(job)))


def test_a_running_one_shows_how_far_and_asks_again(made: Made, browse: Browse, works: Works) -> None:
    seen: list[str] = []

    def counts(held: Held) -> None:
        held.tell("counting", 0, 400)
        held._told._seen[0] = (held._told._seen[0][0] - 10, 0)
        held._told._next = 0.0
        held.tell(done=100)
        seen.append(shown(browse("vera"), held.job))

    works(counts)
    job = made()
    run_job(job.pk)
    text = seen[0]
    assert "100 / 400" in text
    assert "10 rows a second" in text
    assert "about 0:30 left" in text
    assert f'hx-get="{of(job, "part/")}?was=running-counting"' in text
    assert f'href="{of(job)}"' in text, "a link for who has no script"
    ended = page(browse("vera"), of(job))
    assert "every 2s" not in ended
    assert "Run again" in ended


def test_it_says_why_nothing_happens(made: Made, browse: Browse) -> None:
    client, now = browse("vera"), timezone.now()
    assert "Background work does not run at the moment" in shown(client, made())
    shared._spoken.clear()
    shared.worker_runs(["export"])
    assert "Waiting for its turn since" in shown(client, made())
    text = shown(client, made(not_before=now + timedelta(hours=1), problem_en="The softswitch is down."))
    assert "The softswitch is down. It goes on by itself, not before" in text
    stalled = made(state=State.RUNNING, lease_until=now - timedelta(seconds=1), heartbeat_at=now - timedelta(seconds=46))
    assert "Stalled: nobody has worked on it since" in shown(client, stalled)
    stopping = made(state=State.RUNNING, lease_until=now + timedelta(seconds=30), cancel_at=now)
    assert "It is being stopped." in shown(client, stopping)
    assert "cancel/" not in shown(client, stopping)
    assert "Stopped by root." in shown(client, made(state=State.CANCELLED, cancelled_by="root"))
    assert "It broke." in shown(client, made(state=State.FAILED, problem_en="It broke."))


def test_a_kind_of_another_version_is_shown_as_it_is_called(made: Made, browse: Browse) -> None:
    job = made(kind="from-the-future", state=State.DONE, files=[{"name": "a.csv", "path": "x", "size": 1, "type": "t", "rows": 1}])
    text = page(browse("vera"), of(job))
    assert "from-the-future" in text
    assert "files/1/" not in text


def test_the_part_is_for_htmx_and_says_what_is_new(made: Made, browse: Browse) -> None:
    job, client = made(), browse("vera")
    assert client.get(of(job, "part/")).headers["Location"] == of(job)
    part = client.get(f"{of(job, 'part/')}?was=running-counting", headers=HTMX).content.decode()
    assert "hx-swap-oob" in part
    assert "<html" not in part
    assert "hx-swap-oob" not in client.get(f"{of(job, 'part/')}?was=waiting-", headers=HTMX).content.decode()
    brief = client.get(f"{of(job, 'part/')}?brief=1", headers=HTMX).content.decode()
    assert "?brief=1" in brief
    assert "Open the job" in brief


@pytest.mark.parametrize("brief", ["", "brief=1&"])
def test_buttons_stay_where_they_are_until_the_situation_is_another(brief: str, made: Made, browse: Browse) -> None:
    job, client = made(), browse("vera")
    same = client.get(f"{of(job, 'part/')}?{brief}was=waiting-", headers=HTMX)
    assert f'id="job-{job.pk}-stand"' in same.content.decode()
    assert "btn" not in same.content.decode()
    assert "HX-Retarget" not in same.headers
    other = client.get(f"{of(job, 'part/')}?{brief}was=running-counting", headers=HTMX)
    assert (other.headers["HX-Retarget"], other.headers["HX-Reswap"]) == (f"#job-{job.pk}", "outerHTML")
    assert f'id="job-{job.pk}"' in other.content.decode()
    assert "btn" in other.content.decode()


def test_the_page_that_a_job_fills_has_no_way_to_itself(made: Made, browse: Browse) -> None:
    kinds._KINDS["test"] = replace(kinds._KINDS["test"], page=lambda _job: "/p/harbour/cdrs/?account=1")
    job, client = made(state=State.DONE, finished_at=timezone.now()), browse("vera")
    assert "See what it found" in shown(client, job)
    assert "See what it found" not in client.get(f"{of(job, 'part/')}?brief=1", headers=HTMX).content.decode()


def test_what_came_of_it_is_told_in_numbers(made: Made, browse: Browse) -> None:
    kinds._KINDS["test"] = replace(kinds._KINDS["test"], counts={"rows": "Rows kept", "bad": "Unreadable", "other": "Of others"})
    warnings = [{"en": "One was cut.", "zh": "一个被截断。"}]
    result = {"rows": 24_000, "bad": 0, "bytes": 77, "warnings": warnings, "more_warnings": 1_234}
    job = made(state=State.DONE, finished_at=timezone.now(), result=result)
    text = shown(browse("vera"), job)
    facts = dict(re.findall(r'<dt>([^<]*)</dt><dd><span class="num">([^<]*)</span>', text))
    assert (facts["Rows kept"], facts["Unreadable"], "Of others" in facts) == ("24,000", "0", False)
    assert "One was cut." in text
    assert "And 1,234 more warnings." in text
    assert "more warning" not in shown(browse("vera"), made(state=State.DONE, result={"more_warnings": 0}))


def test_a_collection_tells_what_became_of_every_row() -> None:
    assert {"calls", *COUNTS} == {each.name for each in fields(Counts)} - {"bytes"} == set(COUNTED)
    assert set(COUNTED) == set(kinds.kinds()[COLLECTING].counts)


def test_others_work_is_not_told_to_who_sees_their_own_alone(made: Made, browse: Browse) -> None:
    shared._spoken.clear()
    shared.worker_runs(["export"])
    alive, dead = (timezone.now() + timedelta(seconds=seconds) for seconds in (40, -1))
    for lease_until in (alive, alive, dead):
        made("frank", state=State.RUNNING, lease_until=lease_until)
    assert "2 other jobs are being worked on." in shown(browse("vera"), made("vera")), "of the dead nobody is told"
    text = shown(browse("north"), made("north"))
    assert "Waiting for its turn since" in text
    assert "being worked on" not in text


def test_who_may_cancel(made: Made, browse: Browse, actor: Who) -> None:
    job = made("north")
    assert browse("ada").post(of(job, "cancel/")).status_code == 403, "who only reads stops nothing"
    assert browse("vera").post(of(job, "cancel/")).status_code == 403
    assert browse("root").post(of(job, "cancel/"), follow=True).status_code == 200
    job.refresh_from_db()
    assert (job.state, job.cancelled_by) == (State.CANCELLED, "root")
    text = browse("root").post(of(job, "cancel/"), follow=True).content.decode()
    assert "It had ended already" in text


def test_who_leaves_a_shared_job_sees_it_no_more(actor: Who, platform: Platform, browse: Browse) -> None:
    User.objects.filter(username__in=("vera", "frank")).update(role=Role.AGENT)
    for name in ("vera", "frank"):
        User.objects.get(username=name).links.create(platform=platform, account="1000")
    job = start(actor("vera"), "test", {}, platform=platform)
    assert start(actor("frank"), "test", {}, platform=platform).pk == job.pk
    answer = browse("vera").post(of(job, "cancel/"))
    assert answer.headers["Location"] == "/jobs/"
    assert browse("vera").get(of(job)).status_code == 404


# Without Redis


def test_without_redis_it_waits_and_the_page_says_so(actor: Who, platform: Platform, browse: Browse) -> None:
    client = browse("vera")
    nowhere = override_settings(REDIS_URL="redis://127.0.0.1:1/0")
    with nowhere, patch("portal.jobs.publish.current_app.send_task", side_effect=ConnectionError("refused")):
        job = start(actor("vera"), "test", {}, platform=platform)
        sweep()
        assert "Background work does not run at the moment" in page(client, of(job))
    job.refresh_from_db()
    assert (job.state, job.published_at) == (State.WAITING, None)
    sweep()
    job.refresh_from_db()
    assert job.published_at is not None


# Being told


def test_the_end_is_told_once_on_whichever_page(actor: Who, platform: Platform, browse: Browse, works: Works) -> None:
    client = browse("vera")
    assert "/jobs/ended/" not in page(client, "/jobs/")
    job = start(actor("vera"), "test", {}, platform=platform)
    assert 'hx-get="/jobs/ended/"' in page(client, "/jobs/")
    assert "A job of yours" not in client.get("/jobs/ended/", headers=HTMX).content.decode()
    run_job(job.pk)
    told = client.get("/jobs/ended/", headers=HTMX).content.decode()
    assert "A job of yours is done" in told
    assert of(job) in told
    assert "hx-get" not in told, "nothing is open any more"
    assert "A job of yours" not in page(client, "/jobs/")
    assert client.get("/jobs/ended/").headers["Location"] == "/jobs/"


def test_who_comes_back_after_weeks_is_told_of_the_last_one_alone(made: Made, browse: Browse) -> None:
    now = timezone.now()
    for days in (8, 30, 300):
        made(state=State.DONE, finished_at=now - timedelta(days=days))
    last = made(state=State.DONE, finished_at=now - timedelta(days=6))
    told = page(browse("vera"), "/")
    assert told.count("A job of yours is done") == 1
    assert of(last) in told


def test_a_failure_is_told_and_what_was_looked_at_is_not(actor: Who, platform: Platform, browse: Browse) -> None:
    client = browse("vera")
    failed, looked_at, stopped = (start(actor("vera"), "test", {"n": n}, platform=platform) for n in range(3))
    start(actor("frank"), "test", {"n": 0}, platform=platform)
    Job.objects.exclude(pk=stopped.pk).update(state=State.FAILED, finished_at=timezone.now())
    cancel(actor("vera"), stopped)
    text = page(client, of(looked_at))
    assert text.count("A job of yours has not come to its end") == 1
    assert f'<a href="{of(failed)}">' in text
    assert "A job of yours" not in page(client, "/jobs/?state=done")
    assert of(failed) in page(browse("frank"), "/jobs/?state=done"), "each of two is told"


def test_who_has_no_job_is_asked_about_once_a_minute(browse: Browse, django_assert_num_queries: Any) -> None:
    client = browse("vera")
    with django_assert_num_queries(3):
        client.get("/jobs/ended/", headers=HTMX)
    with django_assert_num_queries(2):
        client.get("/jobs/ended/", headers=HTMX)
    emptied()
    with django_assert_num_queries(3):
        client.get("/jobs/ended/", headers=HTMX)


def test_who_waits_is_asked_about_in_one_question(made: Made, browse: Browse, django_assert_num_queries: Any) -> None:
    for _number in range(3):
        made()
    client = browse("vera")
    for _time in range(2):
        with django_assert_num_queries(3):
            assert "hx-get" in client.get("/jobs/ended/", headers=HTMX).content.decode()


def test_an_end_is_told_days_later_and_when_redis_was_emptied(actor: Who, platform: Platform, browse: Browse) -> None:
    client = browse("vera")
    page(client, "/jobs/")
    job = start(actor("vera"), "test", {}, platform=platform)
    assert 'hx-get="/jobs/ended/"' in page(client, "/jobs/")
    emptied()
    run_job(job.pk)
    Job.objects.update(finished_at=timezone.now() - timedelta(days=3))
    assert of(job) in client.get("/jobs/ended/", headers=HTMX).content.decode()
    assert "A job of yours" not in client.get("/jobs/ended/", headers=HTMX).content.decode()


def test_without_redis_an_end_is_told_too(made: Made, browse: Browse) -> None:
    job, client = made(state=State.DONE, finished_at=timezone.now()), browse("vera")
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert f'<a href="{of(job)}">' in page(client, "/jobs/?state=open")
        assert "A job of yours" not in page(client, "/jobs/?state=open")


def test_many_ends_are_told_a_few_at_a_time(made: Made, browse: Browse) -> None:
    for _number in range(notices.MOST + 2):
        made(state=State.DONE, finished_at=timezone.now())
    client = browse("vera")
    told = [client.get("/jobs/ended/", headers=HTMX).content.decode() for _time in range(3)]
    assert [each.count("A job of yours is done") for each in told] == [notices.MOST, 2, 0]
    assert ["hx-get" in each for each in told] == [True, False, False]


def test_what_lacks_something_is_not_told_as_well_done(made: Made, browse: Browse) -> None:
    missing = [{"en": "Missing of CDRs: 18 days of accounts.", "zh": "话单缺少 18 个账户日。"}]
    job = made(state=State.DONE, finished_at=timezone.now(), result={"missing": missing})
    client = browse("vera")
    told = client.get("/jobs/ended/", headers=HTMX).content.decode()
    assert "A job of yours is done, but something is missing" in told
    assert "tone-warn" in told
    for path in ("/jobs/", of(job)):
        badges = re.findall(r'<span class="badge ([^"]*)">.*?</svg> *([^<]*)</span>', page(client, path), re.DOTALL)
        assert ("tone-warn", "Done, incomplete") in badges
        assert "tone-good" not in [tone for tone, _word in badges]
    assert re.search(r'notice tone-warn".*Done, but something is missing. Run it again', shown(client, job))


# Files


@pytest.fixture
def filed(made: Made, works: Works, tmp_path: Path) -> Job:
    def write(held: Held) -> None:
        place = held.place("CDRs 话单.csv")
        (tmp_path / "draft").write_bytes(TEXT)
        held.add_file("CDRs 话单.csv", place, store().put(tmp_path / "draft", place), "text/csv", 10)

    works(write)
    job = made()
    assert run_job(job.pk) == State.DONE
    job.refresh_from_db()
    return job


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_file_is_given_whole(filed: Job, browse: Browse) -> None:
    text = page(browse("vera"), of(filed))
    assert escape(of(filed, "files/1/")) in text
    assert "100\xa0bytes" in text
    answer = browse("vera").get(of(filed, "files/1/"))
    assert (answer.status_code, body(answer)) == (200, TEXT)
    headers = answer.headers
    assert (headers["Content-Length"], headers["Accept-Ranges"], headers["Content-Type"]) == ("100", "bytes", "text/csv")
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["Content-Disposition"] == "attachment; filename*=utf-8''CDRs%20%E8%AF%9D%E5%8D%95.csv"
    rows = AuditRow.objects.filter(event__in=(Event.FILE_MADE, Event.FILE_DOWNLOADED)).order_by("pk")
    assert [(row.event, row.user_name, row.object_key) for row in rows] == [
        (Event.FILE_MADE, "vera", str(filed.pk)),
        (Event.FILE_DOWNLOADED, "vera", str(filed.pk)),
    ]


@pytest.mark.parametrize(
    ("asked", "status", "given"),
    [
        ("bytes=0-9", 206, "bytes 0-9/100"),
        ("bytes=95-", 206, "bytes 95-99/100"),
        ("bytes=-5", 206, "bytes 95-99/100"),
        ("bytes=-500", 206, "bytes 0-99/100"),
        ("bytes=90-5000", 206, "bytes 90-99/100"),
        ("bytes=100-", 416, "bytes */100"),
        ("bytes=-0", 416, "bytes */100"),
        ("bytes=9-3", 200, None),
        ("bytes=0-1,5-6", 200, None),
        ("lines=1-2", 200, None),
        ("bytes=-", 200, None),
    ],
)
def test_a_part_of_a_file_is_given(asked: str, status: int, given: str | None, filed: Job, browse: Browse) -> None:
    answer = browse("vera").get(of(filed, "files/1/"), headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, given)
    if status == 206 and given:
        first, last = map(int, re.findall(r"\d+", given)[:2])
        assert body(answer) == TEXT[first : last + 1]
        assert answer.headers["Content-Length"] == str(last - first + 1)


def test_a_part_of_another_file_is_not_put_behind_this_one(filed: Job, browse: Browse) -> None:
    client, url = browse("vera"), of(filed, "files/1/")
    tag = client.head(url).headers["ETag"]
    assert client.get(url, headers={"Range": "bytes=5-", "If-Range": tag}).status_code == 206
    assert client.get(url, headers={"Range": "bytes=5-", "If-Range": '"another"'}).status_code == 200


def test_only_what_is_read_has_parts(filed: Job, browse: Browse) -> None:
    answer = browse("vera").head(of(filed, "files/1/"), headers={"Range": "bytes=200-"})
    assert (answer.status_code, answer.headers["Content-Length"], "Content-Range" in answer.headers) == (200, "100", False)


def test_who_goes_on_with_another_file_gets_nothing_of_this_one(filed: Job, browse: Browse) -> None:
    client, url = browse("vera"), of(filed, "files/1/")
    tag = client.head(url).headers["ETag"]
    for matching in (tag, "*", f'"another", {tag}'):
        assert client.get(url, headers={"Range": "bytes=5-", "If-Match": matching}).status_code == 206
    for asked in ({}, {"Range": "bytes=5-"}):
        answer = client.get(url, headers={**asked, "If-Match": '"another"'})
        assert (answer.status_code, answer.content) == (412, b"")
    assert AuditRow.objects.filter(event=Event.FILE_DOWNLOADED).count() == 1


def test_a_download_in_parts_is_one_download(filed: Job, browse: Browse) -> None:
    client, url = browse("vera"), of(filed, "files/1/")
    client.head(url)
    for asked in ("bytes=50-", "bytes=10-19", "bytes=20-29"):
        client.get(url, headers={"Range": asked})
    assert AuditRow.objects.filter(event=Event.FILE_DOWNLOADED).count() == 1
    client.get(url)
    assert AuditRow.objects.filter(event=Event.FILE_DOWNLOADED).count() == 2


def test_a_file_that_is_no_longer_theirs_is_refused_and_noted(filed: Job, browse: Browse) -> None:
    kind = kinds._KINDS["test"]
    kinds._KINDS["test"] = replace(kind, still=lambda actor, _job: actor.name == "frank")
    answer = browse("vera").get(of(filed, "files/1/"))
    assert answer.status_code == 404
    assert b"no longer all yours" in answer.content
    text = page(browse("vera"), of(filed))
    assert "no longer all yours" in text
    assert "files/1/" not in text
    User.objects.filter(username="vera").update(role=Role.AUDITOR)
    assert browse("vera").get(of(filed, "files/1/")).status_code == 403
    assert AuditRow.objects.filter(event=Event.FILE_REFUSED, user_name="vera").count() == 2
    assert browse("ada").get(of(filed, "files/1/")).status_code == 403
    assert "does not have the right to this file" in page(browse("ada"), of(filed))
    assert body(browse("frank").get(of(filed, "files/1/"))) == TEXT
    assert browse("root").get(of(filed, "files/1/")).status_code == 404
    assert AuditRow.objects.filter(event=Event.FILE_REFUSED).count() == 2, "what was never theirs is a page that is not there"


def test_files_go_after_their_time_and_rows_much_later(filed: Job, browse: Browse, tmp_path: Path) -> None:
    (tmp_path / "lost").write_bytes(b"a file of a worker that died")
    store().put(tmp_path / "lost", f"exports/{filed.pk}/7/lost.csv")
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with patch("portal.jobs.files.store", side_effect=StoreUnreachable):
        sweep()
    assert body(browse("vera").get(of(filed, "files/1/"))) == TEXT
    sweep()
    assert list(store().names(f"exports/{filed.pk}/")) == []
    answer = browse("vera").get(of(filed, "files/1/"))
    assert (answer.status_code, b"kept for some days only" in answer.content) == (410, True)
    assert "The file was removed on" in page(browse("vera"), of(filed))
    assert browse("vera").get(of(filed, "files/2/")).status_code == 404
    Job.objects.update(finished_at=timezone.now() - timedelta(days=91))
    sweep()
    assert not Job.objects.exists()


def test_a_store_that_fails_is_said(filed: Job, browse: Browse) -> None:
    with patch("portal.pages.jobs_files.store", side_effect=StoreUnreachable):
        answer = browse("vera").get(of(filed, "files/1/"))
    assert (answer.status_code, b"cannot be reached" in answer.content) == (503, True)
    store().delete([filed.files[0]["path"]])
    assert browse("vera").get(of(filed, "files/1/")).status_code == 410


def test_nothing_of_it_exists_for_a_stranger(browse: Browse) -> None:
    for step in ("", "part/", "files/1/"):
        assert browse("root").get(f"/jobs/{uuid4()}/{step}").status_code == 404
    assert not Follower.objects.exists()


def test_a_job_that_cannot_be_told_in_words_breaks_no_list(made: Made, browse: Browse) -> None:
    def wrong(_job: Job) -> str:
        raise ValueError("year 31690708 is out of range")

    kinds._KINDS["test"] = replace(kinds._KINDS["test"], words=wrong, page=wrong)
    job = made(state=State.DONE, finished_at=timezone.now())
    client = browse("vera")
    for path in ("/jobs/", of(job)):
        assert str(kinds._KINDS["test"].title) in page(client, path)


def test_what_makes_files_says_whether_they_are_still_somebodys() -> None:
    own = [each for each in kinds.kinds().values() if not each.work.__module__.startswith("tests")]
    assert all(each.still is not kinds._always for each in own if each.queue == Queue.EXPORT)
