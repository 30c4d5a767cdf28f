"""What a view says of itself: which right it needs, or that every person who is logged in may see it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast, overload

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from portal.access import sudo as password_again
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


def _always(_request: HttpRequest) -> bool:
    return True


@overload
def sudo(view: View[P], *, when: Callable[[HttpRequest], bool] = ...) -> View[P]: ...


@overload
def sudo(view: None = None, *, when: Callable[[HttpRequest], bool] = ...) -> Callable[[View[P]], View[P]]: ...


def sudo(view: View[P] | None = None, *, when: Callable[[HttpRequest], bool] = _always) -> View[P] | Callable[[View[P]], View[P]]:
    """Have a view's POST wait for the person's password, unless they gave it in the last minutes; ``when`` narrows which."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asks = request.method == "POST" and (password_again.FIELD in request.POST or when(request))
            question = password_again.ask_first(request) if asks else None
            return view(request, *args, **kwargs) if question is None else question

        return cast("View[P]", guarded)

    return guard if view is None else guard(view)


def before_password(view: View[P]) -> View[P]:
    """Let a person see a view who has to change their password first."""
    view.before_password = True  # type: ignore[attr-defined]
    return view


def before_factor(view: View[P]) -> View[P]:
    """Let a person see a view who has to set up a second factor first."""
    view.before_factor = True  # type: ignore[attr-defined]
    return view
