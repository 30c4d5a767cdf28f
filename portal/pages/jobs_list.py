"""Jobs as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.jobs.kinds import title_of, words_of
from portal.jobs.models import Job
from portal.jobs.progress import Progress
from portal.pages.jobs_shown import how_far, look_of
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.templatetags.portal_ui import instant

#: The words of a job that fit into two lines of a list.
LONGEST = 110


def table_of(jobs: Sequence[Job], progress: Mapping[UUID, Progress], *, with_person: bool) -> Table:
    """Return jobs as a table: what is looked for first stands first."""
    columns = [Column(key="state", label=_("State"), kind="tight"), Column(key="what", label=_("What"), kind="wide")]
    columns += [Column(key="far", label=_("Progress"), kind="num")]
    columns += [Column(key="person", label=_("Person"))] if with_person else []
    columns += [Column(key="platform", label=_("Platform")), Column(key="at", label=pgettext("job", "Asked for"))]
    rows = [_row(each, progress[each.pk], with_person=with_person) for each in jobs]
    return Table(label=_("Jobs"), columns=columns, rows=rows, pinned=False)


def _row(job: Job, progress: Progress, *, with_person: bool) -> Row:
    url = reverse("jobs:one", args=[job.pk])
    person = [job.owner_name or _("The portal")] if with_person else []
    far = how_far(progress) if not job.ended else ""
    platform = job.platform.name if job.platform else ""
    return Row((badge(look_of(job)), _what(job, url), far, *person, platform, instant(job.created_at, "bare")), url=url)


def _what(job: Job, url: str) -> SafeString:
    """Return the link to a job, with its kind below where the words do not say it; a long list of accounts is cut."""
    words, title = words_of(job), title_of(job)
    link = format_html('<a href="{}" title="{}">{}</a>', url, words, Truncator(words).chars(LONGEST))
    return link if words == title else format_html('{} <small class="muted">{}</small>', link, title)
