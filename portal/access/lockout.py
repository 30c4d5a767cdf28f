"""Locking out whoever fails too often: by name and address together, so that nobody locks out another from elsewhere.

Names and passwords, codes of the second factor and passwords asked for again are counted together. A name is counted under a hash of
what was typed, whether anybody has it or not: people type their password there by mistake, and a lock must not tell who exists.
"""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_credentials, get_failure_limit
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import User

TOO_MANY = 429


def counted_name(_request: HttpRequest | None, credentials: dict[str, Any] | None) -> str:
    """Return what stands for a typed name, whatever its case, where failures are counted."""
    typed = str((credentials or {}).get("username") or "")
    return salted_hmac("portal.access.lockout", typed.strip().casefold(), algorithm="sha256").hexdigest()[:40]


class Attempts(AxesDatabaseHandler):  # type: ignore[misc]  # the package has no types
    """The handler of the package, without what it would keep of a request: forms hold codes and secrets."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
        """Count a failure; the one that reaches the limit locks. While it is locked nothing is counted, so that a lock has an end."""
        del sender, kwargs
        if request is None or request.axes_locked_out:  # type: ignore[attr-defined]
            return
        self.clean_expired_user_attempts(request, credentials)
        self._count(request, credentials)
        failures = self.get_failures(request, credentials)
        limit = get_failure_limit(request, credentials)
        request.axes_locked_out = failures >= limit  # type: ignore[attr-defined]
        if failures == limit:
            tell(who_tried(request, str(credentials.get("username") or "")), Event.LOG_IN_LOCKED)

    def _count(self, request: HttpRequest, credentials: dict[str, Any]) -> None:
        of_whom = {"username": counted_name(request, credentials), "ip_address": request.axes_ip_address, "user_agent": ""}  # type: ignore[attr-defined]
        nothing = {"get_data": "", "post_data": "", "http_accept": "", "path_info": "", "failures_since_start": 0}
        with transaction.atomic():
            attempt, _made = AccessAttempt.objects.select_for_update().get_or_create(**of_whom, defaults=nothing)
            counted = {"failures_since_start": F("failures_since_start") + 1, "attempt_time": timezone.now()}
            AccessAttempt.objects.filter(pk=attempt.pk).update(**counted)

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Forget the failures of who came in after all."""
        del sender, kwargs
        self.reset_user_attempts(request, get_credentials(user.get_username()))

    def user_logged_out(self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
        """Leave the count alone."""


def failed(request: HttpRequest, name: str) -> None:
    """Count a wrong code, or a wrong password that was asked for again."""
    AxesProxyHandler.user_login_failed(__name__, get_credentials(name), request)


def passed(request: HttpRequest, user: User) -> None:
    """Forget the failures of a person at this address."""
    AxesProxyHandler.user_logged_in(__name__, request, user)


def is_locked(request: HttpRequest, name: str) -> bool:
    """Tell whether nothing is heard from this address in this name for now."""
    request.axes_locked_out = not AxesProxyHandler.is_allowed(request, get_credentials(name))  # type: ignore[attr-defined]
    return was_locked(request)


def was_locked(request: HttpRequest) -> bool:
    """Tell whether a request was refused unheard, or its failure was one too many."""
    return bool(getattr(request, "axes_locked_out", False))


def release(user: User) -> None:
    """End the locks of a person at every address, as after a one-time link."""
    AxesProxyHandler.reset_attempts(username=counted_name(None, get_credentials(user.get_username())))


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Answer that too much failed, and how long it lasts."""
    return render(request, "access/locked.html", {"minutes": minutes_left(request, name)}, status=TOO_MANY)


def minutes_left(request: HttpRequest, name: str) -> int:
    """Return in how many minutes a lock ends, at least 1."""
    where = {"username": counted_name(request, get_credentials(name)), "ip_address": request.axes_ip_address}  # type: ignore[attr-defined]
    last = AccessAttempt.objects.filter(**where).order_by("-attempt_time").first()
    if last is None:
        return 1
    left = last.attempt_time + get_cool_off(request) - timezone.now()
    return max(1, -int(-left.total_seconds() // 60))


def who_tried(request: HttpRequest, name: str) -> Actor:
    """Return who tried to log in; a name that nobody has is not kept, since people type their password there by mistake."""
    user = User.objects.filter(username__iexact=name.replace("\x00", "").strip()).first()
    here = Actor.of(request)
    return Actor.nobody(here.address, here.request_id, name=user.username if user else "")
