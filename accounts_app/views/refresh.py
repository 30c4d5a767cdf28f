"""The button that has a platform read anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError

from portal.access.needs import actor_of, needs
from portal.access.rights import Own
from portal.service.mirror_tasks import refresh_platform
from portal.ui.listing.rows import platforms_of

NOT_STARTED = gettext_lazy(
    "The refresh was not started: the portal's background work cannot be reached. The list stays as it is; try again later."
)


@require_POST
@needs(Own.REFRESH_DIRECTORY)
def refresh(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the background read a platform, and say whether it heard."""
    (platform,) = platforms_of(actor_of(request), slug)
    try:
        refresh_platform.delay(platform.pk)
    except OperationalError:
        messages.error(
            request,
            _("The refresh was not started: the portal's background work cannot be reached. The list stays as it is; try again later."),
        )
    else:
        messages.success(request, _("%(platform)s is being read anew. The list changes as answers come in.") % {"platform": platform.name})
    return redirect(_back(request, slug))


def _back(request: HttpRequest, slug: str) -> str:
    """Return the page the reader was on, if it is one of the portal's."""
    page = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return page if own else reverse("accounts:list", args=[slug])
