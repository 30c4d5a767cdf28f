"""Kinds of jobs: declared by whoever does the work, known here by name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from portal.access.actor import Actor
from portal.jobs.models import Job, Queue

if TYPE_CHECKING:
    from portal.jobs.held import Held

log = logging.getLogger(__name__)


def _nothing(_job: Job) -> str:
    return ""


def _always(_actor: Actor, _job: Job) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a kind of job is.

    ``work`` does it, a piece of minutes at a time. ``right`` is what its owner needs, when they ask and again when it runs and when
    its files are downloaded. ``words`` says what a job is about, ``page`` where what it found is shown (empty: its own page), both in the
    reader's language. ``stages`` are the names of its stages, ``unit`` what ``done`` counts; ``counts`` are the numbers of its result that
    its page tells, with what each is called. ``still`` tells whether what a job made is still wholly its owner's to read; where it is not,
    its files are refused. ``keep`` is how long its files are kept.
    """

    name: str
    title: str | Promise
    icon: str
    queue: Queue
    right: str
    work: Callable[[Held], None]
    words: Callable[[Job], str] = _nothing
    page: Callable[[Job], str] = _nothing
    stages: Mapping[str, str | Promise] = field(default_factory=lambda: MappingProxyType({}))
    counts: Mapping[str, str | Promise] = field(default_factory=lambda: MappingProxyType({}))
    unit: str | Promise = ""
    still: Callable[[Actor, Job], bool] = _always
    keep: timedelta = timedelta(days=7)


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of job known; called where its app is ready."""
    if kind.name in _KINDS:
        raise ValueError(f"{kind.name} is declared twice")
    _KINDS[kind.name] = kind
    return kind


def kind_of(name: str) -> Kind | None:
    """Return a kind by its name; None where no version of the portal that runs now knows it."""
    return _KINDS.get(name)


def title_of(job: Job) -> str:
    """Return what kind of job it is, in the reader's language; the name of one that this version does not know."""
    kind = kind_of(job.kind)
    return str(kind.title) if kind else job.kind


def words_of(job: Job) -> str:
    """Return what a job is about, or what kind of job it is where it has no words of its own."""
    kind = kind_of(job.kind)
    return (_said(kind.words, job) if kind else "") or title_of(job)


def page_of(job: Job) -> str:
    """Return where what a job found is shown; empty where that is its own page."""
    kind = kind_of(job.kind)
    return _said(kind.page, job) if kind else ""


def _said(tell: Callable[[Job], str], job: Job) -> str:
    """Return what a kind says of a job; nothing where it was written in a way that this version does not read."""
    try:
        return tell(job)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        log.warning("job %s (%s) cannot be told in words", job.pk, job.kind, exc_info=True)
        return ""


def kinds() -> Mapping[str, Kind]:
    """Return every kind there is."""
    return MappingProxyType(_KINDS)
