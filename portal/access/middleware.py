"""Around every request: its id, who sent it, their language and time zone, and the way to the log-in."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import middleware as auth_middleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect
from structlog.contextvars import bound_contextvars

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
    """Sends whoever is not logged in to the log-in, a fragment's whole page with it, and a new person to their password."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Answer instead of the view where the reader has something else to do first."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is not None or not getattr(view_func, "login_required", True):
            return answer
        user = request.user
        if isinstance(user, User) and user.must_change_password and not getattr(view_func, "before_password", False):
            return self._to(request, reverse("access:password"))
        return None

    def handle_no_permission(  # type: ignore[override]  # a redirect under htmx is told by a header, with status 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Lead to the log-in; under htmx with the page the reader was on, not with the fragment's address."""
        if not request.htmx:  # type: ignore[attr-defined]
            return super().handle_no_permission(request, view_func)
        page = request.htmx.current_url_abs_path or resolve_url(settings.LOGIN_REDIRECT_URL)  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}")

    def _to(self, request: HttpRequest, address: str) -> HttpResponse:
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)  # type: ignore[attr-defined]
