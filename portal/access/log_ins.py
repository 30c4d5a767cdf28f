"""Log-ins from their opening to their end.

The session carries when it was opened and last seen, so that its limits cost no question to the database; the row beside it is what
people are shown, and what they end it by. Ending one takes its session away: the next request of that browser is nobody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.access.actor import Actor, session_hash
from portal.access.addresses import address_of
from portal.access.events import Event, tell
from portal.access.models import LogIn, User

OPENED, SEEN, FACTOR = "log_in_opened", "log_in_seen", "log_in_factor"
BY_ITSELF = "X-By-Itself"
"""The header of what a page asks for without a person: it keeps no log-in alive."""
#: What stands first wins: nearly every browser calls itself by the names of others as well.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
NOTED_EVERY = timedelta(minutes=1)


def opened(request: HttpRequest, user: User) -> LogIn:
    """Note that a person has logged in; they have just given their password."""
    close_expired(user)
    session = request.session
    if OPENED in session:
        closed(request)
        session.cycle_key()
    if session.session_key is None:
        session.create()
    now = timezone.now()
    session[OPENED] = session[SEEN] = now.timestamp()
    session[FACTOR] = ""
    key = str(session.session_key)
    browser = request.META.get("HTTP_USER_AGENT", "").replace("\x00", "")[:255]
    return LogIn.objects.create(
        user=user,
        name=session_hash(key),
        session_key=key,
        address=address_of(request),
        browser=browser,
        opened_at=now,
        seen_at=now,
        sudo_until=now + timedelta(minutes=settings.SUDO_MINUTES),
    )


def shown(request: HttpRequest, factor: str) -> None:
    """Note which second factor the person of this log-in has shown."""
    request.session[FACTOR] = factor
    LogIn.objects.filter(session_key=request.session.session_key).update(factor=factor)


def renewed(request: HttpRequest, old_key: str | None) -> LogIn:
    """Note that the log-in of a request goes on under a new key, as after a change of the password."""
    factor = request.session.get(FACTOR, "")
    LogIn.objects.filter(session_key=old_key, ended_at=None).update(ended_at=timezone.now())
    row = opened(request, _user(request))
    shown(request, factor)
    return row


def of(request: HttpRequest) -> QuerySet[LogIn]:
    """Return the row of the log-in of a request; there is none for nobody."""
    return LogIn.objects.filter(session_key=request.session.session_key or "", ended_at=None)


def open_log_ins(user: User) -> QuerySet[LogIn]:
    """Return the log-ins of a person that are open, the latest first."""
    return LogIn.objects.filter(user=user, ended_at=None).exclude(_ran_out(timezone.now()))


def end(log_in: LogIn, by: Actor) -> bool:
    """End a log-in; False where it had ended."""
    with transaction.atomic():
        if not _close(log_in):
            return False
        tell(by, Event.LOG_IN_ENDED, object_key=log_in.user.username, after=_told(log_in))
    return True


def end_all(user: User, by: Actor, but: str = "") -> int:
    """End the log-ins of a person; ``but`` names one that stays, as :attr:`portal.access.actor.Actor.session` does. Return how many."""
    rows = LogIn.objects.filter(user=user, ended_at=None).exclude(name=but).select_related("user")
    return sum(end(each, by) for each in rows)


def closed(request: HttpRequest) -> None:
    """Note that the log-in of a request ends with it."""
    of(request).update(ended_at=timezone.now())


def seen(request: HttpRequest) -> bool:
    """Note that a person is there, at most once a minute; False where their log-in has run out, and then it is ended."""
    session = request.session
    if SESSION_KEY not in session:
        return True
    now = timezone.now()
    if _over(session.get(OPENED), session.get(SEEN), now):
        _run_out(request)
        return False
    if now.timestamp() - session[SEEN] >= NOTED_EVERY.total_seconds() and BY_ITSELF not in request.headers:
        session[SEEN] = now.timestamp()
        of(request).update(seen_at=now)
        User.objects.filter(pk=session[SESSION_KEY]).update(last_seen_at=now)
    return True


def close_expired(user: User | None = None) -> int:
    """Close the log-ins that ran out without a further request, of one person or of all; return how many."""
    rows = LogIn.objects.filter(_ran_out(timezone.now()), ended_at=None).select_related("user")
    if user is not None:
        rows = rows.filter(user=user)
    return sum(_expire(each) for each in rows)


def browser_name(told: str) -> str:
    """Return what a browser tells of itself in two words, such as ``Firefox, Windows``; empty where it is none of the known."""
    name = next((name for sign, name in _BROWSERS if sign in told), "")
    system = next((name for sign, name in _SYSTEMS if sign in told), "")
    return ", ".join(filter(None, (name, system)))


def _expire(log_in: LogIn) -> bool:
    with transaction.atomic():
        if not _close(log_in):
            return False
        tell(Actor.system("log-ins"), Event.LOG_IN_EXPIRED, object_key=log_in.user.username, after=_told(log_in))
    return True


def _run_out(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        tell(Actor.of(request), Event.LOG_IN_EXPIRED, object_key=_user(request).username)
    closed(request)
    logout(request)


def _over(opened_at: float | None, seen_at: float | None, now: datetime) -> bool:
    if opened_at is None or seen_at is None:
        return True
    at = now.timestamp()
    return at - opened_at > 3600 * settings.LOG_IN_HOURS or at - seen_at > 60 * settings.LOG_IN_IDLE_MINUTES


def _ran_out(now: datetime) -> Q:
    hours, minutes = timedelta(hours=settings.LOG_IN_HOURS), timedelta(minutes=settings.LOG_IN_IDLE_MINUTES)
    return Q(opened_at__lt=now - hours) | Q(seen_at__lt=now - minutes)


def _close(log_in: LogIn) -> bool:
    closed_now = LogIn.objects.filter(pk=log_in.pk, ended_at=None).update(ended_at=timezone.now())
    if closed_now:
        import_module(settings.SESSION_ENGINE).SessionStore(log_in.session_key).delete()
    return bool(closed_now)


def _told(log_in: LogIn) -> dict[str, Any]:
    return {"log_in": log_in.name, "address": log_in.address, "browser": log_in.browser}


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
