"""Suggestions for a field that names another object."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from portal.access.needs import actor_of, anyone
from portal.ui.complete import suggestions
from portal.ui.listing.rows import platforms_of


@require_safe
@anyone
def complete(request: HttpRequest, slug: str, resource: str) -> JsonResponse:
    """Answer ``{"results": [{"value": key, "text": words}]}`` for what was typed; what the reader may not read has none."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    found = suggestions(actor, platform, resource, request.GET.get("q", ""))
    return JsonResponse({"results": [{"value": value, "text": text} for value, text in found]})
