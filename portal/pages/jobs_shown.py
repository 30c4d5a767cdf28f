"""One job in words: what it is about, where it stands and why, how far and how fast, and what it has made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from portal.access.actor import Actor
from portal.jobs import shared
from portal.jobs.files import File, files_of, may_have, still_theirs
from portal.jobs.kinds import Kind, kind_of, page_of, title_of, words_of
from portal.jobs.models import Job, State
from portal.jobs.progress import Progress
from portal.jobs.seen import is_mine, may_cancel
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Fact, Row, Table
from portal.ui.formats import duration_text, instant_text, number_text
from portal.ui.templatetags.portal_ui import instant, number
from portal.ui.text import say
from portal.vos3000.schema.base import Text

STALLED = "stalled"
LACKING = "lacking"
#: States that are told in words of their own.
OWN_WORDS = {State.DONE: "finished", State.CANCELLED: "stopped"}


def look_of(job: Job) -> str:
    """Return the state as it is shown: a job whose worker says nothing is no running one, one that lacks something not simply done."""
    if job.state == State.RUNNING and job.lease_until is not None and job.lease_until < timezone.now():
        return STALLED
    return LACKING if job.lacks else OWN_WORDS.get(State(job.state), job.state)


def stage_of(job: Job, stage: str) -> str:
    """Return a stage in words."""
    kind = kind_of(job.kind)
    return str(kind.stages.get(stage, stage)) if kind else stage


def how_far(progress: Progress) -> str:
    """Return how far a job is: in percent, or what was done where the whole is not known."""
    if progress.total:
        return f"{min(100, 100 * progress.done // progress.total)} %"
    return number_text(progress.done) if progress.done else ""


@dataclass(frozen=True)
class Offered:
    """A file as it is offered: ``url`` is empty where it cannot be had."""

    file: File
    url: str


class Shown:
    """One job for one reader."""

    def __init__(self, actor: Actor, job: Job, progress: Progress) -> None:
        self.actor, self.job, self.progress = actor, job, progress
        self.kind: Kind | None = kind_of(job.kind)
        self.words, self.title, self.look = words_of(job), title_of(job), look_of(job)

    @property
    def waits_on(self) -> bool:
        """Whether the page should ask again by itself."""
        return not self.job.ended

    @property
    def was(self) -> str:
        """What tells one situation from the next: what the reader may do stays as it is, and nothing new is said, until it changes."""
        stopping = "-stopping" if self.job.cancel_at and not self.job.ended else ""
        return f"{self.look}-{self.progress.stage}{stopping}"

    @property
    def stage(self) -> str:
        """The present stage in words."""
        return stage_of(self.job, self.progress.stage)

    @property
    def page(self) -> str:
        """Where what it found is shown; empty where that is its own page."""
        return page_of(self.job)

    @cached_property
    def why(self) -> str:
        """Why it is where it is, in a sentence; empty where the state says everything."""
        job, said = self.job, say(self.job.problem)
        if job.cancel_at and not job.ended:
            return _("It is being stopped.")
        if job.state == State.WAITING:
            return " ".join(filter(None, (said, self._waiting())))
        if self.look == STALLED:
            at = instant_text(job.heartbeat_at) if job.heartbeat_at else ""
            return _("Stalled: nobody has worked on it since %(at)s. It goes on by itself.") % {"at": at}
        if job.state == State.RUNNING:
            return ""
        if job.state == State.CANCELLED:
            return _("Stopped by %(name)s. What it had kept stays.") % {"name": job.cancelled_by}
        return _("Done, but something is missing. Run it again to ask for the rest.") if job.lacks else said

    def _waiting(self) -> str:
        job = self.job
        if job.not_before is not None and job.not_before > timezone.now():
            return _("It goes on by itself, not before %(at)s.") % {"at": instant_text(job.not_before)}
        if not shared.runs(job.queue):
            return _("Background work does not run at the moment. The job waits and begins by itself as soon as it runs again.")
        waits = _("Waiting for its turn since %(at)s.") % {"at": instant_text(job.started_at or job.created_at)}
        if self.actor.confined:
            return waits
        busy = Job.objects.filter(queue=job.queue, state=State.RUNNING).exclude(lease_until__lt=timezone.now()).count()
        before = ngettext("%(count)s other job is being worked on.", "%(count)s other jobs are being worked on.", busy) % {"count": busy}
        return f"{waits} {before}" if busy else waits

    @property
    def tone(self) -> str:
        """How loud that is said."""
        waiting = "warn" if self.job.problem or self.idle else "info"
        return {str(State.FAILED): "bad", STALLED: "warn", LACKING: "warn", str(State.WAITING): waiting}.get(self.look, "info")

    @cached_property
    def idle(self) -> bool:
        """Whether it waits for workers that do not run."""
        return self.job.state == State.WAITING and not shared.runs(self.job.queue)

    @property
    def unit(self) -> str:
        """What is counted."""
        return str(self.kind.unit) if self.kind else ""

    @property
    def pace(self) -> str:
        """How fast it goes and how long it may take still."""
        progress = self.progress
        if self.look != State.RUNNING or not progress.rate:
            return ""
        rate = number_text(round(progress.rate, 1 if progress.rate < 10 else None))  # noqa: PLR2004 - below ten a decimal tells something
        fast = _("%(rate)s %(unit)s a second") % {"rate": rate, "unit": self.unit}
        if progress.left_s is None:
            return fast
        left = _("about %(time)s left") % {"time": duration_text(progress.left_s)}
        return f"{fast} · {left}"

    @property
    def facts(self) -> list[Fact]:
        """When and for whom."""
        job = self.job
        attempts = [Fact(_("Attempts without progress"), number(job.attempts))] if job.attempts > 1 else []
        return [
            Fact(_("Kind"), self.title),
            Fact(_("Platform"), job.platform.name if job.platform else ""),
            Fact(_("Person"), job.owner_name or _("The portal")),
            Fact(pgettext("job", "Asked for"), instant(job.created_at)),
            Fact(_("Begun"), instant(job.started_at)),
            *([Fact(_("Ended"), instant(job.finished_at))] if job.ended else []),
            *attempts,
            Fact(_("Number"), str(job.pk), copy=str(job.pk)),
        ]

    @cached_property
    def files(self) -> list[Offered]:
        """What it has made; nobody is offered what they would be refused."""
        files = files_of(self.job)
        if not files:
            return []
        open_to = not self.job.removed_at and may_have(self.actor, self.job) and still_theirs(self.actor, self.job)
        return [Offered(each, reverse("jobs:file", args=[self.job.pk, each.number]) if open_to else "") for each in files]

    @property
    def files_table(self) -> Table:
        """The files as a table."""
        columns = [Column(key="name", label=_("File")), Column(key="rows", label=_("Rows"), kind="num")]
        columns.append(Column(key="size", label=_("Size"), kind="num"))
        return Table(label=_("Files"), columns=columns, rows=[_file_row(each) for each in self.files], pinned=False)

    @property
    def withheld(self) -> str:
        """Why no file is offered; empty where they are."""
        if self.job.removed_at:
            return _("The file was removed on %(at)s, as all are after some days. Run the job again for a new one.") % {
                "at": instant_text(self.job.removed_at)
            }
        if self.files and not self.files[0].url:
            return not_theirs() if is_mine(self.actor, self.job) else _("Your role does not have the right to this file.")
        return ""

    @property
    def warnings(self) -> list[str]:
        """What the work found to say and what it could not get, in both languages as it was kept."""
        told = [self.job.result.get(name) for name in ("missing", "warnings")]
        said = [say_kept(each) for each in chain.from_iterable(one for one in told if isinstance(one, list))]
        more = self.job.result.get("more_warnings") or 0
        rest = ngettext("And %(count)s more warning.", "And %(count)s more warnings.", more) % {"count": number_text(more)}
        return [*said, rest] if more else said

    @property
    def counts(self) -> list[Fact]:
        """What came of it in numbers, once it has ended; nothing of what was set aside goes unsaid."""
        counted = self.kind.counts if self.kind and self.job.ended else {}
        return [Fact(label, number(self.job.result[name])) for name, label in counted.items() if name in self.job.result]

    @property
    def actions(self) -> list[Action]:
        """What the reader may do with it."""
        job = self.job
        if not job.ended:
            url, stays = reverse("jobs:cancel", args=[job.pk]), f"job-{job.pk}-cancel"
            stop = Action(label=_("Cancel"), url=url, icon="x", kind="danger-quiet", post=True, id=stays)
            return [stop] if may_cancel(self.actor, job) and job.cancel_at is None else []
        repeat = Action(label=_("Run again"), url=reverse("jobs:again", args=[job.pk]), icon="rotate-cw", post=True)
        return [repeat] if may_have(self.actor, job) else []

    @property
    def badge(self) -> SafeString:
        """The state."""
        return badge(self.look)


def _file_row(offered: Offered) -> Row:
    file = offered.file
    name = format_html('<a href="{}" download>{}</a>', offered.url, file.name) if offered.url else file.name
    return Row((name, "" if file.rows is None else number(file.rows), filesizeformat(file.size)))


def not_theirs() -> str:
    """Return why a file is refused to who asked for it."""
    return _("What this file covers is no longer all yours. Run the job again for what is.")


def say_kept(told: object) -> str:
    """Return a sentence that was kept in both languages, as a pair or an object, or in one."""
    if isinstance(told, Mapping):
        return say(Text(str(told.get("en", "")), str(told.get("zh", ""))))
    return say(Text(*map(str, told))) if isinstance(told, list) else str(told)
