"""The password asked for again before what cannot be undone, and remembered for some minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django_htmx.http import reselect, reswap, retarget

from portal.access import lockout, log_ins
from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.models import User
from portal.access.ways import back

FIELD, ALONE = "password_again", "password_again_alone"
INVALID = 422
_NOT_CARRIED = frozenset({FIELD, "csrfmiddlewaretoken"})


def is_given(request: HttpRequest) -> bool:
    """Tell whether the log-in of a request gave its password in the last minutes."""
    return log_ins.of(request).filter(sudo_until__gt=timezone.now()).exists()


def ask_first(request: HttpRequest) -> HttpResponse | None:
    """Return the page that asks for the password, which carries the form on; None where the form may be carried out.

    A form that comes back from that page with the right password is put back as it was first sent.
    """
    if FIELD in request.POST:
        return _taken(request)
    return None if is_given(request) else _page(request)


def take(request: HttpRequest, password: str) -> bool:
    """Take the password of who is logged in and remember it; False where it is wrong."""
    user = cast("User", request.user)
    if not user.check_password(password):
        lockout.failed(request, user.username)
        tell(Actor.of(request), Event.PASSWORD_ASKED_REFUSED)
        return False
    lockout.passed(request, user)
    log_ins.of(request).update(sudo_until=timezone.now() + timedelta(minutes=settings.SUDO_MINUTES))
    tell(Actor.of(request), Event.PASSWORD_ASKED)
    return True


def _carried(request: HttpRequest, *, alone: bool) -> list[tuple[str, str]]:
    """Return what the page carries on: everything that was sent, or only the way back where a file was, which cannot be carried."""
    if alone:
        return [(ALONE, "1"), ("next", request.POST.get("next") or urlsplit(request.headers.get("Referer", "")).path)]
    return [(name, value) for name, values in request.POST.lists() if name not in _NOT_CARRIED for value in values]


def _taken(request: HttpRequest) -> HttpResponse | None:
    name = cast("User", request.user).username
    if lockout.is_locked(request, name):
        return lockout.page(request, name)
    post = request.POST.copy()
    password = str(post.pop(FIELD)[-1])
    if not take(request, password):
        return lockout.page(request, name) if lockout.was_locked(request) else _page(request, _("This is not your password."))
    if ALONE in post:
        messages.info(request, _("Your password is taken. Choose the file and send the form again."))
        return redirect(back(request, "home"))
    request.POST = post  # type: ignore[assignment]  # Django lets it be set
    return None


def _page(request: HttpRequest, wrong: str = "") -> HttpResponse:
    """Ask; under htmx for the whole page, since the form is carried on by a page of its own."""
    alone = bool(request.FILES) or ALONE in request.POST
    context = {"carried": _carried(request, alone=alone), "wrong": wrong, "field": FIELD, "alone": alone, "minutes": settings.SUDO_MINUTES}
    answer = render(request, "access/confirm.html", context, status=INVALID if wrong else 200)
    add_never_cache_headers(answer)
    if getattr(request, "htmx", False):
        return reselect(reswap(retarget(answer, ".shell"), "outerHTML"), ".shell")
    return answer
