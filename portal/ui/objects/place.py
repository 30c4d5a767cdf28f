"""Where a person is: on a platform, at a resource, perhaps at one object, and what may be done there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypedDict

from django.http import HttpRequest

from portal.access.actor import Actor
from portal.access.needs import actor_of
from portal.platforms.models import Platform
from portal.service import Denied, NotOffered, NotThere, ReadOnlyPlatform
from portal.service.objects import NAMED
from portal.service.scope import tree
from portal.ui.components import Crumb
from portal.ui.forms import Setting
from portal.ui.listing.rows import platforms_of
from portal.ui.menu import address
from portal.ui.objects.addresses import completion_address, hanging_url, linked, object_url
from portal.ui.objects.allowed import is_linked, keeps, offered_to
from portal.ui.objects.declare import ObjectPages, Quick, Seen
from portal.ui.text import say
from portal.vos3000.schema.base import Interface, Struct

_NOTHING: Mapping[str, Any] = MappingProxyType({})
NUMBER = re.compile(r"-?[0-9]{1,18}")


class About(TypedDict):
    """For whom and of what a form is made, as :func:`portal.ui.forms.form_for` takes it."""

    actor_zone: str
    platform_zone: str
    currency: str
    resolver: str


@dataclass(frozen=True)
class Place:
    """One page's surroundings.

    ``key`` is empty where the page is of no object yet; ``owner`` is the key of what the object hangs on, empty where it hangs on
    nothing.
    """

    request: HttpRequest
    pages: ObjectPages
    platform: Platform
    key: str = ""
    owner: str = ""

    @classmethod
    def at(cls, request: HttpRequest, pages: ObjectPages, slug: str, key: str = "", owner: str = "") -> Place:
        """Return where an address leads.

        Raises ``NotThere`` for a platform that does not exist for the reader, for no key, and for an owner that is not theirs.
        """
        (platform,) = platforms_of(actor_of(request), slug)
        own = tree(actor_of(request), platform) if owner else None
        if (key and pages.numbered and not NUMBER.fullmatch(key)) or (own is not None and not own.has(pages.within, owner)):
            raise NotThere
        return cls(request, pages, platform, key, owner)

    @property
    def wire_key(self) -> int | str:
        """The object's key as the door takes it."""
        return int(self.key) if self.pages.numbered else f"{NAMED if self.pages.hidden_keys else ''}{self.key}"

    @property
    def owned_by(self) -> tuple[str, str] | None:
        """The resource and the key of what the object hangs on."""
        return (self.pages.within, self.owner) if self.pages.within else None

    @cached_property
    def is_linked(self) -> bool:
        """Whether this is an account that a confined reader is linked to."""
        return is_linked(self.actor, self.platform, self.pages.declared, self.key)

    def struct(self, interface: Interface) -> Struct:
        """Return the request of an interface with the fields that the reader gives here."""
        return offered_to(self.actor, interface, linked=self.is_linked)

    @cached_property
    def info(self) -> Struct:
        """The shape of the object with the fields that the reader sees."""
        return self.pages.info_for(self.actor)

    @property
    def actor(self) -> Actor:
        """Who is here."""
        return actor_of(self.request)

    @cached_property
    def about(self) -> About:
        """For whom and of what forms and values are made here."""
        return About(
            actor_zone=self.actor.zone,
            platform_zone=self.platform.time_zone,
            currency=self.platform.currency,
            resolver=completion_address(self.platform),
        )

    @cached_property
    def setting(self) -> Setting:
        """For whom and of what values are shown here."""
        return Setting(reader_zone=self.actor.zone, platform_zone=self.platform.time_zone, currency=self.platform.currency)

    def url(self, action: str = "", **more: str) -> str:
        """Return the address of the object, or of something done to it."""
        return object_url(self.pages, self.platform, self.key, action, self.owner, **more)

    @property
    def list_url(self) -> str:
        """The address of the list; empty where there is none."""
        if self.pages.within:
            return hanging_url(self.pages, self.platform, self.owner)
        return address(self.pages.list_url, self.platform.slug) if self.pages.list_url else ""

    def of(self, key: str) -> Place:
        """Return the place of an object of the same resource."""
        return replace(self, key=key)

    def seen(self, values: Mapping[str, Any], **how: Any) -> Seen:
        """Return the object here with its values."""
        own = self.pages.declared.key
        return Seen(actor=self.actor, platform=self.platform, key=self.key, values=values, own=own, owner=self.owner, **how)

    def can(self, action: str) -> bool:
        """Tell whether the reader may do something here and the platform takes it."""
        interface = self.pages.interface(action)
        return interface is not None and self._may(interface) and self._takes(interface)

    def _may(self, interface: Interface) -> bool:
        return self.actor.may(interface.right) and not (self.is_linked and keeps(interface, self.pages.declared))

    def can_quick(self, quick: Quick) -> bool:
        """Tell whether the reader may give all that a small change gives."""
        interface = self.pages.interface("modify")
        if interface is None or not self.can("modify"):
            return False
        return all(name in self.struct(interface) for name in (*quick.fields, *quick.values))

    def _takes(self, interface: Interface) -> bool:
        return self.platform.offers(interface.name) and (interface.repeatable or self.platform.writable)

    def needed(self, action: str) -> Interface:
        """Return the interface of an action; raises where the platform does not take it, so that no form is filled in for nothing."""
        interface = self.pages.interface(action)
        if interface is None:
            raise NotThere
        if not self._may(interface):
            raise Denied
        if not self.platform.offers(interface.name):
            raise NotOffered
        if not interface.repeatable and not self.platform.writable:
            raise ReadOnlyPlatform
        return interface

    def crumbs(self, values: Mapping[str, Any] = _NOTHING, *, to_object: bool = True) -> list[Crumb]:
        """Return the way here: the list, and the object (of which these are the values) where the page is one about it."""
        home = Crumb(self.platform.name, address("accounts:list", self.platform.slug))
        steps = [home, *self._above(), Crumb(say(self.pages.declared.plural), self.list_url)]
        return [*steps, Crumb(self.pages.called(values, self.key), self.url())] if self.key and to_object else steps

    def _above(self) -> list[Crumb]:
        """Return the way to what the object hangs on."""
        within = self.pages.within
        return [Crumb(self.owner, linked(within, self.platform, self.owner))] if within else []

    def context(self, values: Mapping[str, Any] = _NOTHING, **more: Any) -> Mapping[str, Any]:
        """Return what every template of an object's pages is given; ``values`` are the object's."""
        where = {"place": self, "pages": self.pages, "platform": self.platform}
        return {**where, "key": self.pages.called(values, self.key) if self.key else "", "crumbs": self.crumbs(values), **more}
