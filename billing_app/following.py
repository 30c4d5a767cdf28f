"""A page that follows the job that fetches what it lacks: ``?job=`` in its address, looked at again by script, or by a link without."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from portal.access.needs import actor_of
from portal.jobs import notices
from portal.jobs.models import Job
from portal.jobs.seen import find

#: The parameter that names the job.
JOB = "job"
NOTHING_NEW = 204


@dataclass(frozen=True, slots=True)
class Following:
    """A job, the address that tells whether it has ended, and the page as it looks now, which what has ended is not waited for by."""

    job: Job
    watch_url: str
    page_url: str


def following(request: HttpRequest) -> Following | None:
    """Return the job that a page follows, where its address names one."""
    job = named(request)
    if job is None:
        return None
    asked = request.GET.copy()
    if job.ended:
        del asked[JOB]
    watch = "" if job.ended else f"{request.path}?{JOB}={job.pk}"
    return Following(job, watch, f"?{asked.urlencode()}")


def named(request: HttpRequest) -> Job | None:
    """Return the job that an address names."""
    try:
        return find(actor_of(request), UUID(request.GET.get(JOB, "")))
    except ValueError:
        return None


def followed(request: HttpRequest) -> HttpResponse:
    """Return nothing while a job goes on; once it has ended, have the page that follows it show what there is now."""
    job = named(request)
    if job is not None and not job.ended:
        return HttpResponse(status=NOTHING_NEW)
    if job is not None:
        notices.seen(actor_of(request), job)
    return HttpResponse(headers={"HX-Refresh": "true"})
