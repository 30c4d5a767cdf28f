"""What the pages of saved reports show: tables, facts, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing_app.models import Recipient, SavedReport, Schedule, Sending
from billing_app.saved.content import DAYS, NotKept, fits, moves, title_of
from billing_app.saved.lacking import lacking
from billing_app.saved.reasons import REASONS
from billing_app.saved.seen import goes, name_for, received
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.access.roles import title_of as role_title
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Crumb, Fact, Row, Table, allowed
from portal.ui.templatetags.portal_ui import instant
from portal.ui.text import say

#: So many of the last sendings are shown.
SENDINGS = 60
_STATES = {
    Sending.State.MAKING: "sending",
    Sending.State.SENT: "done",
    Sending.State.SKIPPED: "not-sent",
    Sending.State.FAILED: "refused",
}


def crumbs(*behind: Crumb) -> list[Crumb]:
    """Return the way to a page of saved reports."""
    return [Crumb(_("Reports"), reverse("billing:reports")), Crumb(_("Saved"), reverse("billing:saved")), *behind]


def crumbs_of(saved: SavedReport) -> list[Crumb]:
    """Return the way to a page about one of them."""
    return crumbs(Crumb(saved.title, reverse("billing:saved-one", args=[saved.pk])))


def own_table(saved: Iterable[SavedReport]) -> Table:
    """Return the table of somebody's own: each with whom it is shared, and when it is sent next."""
    columns = [*_columns(), Column(key="shared", label=_("Shared with")), Column(key="next", label=_("Sent next"))]
    rows = [Row((*_cells(each), role_title(each.shared_with) if each.shared_with else "", _next(each)), url=_url(each)) for each in saved]
    return Table(label=_("My saved reports"), columns=columns, rows=rows)


def shared_table(actor: Actor, saved: Iterable[SavedReport]) -> Table:
    """Return the table of what others share: each with its owner."""
    rows = [Row((*_cells(each), name_for(actor, each.owner)), url=_url(each)) for each in saved]
    return Table(label=_("Shared with me"), columns=[*_columns(), Column(key="owner", label=_("Owner"))], rows=rows)


def _columns() -> list[Column]:
    return [
        Column(key="title", label=_("Name"), kind="wide"),
        Column(key="what", label=_("What")),
        Column(key="platform", label=_("Platform")),
        Column(key="days", label=_("Days")),
    ]


def _cells(saved: SavedReport) -> tuple[object, ...]:
    name = format_html('<a class="key" href="{}">{}</a>', _url(saved), saved.title)
    return name, title_of(saved), saved.platform.name, days_of(saved)


def _url(saved: SavedReport) -> str:
    return reverse("billing:saved-one", args=[saved.pk])


def days_of(saved: SavedReport) -> str:
    """Return which days it is of, in words."""
    if saved.days in DAYS:
        return str(DAYS[saved.days])
    try:
        return _("as asked, moving with the calendar") if moves(saved) else _("as asked, always the same")
    except NotKept:
        return ""


def planned(saved: SavedReport) -> Schedule | None:
    """Return the schedule of a saved report, if it has one."""
    found: Schedule | None = getattr(saved, "schedule", None)
    return found


def _next(saved: SavedReport) -> SafeString | str:
    schedule = planned(saved)
    if schedule is None:
        return ""
    return instant(schedule.next_at) if schedule.enabled else badge("disabled", _("Rests"))


def facts(actor: Actor, saved: SavedReport) -> list[Fact]:
    """Return what is known of a saved report."""
    return [
        Fact(_("What"), title_of(saved)),
        Fact(_("Platform"), saved.platform.name),
        Fact(_("Days"), days_of(saved)),
        Fact(_("Owner"), name_for(actor, saved.owner)),
        Fact(_("Shared with"), role_title(saved.shared_with) if saved.shared_with else _("nobody")),
        Fact(_("Saved"), instant(saved.created_at)),
    ]


def received_table(actor: Actor) -> list[tuple[Recipient, str]]:
    """Return what others send to somebody, each with its owner."""
    return [(each, name_for(actor, each.schedule.saved.owner)) for each in received(actor)]


