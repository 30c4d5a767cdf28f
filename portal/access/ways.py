"""Where a form leads to."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back(request: HttpRequest, otherwise: str) -> str:
    """Return the page that a form wants to lead to, if it is one of ours."""
    page = request.POST.get("next") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own else resolve_url(otherwise)
