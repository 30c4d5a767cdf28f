"""Forms made from the declared interfaces, and values made readable.

>>> form = form_for(INTERFACES["CreateCustomer"], data=request.POST, actor_zone="Europe/Berlin", currency="CNY")
>>> if form.is_valid():
...     call(actor, platform, Request("CreateCustomer", form.request))

In a template: ``{% include "ui/forms/form.html" %}`` inside a ``<form method="post" novalidate>``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from portal.ui.forms.changes import Change
from portal.ui.forms.conditions import conditions_of
from portal.ui.forms.display import Shown, shown, shown_object
from portal.ui.forms.form import Part, SchemaForm, names_of, root_class
from portal.ui.forms.frame import Frame
from portal.ui.forms.post import as_post
from portal.ui.forms.typed import UNSET, Mode, Offers, Setting, Wire
from portal.vos3000.schema.base import Interface, Struct


class Options(TypedDict, total=False):
    """For whom, of what and with which fields a form is made; every word may be left out.

    ``data`` and ``files`` are the post. ``initial`` is the object just read (modify) or what is suggested (create).
    ``actor_zone`` and ``platform_zone`` are IANA names, ``currency`` an ISO code. ``mode`` is create, modify or console.
    ``only``, ``hidden`` and ``fixed`` say which fields of the request have inputs: these only, all but these, all but those
    with a value that is sent as it is. ``resolver`` is the address that completes references, with ``{resource}`` in it.
    ``struct`` is the request narrowed to what somebody may give, and ``offered`` are keys with their words to choose from, by the
    name of a field.
    """

    data: Mapping[str, Any] | None
    files: Mapping[str, Any] | None
    initial: Mapping[str, Any] | None
    actor_zone: str
    platform_zone: str
    currency: str
    mode: str
    only: Iterable[str] | None
    hidden: Iterable[str]
    fixed: Mapping[str, Any]
    resolver: str
    struct: Struct | None
    offered: Mapping[str, Offers]


def form_for(source: Interface | Struct, **options: Unpack[Options]) -> SchemaForm:
    """Return the form of an interface's request, or of a bare struct; see :class:`Options`."""
    setting = Setting(
        reader_zone=options.get("actor_zone", "UTC"),
        platform_zone=options.get("platform_zone", "UTC"),
        currency=options.get("currency", ""),
        resolver=options.get("resolver", ""),
        mode=Mode(options.get("mode", Mode.CREATE)),
        offered=options.get("offered", {}),
    )
    part = Part(names_of(options.get("only")), frozenset(options.get("hidden", ())), dict(options.get("fixed", {})))
    struct = options.get("struct") or (source.request if isinstance(source, Interface) else source)
    frame = Frame(setting, options.get("data"), options.get("files") or {}, conditions_of(source))
    return root_class(struct)(source, frame, dict(options.get("initial") or {}), part)


__all__ = ["UNSET", "Change", "Mode", "SchemaForm", "Setting", "Shown", "Wire", "as_post", "form_for", "shown", "shown_object"]
