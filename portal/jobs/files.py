"""The files of a job: where they are kept, who may have them, and when they go."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from portal.access.actor import Actor
from portal.jobs.kinds import kind_of
from portal.jobs.models import Job
from portal.store import DOWNLOADS, StoreError, store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class File:
    """A file of a job: ``number`` counts from 1, ``size`` is in bytes."""

    number: int
    name: str
    path: str
    size: int
    type: str
    rows: int | None


def folder(job: Job) -> str:
    """Return under which name in the store everything of a job is kept."""
    return f"{DOWNLOADS}/{job.pk}/"


def place(job: Job, name: str) -> str:
    """Return where a holder of a job puts a file."""
    return f"{folder(job)}{job.fence}/{name}"


def files_of(job: Job) -> list[File]:
    """Return what a job has made."""
    return [_file(number, each) for number, each in enumerate(job.files, 1)]


def file_of(job: Job, number: int) -> File | None:
    """Return one file of a job that is still kept."""
    return next((each for each in files_of(job) if each.number == number and job.removed_at is None), None)


def _file(number: int, told: Mapping[str, Any]) -> File:
    return File(number, told["name"], told["path"], told["size"], told["type"], told.get("rows"))


def may_have(actor: Actor, job: Job) -> bool:
    """Tell whether somebody has the right that the files of a job need."""
    kind = kind_of(job.kind)
    return kind is not None and actor.may(kind.right)


def still_theirs(actor: Actor, job: Job) -> bool:
    """Tell whether what a job has made is still wholly somebody's to read."""
    kind = kind_of(job.kind)
    return kind is not None and (job.platform_id is None or actor.sees_platform(job.platform_id)) and kind.still(actor, job)


def remove(job: Job) -> bool:
    """Remove everything that a job has put into the store; False where the store does not let it, and it is tried again."""
    try:
        remove_kept(job)
    except StoreError:
        log.warning("the files of job %s could not be removed", job.pk, exc_info=True)
        return False
    Job.objects.filter(pk=job.pk).update(removed_at=timezone.now())
    return True


def remove_kept(job: Job) -> None:
    """Remove what is kept under a job's name, also what a worker left that never came to tell of it; raises StoreError."""
    store().delete(list(store().names(folder(job))))
