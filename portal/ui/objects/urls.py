"""The addresses of a resource's objects, each with the right that its interface needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.http import HttpResponseBase
from django.urls import URLPattern, path, register_converter
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.needs import needs, sudo
from portal.service.objects import readable
from portal.ui.objects.addresses import make_known
from portal.ui.objects.change import change, quick
from portal.ui.objects.create import create
from portal.ui.objects.declare import ObjectPages
from portal.ui.objects.delete import delete
from portal.ui.objects.hanging import hanging
from portal.ui.objects.hub import hub
from portal.ui.objects.keys import KeyConverter
from portal.ui.objects.reveal import reveal_right, revealing

register_converter(KeyConverter, "key")


def object_urls(pages: ObjectPages) -> list[URLPattern]:
    """Return the addresses under the resource's ``path``.

    What the resource has no interface for has no address; one that cannot be read by its key alone has only that of a new object.
    """
    make_known(pages)
    return list(_urls(pages))


def _writes(view: Callable[..., HttpResponseBase], right: str) -> Callable[..., HttpResponseBase]:
    """Return a view of a form, for whoever has the right."""
    return require_http_methods(["GET", "HEAD", "POST"])(needs(right)(view))


def _urls(pages: ObjectPages) -> Iterator[URLPattern]:
    every = f"p/<slug:slug>/{pages.path}/"
    if pages.within and (interface := pages.interface("read")):
        yield path(every, require_safe(needs(interface.right)(partial(hanging, pages=pages))), name=f"{pages.name}-list")
    if interface := pages.interface("create"):
        yield path(f"{every}new/", _writes(partial(create, pages=pages), interface.right), name=f"{pages.name}-create")
    if pages.within or readable(pages.declared):
        yield from _urls_of_one(pages, f"{every}<key:key>/")


def _urls_of_one(pages: ObjectPages, one: str) -> Iterator[URLPattern]:
    if interface := pages.interface("read"):
        yield path(one, require_safe(needs(interface.right)(partial(hub, pages=pages))), name=pages.name)
    if interface := pages.interface("modify"):
        yield path(f"{one}change/", _writes(partial(change, pages=pages), interface.right), name=f"{pages.name}-change")
        if pages.quick:
            yield path(f"{one}quick/<slug:quick>/", _writes(partial(quick, pages=pages), interface.right), name=f"{pages.name}-quick")
    if interface := pages.interface("delete"):
        yield path(f"{one}delete/", _writes(sudo(partial(delete, pages=pages)), interface.right), name=f"{pages.name}-delete")
    if reveal_right(pages.declared):
        yield path(f"{one}reveal/", revealing(pages), name=f"{pages.name}-reveal")
