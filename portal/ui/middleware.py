"""The last net: failures become pages in words."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from portal.access.actor import Actor
from portal.ui import faults

log = logging.getLogger(__name__)


class FaultMiddleware:
    """Turns what the door and the platforms raise into the page that explains it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next step."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a failure that a view did not handle itself."""
        actor: Actor | None = getattr(request, "actor", None)
        fault = faults.of(exception, confined=actor is not None and actor.confined)
        if fault is None:
            return None
        if isinstance(exception, DatabaseError | InterfaceError):
            log.error("the database failed", exc_info=exception)
        return faults.show(request, fault)
