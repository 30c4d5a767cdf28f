"""What a person sees when something fails: what happened, what state things are in, what to do."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.cdrs.engine import Interrupted, TooMuch
from portal.service.errors import Denied, DoorError, NotOffered, NotThere, ReadOnlyPlatform
from portal.store import StoreError
from portal.ui.text import say
from portal.vos3000.errors import Refused, VosError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure in words: its HTTP status, a title, what happened, the state of things and what to do."""

    status: int
    title: str
    happened: str
    state: str
    advice: str
    detail: str = ""


def of_platform(error: VosError, *, confined: bool = False) -> Fault:
    """Return the failure of a read on a platform in words; to who is ``confined`` without the platform's own, which may tell of anybody."""
    detail = f"{error.ret_code} {error.exception}".strip() if isinstance(error, Refused) and not confined else ""
    again = _("Try again in a moment.")
    return Fault(
        status=502,
        title=_("The platform did not give an answer"),
        happened=say(error.sentence),
        state=_("This page only reads; nothing was changed."),
        advice=again if confined else _("Try again in a moment, or test the connection on the platform's page."),
        detail=detail,
    )


def read_only() -> Fault:
    """Return that a platform has not been opened for writing, in words."""
    return Fault(
        status=403,
        title=_("This platform is read-only"),
        happened=_("The platform has not been opened for writing, so nothing was sent."),
        state=_("Nothing was changed."),
        advice=_("An administrator can open it on the platform's page."),
    )


def denied() -> Fault:
    """Return that a right is missing, in words."""
    return Fault(
        403,
        _("You may not do this"),
        _("Your role does not have the right that this page needs."),
        _("Nothing was changed."),
        _("Ask an administrator if you need it."),
    )


def nothing_here() -> Fault:
    """Return that there is no such thing, in words that fit what belongs to somebody else as well."""
    return Fault(
        404,
        _("There is nothing here"),
        _("The address is wrong, or what it names does not exist, or does not exist any more."),
        _("Nothing was changed."),
        _("Look for it with the search box."),
    )


def of_door(error: DoorError) -> Fault:
    """Return why the door did not let a request through, in words."""
    return Fault(
        status=error.status,
        title=_("This was not sent"),
        happened=say(error.sentence),
        state=_("Nothing was changed."),
        advice=_("Go back and look at the page anew."),
    )


def not_offered(error: NotOffered) -> Fault:
    """Return that the platform lacks what a page stands on, in words."""
    return Fault(
        status=error.status,
        title=_("The platform cannot do this"),
        happened=say(error.sentence),
        state=_("Nothing was changed."),
        advice=_("An administrator sees on the platform's page what it lacks."),
    )


def of_database() -> Fault:
    """Return the failure of the portal's own database in words."""
    return Fault(
        status=503,
        title=_("The portal's database does not answer"),
        happened=_("The portal could not reach its own database."),
        state=_("If you were changing something, look at Operations before doing it again."),
        advice=_("Try again in a moment; if it goes on, tell your administrator."),
    )


def of_store(error: StoreError | TooMuch | Interrupted) -> Fault:
    """Return that what is kept of the past could not be read or written, in words."""
    return Fault(
        status=503,
        title=_("What is kept of the past could not be reached"),
        happened=say(error.sentence),
        state=_("Nothing was changed."),
        advice=_("Try again in a moment; if it goes on, tell your administrator."),
    )


KNOWN: tuple[tuple[tuple[type[BaseException], ...], Callable[..., Fault]], ...] = (
    ((Denied,), lambda _error: denied()),
    ((NotThere,), lambda _error: nothing_here()),
    ((ReadOnlyPlatform,), lambda _error: read_only()),
    ((NotOffered,), not_offered),
    ((DoorError,), of_door),
    ((DatabaseError, InterfaceError), lambda _error: of_database()),
    ((StoreError, TooMuch, Interrupted), of_store),
)


def of(error: BaseException | None, *, confined: bool = False) -> Fault | None:
    """Return a known failure in words; None for one that nobody expected."""
    if isinstance(error, VosError):
        return of_platform(error, confined=confined)
    return next((make(error) for kinds, make in KNOWN if isinstance(error, kinds)), None)


def show(request: HttpRequest, fault: Fault) -> HttpResponse:
    """Answer with the page of a failure, or with its box where htmx asked for a part of a page."""
    template = "errors/box.html" if getattr(request, "htmx", False) else "errors/fault.html"
    return render(request, template, {"fault": fault, "request_id": getattr(request, "request_id", "")}, status=fault.status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that cannot be read."""
    del exception
    fault = Fault(
        400,
        _("This request cannot be read"),
        _("The address or the form was damaged on its way, or holds more than a form can."),
        _("Nothing was changed."),
        _("Go back and try again."),
    )
    return show(request, fault)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer where a right is missing."""
    del exception
    return show(request, denied())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of this log-in."""
    log.info("csrf: %s", reason)
    fault = Fault(
        403,
        _("This form is too old"),
        _("The form was opened before you logged in, or in another browser."),
        _("Nothing was changed."),
        _("Open the page again and repeat what you did."),
    )
    return show(request, fault)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what does not exist, and the same for what is somebody else's."""
    del exception
    return show(request, nothing_here())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of the portal itself, or of its database before a view was reached."""
    fault = of(sys.exception()) or Fault(
        500,
        _("The portal made a mistake"),
        _("Something in the portal failed; it has been logged."),
        _("If you were changing something, look at Operations before doing it again."),
        _("Tell your administrator the number below."),
    )
    return show(request, fault)
