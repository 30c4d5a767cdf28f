"""What a view says of itself: which right it needs, or that every person who is logged in may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from portal.access.actor import Actor

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request as views see it: who sent it is known."""

    actor: Actor
    request_id: str


def actor_of(request: HttpRequest) -> Actor:
    """Return who sent a request; the middleware has put it there."""
    return cast("PersonRequest", request).actor


def needs(*rights: str) -> Callable[[View[P]], View[P]]:
    """Let only people with one of these rights see a view; others get the page for 403."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not any(actor_of(request).may(right) for right in rights):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.rights = rights  # type: ignore[attr-defined]
        return cast("View[P]", guarded)

    return guard


def anyone(view: View[P]) -> View[P]:
    """Let every person who is logged in see a view."""
    view.rights = ()  # type: ignore[attr-defined]
    return view


def before_password(view: View[P]) -> View[P]:
    """Let a person see a view who has to change their password first."""
    view.before_password = True  # type: ignore[attr-defined]
    return view
