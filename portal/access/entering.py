"""Coming in: name and password first, then the second factor of whoever has one. Nobody is logged in between the two."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.access import log_ins
from portal.access.actor import Actor
from portal.access.backends import PortalBackend
from portal.access.events import Event, tell
from portal.access.models import User

BACKEND = f"{PortalBackend.__module__}.{PortalBackend.__qualname__}"
WAIT_S = 300
_WAITING = "log_in_waiting"


def wait_for_code(request: HttpRequest, user: User, page: str) -> None:
    """Keep for some minutes who gave a right password and which page they want; a changed password ends it."""
    request.session.cycle_key()
    until = timezone.now().timestamp() + WAIT_S
    request.session[_WAITING] = {"user": user.pk, "password": user.get_session_auth_hash(), "until": until, "page": page}


def waiting(request: HttpRequest) -> User | None:
    """Return who has given their password and owes the second factor."""
    kept = request.session.get(_WAITING)
    if kept is None or kept["until"] < timezone.now().timestamp():
        return None
    user = PortalBackend().get_user(kept["user"])
    return user if user is not None and constant_time_compare(user.get_session_auth_hash(), kept["password"]) else None


def page_after(request: HttpRequest) -> str:
    """Return the page that whoever is waiting wants to go to."""
    return str(request.session.get(_WAITING, {}).get("page", ""))


def enter(request: HttpRequest, user: User, factor: str = "") -> None:
    """Log a person in; the session gets a new key."""
    request.session.pop(_WAITING, None)
    login(request, user, backend=BACKEND)
    if factor:
        log_ins.shown(request, factor)
    tell(Actor.of(request), Event.LOGGED_IN, after={"factor": factor} if factor else None)
