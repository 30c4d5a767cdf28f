"""What a person has to be told by the portal, on every page until they have put it away."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.access.events import Event
from portal.access.models import Notice, User


def unread(user: User) -> list[Notice]:
    """Return what a person has not put away, the latest first; each knows its ``title``."""
    found = list(Notice.objects.filter(user=user, read_at=None))
    titles = {str(name): label for name, label in Event.choices}
    for each in found:
        each.title = titles.get(each.event, each.event)  # type: ignore[attr-defined]  # for the template
    return found


def put_away(user: User, number: int) -> None:
    """Note that a person has read something; what is not theirs stays."""
    Notice.objects.filter(pk=number, user=user, read_at=None).update(read_at=timezone.now())


def context(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``unread_notices``: who has none costs no question, and a page that shows none does not look who asks."""
    return {"unread_notices": SimpleLazyObject(partial(_unread_by, request))}


def _unread_by(request: HttpRequest) -> list[Notice]:
    user = getattr(request, "user", None)
    return unread(user) if isinstance(user, User) and getattr(user, "has_notices", False) else []
