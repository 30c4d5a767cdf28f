"""Exports of calls as jobs: asked for, made, and refused where they are not their reader's any more."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import Own
from portal.cdrs.answering import answered, explained
from portal.cdrs.exports.limits import check_day, check_rows
from portal.cdrs.exports.wanted import Wanted, readable
from portal.cdrs.exports.whose import still_whose
from portal.cdrs.exports.work import work
from portal.cdrs.selection import Selection, selected
from portal.cdrs.wording import of_selection
from portal.jobs.kinds import Kind
from portal.jobs.models import Job, Queue
from portal.jobs.start import start as start_job
from portal.platforms.models import Platform
from portal.service.errors import Denied

KIND = "export"
STAGES: Mapping[str, str | Promise] = MappingProxyType({"count": _("Counting"), "write": _("Writing"), "keep": _("Keeping the file")})


def count(actor: Actor, platform: Platform, selection: Selection) -> int:
    """Return how many rows a selection has; raises ``Unanswered``, and ``Denied`` and ``NotThere`` as a selection does."""
    with explained():
        found = selected(actor, platform, selection)
    return int(answered(f"SELECT count(*) FROM ({found.sql})", found.parameters)[0][0])


def start(actor: Actor, platform: Platform, wanted: Wanted) -> Job:
    """Have an export made; the file is the job's.

    Raises ``Denied`` for columns that the actor does not see, ``OverLimit`` for a limit of their role, ``MayNot`` without the right.
    """
    if not readable(actor, wanted):
        raise Denied
    check_rows(actor, count(actor, platform, wanted.selection))
    with transaction.atomic():
        # Who asks twice at once is counted twice.
        User.objects.select_for_update().filter(username=actor.name).first()
        check_day(actor)
        return start_job(actor, KIND, wanted.as_json(), platform=platform)


def still(actor: Actor, job: Job) -> bool:
    """Tell whether every row and column of an export is somebody's to read as it was when it was made."""
    wanted = Wanted.of_json(job.parameters)
    return job.platform is not None and readable(actor, wanted) and still_whose(actor, job.platform, _whose(job))


def _whose(job: Job) -> Mapping[str, Any]:
    kept: Mapping[str, Any] = job.result.get("whose", {})
    return kept


def words(job: Job) -> str:
    """Return whose calls an export is of, of which days, and what narrows them."""
    wanted = Wanted.of_json(job.parameters)
    return of_selection(wanted.selection, wanted.zone)


def page(job: Job) -> str:
    """Return where its rows are searched, in the zone and with the columns of the file."""
    wanted = Wanted.of_json(job.parameters)
    pairs = [*wanted.selection.pairs(), ("zone", wanted.zone), *(("columns", name) for name in wanted.columns)]
    return f"{reverse('billing:cdrs', args=[job.platform.slug])}?{urlencode(pairs)}" if job.platform else ""


EXPORT = Kind(
    name=KIND,
    title=_("Export of CDRs"),
    icon="download",
    queue=Queue.EXPORT,
    right=Own.EXPORT_CDRS,
    work=work,
    words=words,
    page=page,
    stages=STAGES,
    unit=_("rows"),
    still=still,
)
