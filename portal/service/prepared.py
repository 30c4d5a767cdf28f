"""A write on its way: what is asked for, by whom, and what was read before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.access.actor import Actor
from portal.platforms.models import Platform
from portal.service.objects import Object, Owner, readable
from portal.service.request import Request
from portal.service.scope import Asked
from portal.service.tree import Tree
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A write with what was read before it.

    ``key`` is empty where the softswitch makes it up. ``before`` is the object as it is now, secrets included, and ``existed`` whether
    there was one (of what is being created only that is kept: it may be anybody's); ``error`` says why it could not be read, and then
    nothing is sent. ``account`` is the account that the object belongs to.
    """

    asked: Asked
    values: dict[str, Any] = field(repr=False)
    resource: Resource
    key: str
    account: str = ""
    money_account: str = ""
    before: Object | None = field(default=None, repr=False)
    existed: bool | None = None
    error: VosError | None = None

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.asked.actor

    @property
    def platform(self) -> Platform:
        """Where it goes."""
        return self.asked.platform

    @property
    def interface(self) -> Interface:
        """What is asked for."""
        return self.asked.interface

    @property
    def request(self) -> Request:
        """What came to the door."""
        return self.asked.request

    @property
    def own(self) -> Tree | None:
        """What confines whoever asks."""
        return self.asked.own

    @property
    def owner(self) -> Owner | None:
        """What the object hangs on, where it is found in that one's list."""
        return self.asked.owner if self.resource.listed_by and self.resource.name == self.interface.resource else None

    @property
    def creates(self) -> bool:
        """Whether the object is to be made."""
        return self.interface.name == self.resource.create

    @property
    def readable(self) -> bool:
        """Whether the object can be read before and after."""
        return bool(self.key) and (readable(self.resource) or self.owner is not None)
