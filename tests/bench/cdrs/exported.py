"""Exports made as jobs make them, in this process."""

from __future__ import annotations

from django.db.models import Max

from portal.access.actor import Actor
from portal.access.models import User
from portal.cdrs.datasets import CDRS
from portal.cdrs.exports.kind import start
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.models import Day
from portal.cdrs.selection import Selection
from portal.jobs.models import Job, State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import store
from tests.bench.cdrs.making import ZONE
from tests.bench.cdrs.people import everything


def started(actor: Actor, platform: Platform, format_: Format, selection: Selection | None = None) -> Job:
    """Ask for an export of all columns, in the platform's zone."""
    columns = tuple(each.name for each in CDRS.columns)
    wanted = Wanted(selection=selection or everything(), columns=columns, format=format_, zone=ZONE, language="en")
    return start(actor, platform, wanted)


def exported(platform: Platform, format_: Format, selection: Selection | None = None) -> Job:
    """Make an export; its files are in the store until :func:`removed`."""
    job = started(exporter(), platform, format_, selection)
    while not job.ended:
        run_job(job.pk)
        job.refresh_from_db()
    assert job.state == State.DONE, job.problem_en
    return job


def removed(job: Job) -> None:
    """Take the files of an export away, and the export: the next one is made anew."""
    store().delete([each["path"] for each in job.files])
    job.delete()


def exporter() -> Actor:
    """Return somebody who may export everything, each time somebody new: nobody reaches a limit of a day."""
    number = (User.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    return Actor.person(User.objects.create_user(f"exporter-{number}", "pw", role="administrator", time_zone=ZONE))


def kept_rows() -> int:
    """Return how many calls are kept."""
    return sum(Day.objects.filter(dataset=CDRS.name).values_list("rows", flat=True))
