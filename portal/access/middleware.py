"""Around every request: its id, who sent it, their language and time zone, and the way to the log-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import middleware as auth_middleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect
from structlog.contextvars import bound_contextvars

from portal.access import factors, log_ins
from portal.access.actor import Actor
from portal.access.models import User

Next = Callable[[HttpRequest], HttpResponseBase]


class RequestIdMiddleware:
    """Gives every request an id of its own, for the log, the audit and the reader of an error page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set ``request.request_id`` and answer it as a header."""
        request_id = uuid.uuid4().hex[:16]
        request.request_id = request_id  # type: ignore[attr-defined]
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


class HeadersMiddleware:
    """Tells browsers what no page of the portal needs, so that nothing put into one could use it either."""

    HEADERS: ClassVar[dict[str, str]] = {
        "Permissions-Policy": (
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), "
            "midi=(), payment=(), serial=(), usb=(), "
            "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)"
        ),
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add them to every answer."""
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class LogInMiddleware:
    """Ends a log-in that has run out, and notes now and then that its person is there."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Go on, as nobody where the log-in has run out."""
        log_ins.seen(request)
        return self.get_response(request)


class ActorMiddleware:
    """Sets ``request.actor`` and activates the reader's language and time zone.

    A person's own settings count; before the log-in it is the language of the cookie or of the browser.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the reader's language, with times in their zone."""
        actor = Actor.of(request)
        request.actor = actor  # type: ignore[attr-defined]
        language = actor.language if actor.user_id is not None else translation.get_language_from_request(request)
        with translation.override(language), timezone.override(actor.zone):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response


class LoginRequiredMiddleware(auth_middleware.LoginRequiredMiddleware):
    """Sends whoever is not logged in to the log-in, a fragment's whole page with it, and others to what they have to do first."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer instead of the view where the reader has something else to do first."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not getattr(view_func, "login_required", True):
            return answer
        first = _to_do_first(request, view_func)
        return self._to(request, reverse(first)) if first else None

    def handle_no_permission(  # type: ignore[override]  # a redirect under htmx is told by a header, with status 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Lead to the log-in, with why and the way back; under htmx to the page the reader was on, not to the fragment's address."""
        del view_func
        query = urlencode({**_why(request), "next": _way_back(request)}, safe="/")
        return self._to(request, f"{resolve_url(settings.LOGIN_URL)}?{query}")

    def _to(self, request: HttpRequest, address: str) -> HttpResponse:
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]


def _to_do_first(request: HttpRequest, view: Callable[..., HttpResponseBase]) -> str:
    """Return the name of the page that a person has to go to before this one; empty where there is none."""
    user = request.user
    if not isinstance(user, User):
        return ""
    if user.must_change_password:
        return "" if getattr(view, "before_password", False) else "access:password"
    if getattr(view, "before_factor", False) or not factors.is_missing(request, user):
        return ""
    return "access:security"


def _why(request: HttpRequest) -> dict[str, str]:
    """Return what the log-in page has to say: that a log-in was there before, and that what was sent was not carried out."""
    had_one = settings.SESSION_COOKIE_NAME in request.COOKIES
    lost = request.method not in {"GET", "HEAD", "OPTIONS"}
    return {**({"ended": "1"} if had_one else {}), **({"lost": "1"} if lost else {})}


def _way_back(request: HttpRequest) -> str:
    """Return where the log-in leads to; an address that takes only forms is no place to come back to."""
    if request.htmx:  # type: ignore[attr-defined]
        return request.htmx.current_url_abs_path or resolve_url(settings.LOGIN_REDIRECT_URL)  # type: ignore[attr-defined]
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.netloc == request.get_host():
        return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    return resolve_url(settings.LOGIN_REDIRECT_URL)
