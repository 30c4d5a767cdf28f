"""Where objects are: every resource that has pages is known here by its name, so that a reference in one leads to the other."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from portal.platforms.models import Platform
from portal.ui.objects.declare import ObjectPages

_known: dict[str, ObjectPages] = {}
_hanging: dict[str, ObjectPages] = {}
_ANY = "any"


def make_known(pages: ObjectPages) -> None:
    """Have references to a resource lead to its pages; what hangs on something is not found by its key alone."""
    if pages.within:
        _hanging[pages.name] = pages
    else:
        _known[pages.resource] = pages


def every_page() -> list[ObjectPages]:
    """Return the pages of every resource that has some."""
    return [*_known.values(), *_hanging.values()]


def hanging_on(resource: str) -> list[ObjectPages]:
    """Return the pages of everything that hangs on objects of a resource."""
    return [each for each in _hanging.values() if each.within == resource]


def linked(resource: str, platform: Platform, key: str) -> str:
    """Return the address of what a reference names; empty where the resource has no pages or nothing is named."""
    try:
        return object_url(_known[resource], platform, key) if key and resource in _known else ""
    except NoReverseMatch:
        return ""


def _named(pages: ObjectPages, action: str) -> str:
    return f"{pages.namespace}:{pages.name}{'-' if action else ''}{action}"


def object_url(pages: ObjectPages, platform: Platform, key: str, action: str = "", owner: str = "", **more: str) -> str:
    """Return the address of an object (``action`` empty), or of what is done to it; ``owner`` is the key of what it hangs on."""
    kwargs = {"slug": platform.slug, "key": key, **more, **({"owner": owner} if owner else {})}
    return reverse(_named(pages, action), kwargs=kwargs)


def create_url(pages: ObjectPages, platform: Platform, owner: str = "", **prefilled: str) -> str:
    """Return the address of the form for a new object, with some fields filled in."""
    url = reverse(_named(pages, "create"), kwargs={"slug": platform.slug, **({"owner": owner} if owner else {})})
    return f"{url}?{urlencode(prefilled)}" if prefilled else url


def hanging_url(pages: ObjectPages, platform: Platform, owner: str) -> str:
    """Return the address of the list of what hangs on something."""
    return reverse(_named(pages, "list"), args=[platform.slug, owner])


def completion_address(platform: Platform) -> str:
    """Return the address that completes references, with ``{resource}`` in it."""
    url = reverse("accounts:complete", args=[platform.slug, _ANY])
    return f"{url.removesuffix(f'{_ANY}/')}{{resource}}/"
