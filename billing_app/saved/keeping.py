"""Saving, sharing and scheduling reports; every act is told to the audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from billing_app.models import Recipient, SavedReport, Schedule
from billing_app.saved.moments import Rule
from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.models import User
from portal.access.profiles import differing
from portal.access.rights import Own
from portal.audit.record import record_event

#: So many reports one person keeps.
MOST = 200


class TooMany(Exception):
    """Somebody keeps as many reports as one person may."""


def save(actor: Actor, draft: SavedReport) -> SavedReport:
    """Keep a report under a name for somebody; raises :class:`TooMany`."""
    with transaction.atomic():
        owner = User.objects.select_for_update().get(pk=actor.user_id or 0)
        if SavedReport.objects.filter(owner=owner).count() >= MOST:
            raise TooMany
        draft.owner = owner
        draft.save(force_insert=True)
        _record(actor, Event.REPORT_SAVED, draft, after={"kind": draft.kind, "asked": draft.asked, **_told(draft)})
    return draft


def change(actor: Actor, saved: SavedReport, *, title: str, days: str, shared_with: str) -> None:
    """Give a report another name, other days, or share it with another role; that needs a right."""
    with transaction.atomic():
        held = SavedReport.objects.select_for_update().get(pk=saved.pk, owner=actor.user_id)
        before, shared_before = _told(held), held.shared_with
        if shared_with not in {"", shared_before} and not actor.may(Own.SHARE_REPORTS):
            raise PermissionDenied
        held.title, held.days, held.shared_with = title, days, shared_with
        held.save(update_fields=["title", "days", "shared_with"])
        after = _told(held)
        if before != after:
            event = Event.REPORT_SHARED if shared_with != shared_before else Event.REPORT_SAVED
            _record(actor, event, held, **differing(before, after))


def remove(actor: Actor, saved: SavedReport) -> None:
    """Remove a saved report and its schedule; files that were made of it stay with those whose they are."""
    with transaction.atomic():
        held = SavedReport.objects.select_for_update().get(pk=saved.pk, owner=actor.user_id)
        _record(actor, Event.REPORT_REMOVED, held, before=_told(held))
        held.delete()


def rule_of(schedule: Schedule) -> Rule:
    """Return when a schedule is due."""
    return Rule(every=schedule.every, at=schedule.at, zone=schedule.zone, weekday=schedule.weekday, day=schedule.day)


def schedule(actor: Actor, saved: SavedReport, values: Mapping[str, Any], people: Collection[User], now: datetime) -> Schedule:
    """Have a report made and sent by itself from now on; ``values`` are the fields of a schedule by name."""
    if not actor.may(Own.SCHEDULE_REPORTS):
        raise PermissionDenied
    with transaction.atomic():
        SavedReport.objects.select_for_update().get(pk=saved.pk, owner=actor.user_id)
        kept = Schedule.objects.filter(saved=saved).first()
        before = _planned(kept) if kept else None
        planned = kept or Schedule(saved=saved)
        for name, value in values.items():
            setattr(planned, name, value)
        planned.enabled, planned.next_at = True, rule_of(planned).after(now)
        planned.save()
        _sends_to(planned, people)
        after = _planned(planned)
        _record(actor, Event.REPORT_SCHEDULED, saved, **(differing(before, after) if before else {"after": after}))
    return planned


def _sends_to(planned: Schedule, people: Collection[User]) -> None:
    """Keep who gets it; who does not want it any more stays marked, so that nobody adds them again against their will."""
    planned.recipients.exclude(user__in=people).filter(stopped_at=None).delete()
    known = set(planned.recipients.values_list("user_id", flat=True))
    Recipient.objects.bulk_create([Recipient(schedule=planned, user=each) for each in people if each.pk not in known])


def rest(actor: Actor, saved: SavedReport, *, enabled: bool, now: datetime) -> None:
    """Have a schedule rest, or go on from its next moment: what fell in between is not made up for."""
    if enabled and not actor.may(Own.SCHEDULE_REPORTS):
        raise PermissionDenied
    with transaction.atomic():
        SavedReport.objects.select_for_update().get(pk=saved.pk, owner=actor.user_id)
        planned = Schedule.objects.filter(saved=saved).first()
        if planned is None or planned.enabled == enabled:
            return
        planned.enabled, planned.next_at = enabled, rule_of(planned).after(now)
        planned.save(update_fields=["enabled", "next_at"])
        _record(actor, Event.REPORT_SCHEDULED, saved, before={"enabled": not enabled}, after={"enabled": enabled})


def wanted(actor: Actor, recipient: Recipient, *, wants: bool) -> None:
    """Send a report no more to somebody who does not want it, or again to who does."""
    with transaction.atomic():
        held = Recipient.objects.filter(pk=recipient.pk, user=actor.user_id, stopped_at__isnull=not wants)
        if held.update(stopped_at=None if wants else timezone.now()):
            told = {"before": {"recipient": None if wants else actor.name}, "after": {"recipient": actor.name if wants else None}}
            _record(actor, Event.REPORT_SCHEDULED, recipient.schedule.saved, **told)


def _told(saved: SavedReport) -> dict[str, Any]:
    return {"title": saved.title, "days": saved.days, "shared_with": saved.shared_with}


def _planned(planned: Schedule) -> dict[str, Any]:
    at = planned.at.isoformat("minutes") if isinstance(planned.at, time) else str(planned.at)
    people = sorted(planned.recipients.filter(stopped_at=None).values_list("user__username", flat=True))
    values = {name: getattr(planned, name) for name in ("every", "weekday", "day", "zone", "format", "enabled")}
    return {**values, "at": at, "recipients": people}


def _record(actor: Actor, event: Event, saved: SavedReport, **what: Any) -> None:
    record_event(actor, event, platform=saved.platform, resource="report", object_key=saved.title, **what)
