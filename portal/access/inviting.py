"""Letting a person in from the command line: a one-time link by which they set their password."""

from __future__ import annotations

from django.urls import reverse

from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import LINK_HOURS, OneTimeLink, User


def invitation(user: User, base_url: str, by: str) -> str:
    """Issue a one-time link and return the words that hand it over; it is kept nowhere. ``by`` names the command."""
    token = OneTimeLink.objects.issue(user)
    tell(Actor.system(by), Event.LINK_ISSUED, object_key=user.username)
    address = base_url.rstrip("/") + reverse("access:link", args=[token])
    return f"Open this within {LINK_HOURS} hours to set the password of {user.username}:\n{address}"
