"""States as badges: an icon and a word each, so that colour only helps."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.icons import icon


class Badge(NamedTuple):
    """How a state looks: its word, its icon, its tone (good, warn, bad, info or empty)."""

    label: str | Promise
    icon: str
    tone: str = ""


BADGES: Mapping[str, Badge] = MappingProxyType(
    {
        # An account or a phone
        "locked": Badge(_("Locked"), "lock", "bad"),
        "locked-out": Badge(_("No outgoing calls"), "phone-outgoing", "warn"),
        "locked-in": Badge(_("No incoming calls"), "phone-incoming", "warn"),
        "unlocked": Badge(_("Unlocked"), "lock-open", "good"),
        "active": Badge(_("Active"), "circle-check", "good"),
        "cancelled": Badge(_("Cancelled"), "ban"),
        "gone": Badge(_("No longer on the platform"), "ghost"),
        "agent": Badge(_("Agent"), "git-fork", "info"),
        "overdrawn": Badge(_("Beyond credit limit"), "trending-down", "bad"),
        "expired": Badge(_("Expired"), "calendar-x", "warn"),
        "online": Badge(_("Online"), "wifi", "good"),
        "offline": Badge(_("Offline"), "wifi-off"),
        # An operation
        "planned": Badge(_("Planned"), "circle-dashed"),
        "sending": Badge(_("Being sent"), "send", "info"),
        "done": Badge(_("Done"), "circle-check", "good"),
        "refused": Badge(_("Refused"), "circle-x", "bad"),
        "not-sent": Badge(_("Not sent"), "circle-slash"),
        "unknown": Badge(_("Unknown"), "circle-question-mark", "warn"),
        "settled-done": Badge(_("Settled: done"), "check-check", "good"),
        "settled-not-done": Badge(_("Settled: not done"), "circle-x"),
        # A job
        "waiting": Badge(_("Waiting"), "hourglass"),
        "running": Badge(_("Running"), "loader", "info"),
        "failed": Badge(_("Failed"), "circle-x", "bad"),
        "finished": Badge(pgettext_lazy("job", "Done"), "circle-check", "good"),
        "lacking": Badge(_("Done, incomplete"), "triangle-alert", "warn"),
        "stopped": Badge(pgettext_lazy("job", "Cancelled"), "ban"),
        "stalled": Badge(_("Stalled"), "triangle-alert", "warn"),
        # A platform
        "reachable": Badge(_("Reachable"), "plug-zap", "good"),
        "unreachable": Badge(_("Unreachable"), "unplug", "bad"),
        "writable": Badge(_("Open for writing"), "pencil", "good"),
        "read-only": Badge(_("Read-only"), "pencil-off"),
        "enabled": Badge(_("Enabled"), "power", "good"),
        "disabled": Badge(_("Disabled"), "power-off"),
        "stale": Badge(_("Last known state"), "history", "warn"),
        # An interface
        "read": Badge(_("Read"), "eye"),
        "write": Badge(_("Write"), "pencil", "info"),
        "money": Badge(_("Money"), "coins", "warn"),
        "dangerous": Badge(_("Dangerous"), "triangle-alert", "bad"),
        "live": Badge(_("Live"), "activity"),
        "history": Badge(_("History"), "history"),
        # Values
        "yes": Badge(_("Yes"), "check", "good"),
        "no": Badge(_("No"), "minus"),
        "changed": Badge(_("Changed"), "pencil", "info"),
    }
)


def badge(state: object, text: str = "") -> SafeString:
    """Return the badge of a state; ``text`` replaces its word. A state nobody declared shows as it is called."""
    look = BADGES.get(str(state), Badge(str(state), "circle-small"))
    return _drawn(str(text or look.label), look.icon, look.tone)


@lru_cache(maxsize=512)
def _drawn(word: str, name: str, tone: str) -> SafeString:
    return format_html('<span class="{}">{} {}</span>', f"badge tone-{tone}" if tone else "badge", icon(name), word)
