"""The choice between light and dark, and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from portal.ui import style as guide
from portal.ui.context import THEME_COOKIE, THEMES

YEAR_S = 365 * 24 * 3600


def _back(request: HttpRequest) -> str:
    """Return the page a form was sent from, if it is one of ours."""
    url = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if own else "/"


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the reader's choice of light or dark in a cookie; anything else leaves it to their system."""
    answer = redirect(_back(request))
    chosen = request.POST.get("theme", "")
    if chosen not in THEMES:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
        return answer
    answer.set_cookie(THEME_COOKIE, chosen, max_age=YEAR_S, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return answer


def _only_shown() -> None:
    if not (settings.DEBUG or settings.PORTAL_DEMO):
        raise Http404


@login_not_required
@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Show every component with sample data; only where the portal is developed or demonstrated."""
    _only_shown()
    return render(request, "ui/style/page.html", guide.samples(request.GET))


@login_not_required
@require_GET
def style_later(request: HttpRequest) -> HttpResponse:
    """Answer the part of the style guide that comes after it."""
    _only_shown()
    return render(request, "ui/empty.html", {"title": "This part came later"})
