"""Where objects are: every resource that has pages is known here by its name, so that a reference in one leads to the other."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from portal.platforms.models import Platform
from portal.ui.objects.declare import ObjectPages

_known: dict[str, ObjectPages] = {}
_ANY = "any"


def make_known(pages: ObjectPages) -> None:
    """Have references to a resource lead to its pages."""
    _known[pages.resource] = pages


def linked(resource: str, platform: Platform, key: str) -> str:
    """Return the address of what a reference names; empty where the resource has no pages or nothing is named."""
    try:
        return object_url(_known[resource], platform, key) if key and resource in _known else ""
    except NoReverseMatch:
        return ""


def object_url(pages: ObjectPages, platform: Platform, key: str, action: str = "", **more: str) -> str:
    """Return the address of an object (``action`` empty), or of what is done to it."""
    name = f"{pages.namespace}:{pages.resource}{'-' if action else ''}{action}"
    return reverse(name, kwargs={"slug": platform.slug, "key": key, **more})


def create_url(pages: ObjectPages, platform: Platform, **prefilled: str) -> str:
    """Return the address of the form for a new object, with some fields filled in."""
    url = reverse(f"{pages.namespace}:{pages.resource}-create", args=[platform.slug])
    return f"{url}?{urlencode(prefilled)}" if prefilled else url


def completion_address(platform: Platform) -> str:
    """Return the address that completes references, with ``{resource}`` in it."""
    url = reverse("accounts:complete", args=[platform.slug, _ANY])
    return f"{url.removesuffix(f'{_ANY}/')}{{resource}}/"
