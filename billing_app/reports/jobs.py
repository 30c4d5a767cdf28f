"""The job behind a report whose file takes longer than somebody waits."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from math import inf
from pathlib import Path
from types import MappingProxyType

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing_app.reports import files
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.cdrs.answering import Unanswered, Unreachable
from portal.cdrs.engine import scratch
from portal.cdrs.reports import REPORTS
from portal.cdrs.reports.asked import Asked
from portal.directory.membership import Span, Spans
from portal.jobs.errors import Later, Problem
from portal.jobs.held import Held
from portal.jobs.kinds import Kind, register
from portal.jobs.models import Job, Queue
from portal.jobs.start import start as start_job
from portal.platforms.models import Platform
from portal.service.errors import DoorError
from portal.service.scope import tree
from portal.store import StoreFull, StoreUnreachable, store
from portal.ui.text import say
from portal.vos3000.schema.base import Text

KIND = "report"
MAKE, WRITE, KEEP = "make", "write", "keep"
STAGES: Mapping[str, str | Promise] = MappingProxyType({MAKE: _("Making the report"), WRITE: _("Writing"), KEEP: _("Keeping the file")})
UNIT = _("lines")
UNREACHABLE = Text("The store cannot be reached; the report is made by itself once it can.", "暂时无法连接存储；恢复后将自动生成报表。")
_AGAIN = timedelta(minutes=1)


def start(actor: Actor, platform: Platform, asked: Asked, format_: str) -> Job:
    """Have a file be made, of the days that are meant now."""
    fixed = asked.fixed(timezone.now(), platform.time_zone)
    return start_job(actor, KIND, {"asked": fixed.as_json(), "format": format_}, platform=platform)


def work(held: Held) -> None:
    """Write the file as its owner sees the report now, and give it to the job."""
    platform = held.job.platform
    assert platform is not None  # noqa: S101 - such a job is started with one
    asked, format_ = Asked.of_json(held.parameters["asked"]), str(held.parameters["format"])
    with tempfile.TemporaryDirectory(dir=scratch(), prefix="report-") as folder, held.in_one_piece(), _explained():
        path = Path(folder) / "report"
        held.tell(MAKE)
        held.save({}, own=_own(held.actor, platform))
        written = files.write(held.actor, platform, asked, format_, path, partial(held.tell, WRITE))
        held.tell(KEEP, written.rows, written.rows)
        place = held.place(written.name)
        size = store().put(path, place)
        held.add_file(written.name, place, size, files.TYPES[format_], written.rows)


@contextmanager
def _explained() -> Iterator[None]:
    """Say what ends a report for good, and what only holds it up."""
    try:
        yield
    except (Unreachable, StoreUnreachable) as error:
        raise Later(timezone.now() + _AGAIN, UNREACHABLE) from error
    except StoreFull as error:
        raise Problem(_both(files.NO_ROOM, files.NO_ROOM_ADVICE)) from error
    except Unanswered as error:
        raise Problem(_both(error.sentence, error.advice)) from error
    except DoorError as error:
        raise Problem(error.sentence) from error


def _both(sentence: Text, advice: Text) -> Text:
    return Text(f"{sentence.en} {advice.en}".rstrip(), f"{sentence.zh}{advice.zh}")


def still(actor: Actor, job: Job) -> bool:
    """Tell whether everything in a job's file is still its reader's: the report, and every account for all the time it was theirs."""
    report = REPORTS.get(Asked.of_json(job.parameters["asked"]).report)
    if report is None or not report.offered(actor) or job.platform is None:
        return False
    own = tree(actor, job.platform)
    if own is None:
        return True
    made_for = job.result.get("own")
    return made_for is not None and all(
        all(_within((low, high), own.spans(account)) for low, high in spans) for account, spans in made_for.items()
    )


def _own(actor: Actor, platform: Platform) -> dict[str, Spans] | None:
    """Return what is an actor's, and when it was; None for everything."""
    own = tree(actor, platform)
    return None if own is None else dict(own.times)


def _within(span: Span, spans: Spans) -> bool:
    """Tell whether a span lies in one of others: an account that has moved since is not theirs for as long any more."""
    low, high = _bounds(span)
    return any(begin <= low and high <= end for begin, end in map(_bounds, spans))


def _bounds(span: Span) -> tuple[float, float]:
    low, high = span
    return (-inf if low is None else low), (inf if high is None else high)


def words(job: Job) -> str:
    """Return what a job is about."""
    asked = Asked.of_json(job.parameters["asked"])
    title = say(REPORTS[asked.report].title) if asked.report in REPORTS else asked.report
    days = " – ".join(each.isoformat() for each in dict.fromkeys((asked.first, asked.last)) if each is not None)
    return f"{title}, {days}"


def page(job: Job) -> str:
    """Return where the report itself is."""
    asked = Asked.of_json(job.parameters["asked"])
    return f"{reverse('billing:report', args=[asked.platform, asked.report])}?{asked.query()}"


register(
    Kind(
        name=KIND,
        title=_("Report as a file"),
        icon="chart-column",
        queue=Queue.EXPORT,
        right=Own.EXPORT_REPORTS,
        work=work,
        words=words,
        page=page,
        stages=STAGES,
        unit=UNIT,
        still=still,
    )
)
