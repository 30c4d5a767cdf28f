"""A platform that lacks what a page needs, in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.service import NotOffered
from portal.ui import faults
from portal.ui.text import say

View = Callable[..., HttpResponse]


def where_offered(view: View) -> View:
    """Return a view that tells in words where the platform does not have the function that it stands on."""

    @wraps(view)
    def offered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotOffered as lacking:
            return faults.show(request, _fault(lacking))

    return offered


def _fault(lacking: NotOffered) -> faults.Fault:
    return faults.Fault(
        status=lacking.status,
        title=_("The platform cannot do this"),
        happened=say(lacking.sentence),
        state=_("Nothing was changed."),
        advice=_("An administrator sees on the platform's page what it lacks."),
    )
