"""Testing the connection to a platform: one harmless read."""

from __future__ import annotations

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.rights import Own
from portal.audit.record import record_event
from portal.platforms.models import Platform
from portal.platforms.probe import Verdict, verdict_of
from portal.service.errors import Denied
from portal.service.wire import ask
from portal.vos3000.errors import VosError
from portal.vos3000.schema.registry import INTERFACES

HARMLESS = INTERFACES["GetSoftSwitch"]


def probed(actor: Actor, platform: Platform) -> Verdict:
    """Ask a platform for its softswitches, whether it is in use or not, and record the verdict."""
    if not actor.may(Own.MANAGE_PLATFORMS):
        raise Denied
    error: VosError | None = None
    try:
        ask(platform, HARMLESS, {})
    except VosError as failure:
        error = failure
    verdict = verdict_of(error)
    text = f"{error.code}: {error.detail}" if error else ""
    record_event(actor, Event.PLATFORM_TESTED, platform=platform, object_key=platform.slug, outcome=verdict.key, text=text)
    return verdict