def schedule_facts(schedule: Schedule) -> list[Fact]:
    """Return when and to whom a schedule sends."""
    people = schedule.recipients.select_related("user").order_by("user__username")
    return [
        Fact(_("How often"), _rhythm(schedule)),
        Fact(_("Sent next"), instant(schedule.next_at) if schedule.enabled and goes(schedule) else _("It rests.")),
        Fact(_("File"), schedule.get_format_display()),
        Fact(_("Recipients"), format_html_join(", ", "{}", ((_person(each),) for each in people))),
    ]


def _rhythm(schedule: Schedule) -> str:
    at = {"at": f"{schedule.at:%H:%M}", "zone": schedule.zone, "weekday": schedule.get_weekday_display(), "day": schedule.day}
    if schedule.every == Schedule.Every.WEEK:
        return _("Every week on %(weekday)s at %(at)s (%(zone)s)") % at
    if schedule.every == Schedule.Every.MONTH:
        return _("Every month on day %(day)s at %(at)s (%(zone)s)") % at
    return _("Every day at %(at)s (%(zone)s)") % at


def _person(recipient: Recipient) -> str:
    return _("%(name)s (does not want it any more)") % {"name": recipient.user} if recipient.stopped_at else str(recipient.user)


def warnings(actor: Actor, saved: SavedReport, schedule: Schedule | None, now: datetime) -> list[str]:
    """Return what keeps a schedule from sending what its owner expects."""
    found = []
    if not settings.PORTAL_URL:
        found.append(_("The portal does not know its own address (PORTAL_URL), so mails cannot carry a link and none is sent."))
    if schedule is not None and schedule.enabled and not goes(schedule):
        found.append(_("The schedule rests: its owner may not have reports sent now, or the platform is not in use."))
    if schedule is not None and not _moves(saved):
        found.append(_("Its days do not move, so each mail is of the same days. Choose days that move, such as yesterday."))
    return [*found, *lacking(actor, saved, now)]


def _moves(saved: SavedReport) -> bool:
    try:
        return moves(saved)
    except NotKept:
        return True


def sendings_table(schedule: Schedule) -> Table:
    """Return the last sendings of a schedule: when, to whom, and what became of each."""
    columns = [
        Column(key="due", label=_("Due")),
        Column(key="to", label=_("Recipient")),
        Column(key="state", label=_("State")),
        Column(key="why", label=_("Why"), kind="wide"),
        Column(key="sent", label=_("Sent")),
    ]
    rows = [_sending(each) for each in schedule.sendings.select_related("user", "job")[:SENDINGS]]
    return Table(label=_("Sent lately"), columns=columns, rows=rows)


def _sending(sending: Sending) -> Row:
    state = badge(_STATES[Sending.State(sending.state)], sending.get_state_display())
    return Row((instant(sending.due_at, "bare"), str(sending.user), state, _why(sending), instant(sending.sent_at, "bare")))


def _why(sending: Sending) -> str:
    if sending.why in REASONS:
        problem = say(sending.job.problem) if sending.job else ""
        return f"{say(REASONS[sending.why])} {problem}".rstrip()
    if sending.state == Sending.State.MAKING and sending.tries:
        return _("The mail server took no mail %(count)s times; it is tried again.") % {"count": sending.tries}
    return ""


def actions(actor: Actor, saved: SavedReport) -> list[Action]:
    """Return what can be done with a saved report by somebody who sees it."""
    opens = Action(label=_("Open"), url=reverse("billing:saved-open", args=[saved.pk]), icon="external-link", kind="primary")
    own = [
        Action(label=_("Change"), url=reverse("billing:saved-change", args=[saved.pk]), icon="pencil"),
        Action(
            label=_("Schedule"),
            url=reverse("billing:saved-schedule", args=[saved.pk]),
            icon="calendar-clock",
            right=Own.SCHEDULE_REPORTS,
        ),
        Action(label=_("Remove"), url=reverse("billing:saved-remove", args=[saved.pk]), icon="trash-2", kind="danger-quiet"),
    ]
    return [*([opens] if fits(actor, saved) else []), *(allowed(own, actor) if saved.owner_id == actor.user_id else [])]
