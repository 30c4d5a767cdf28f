"""What a domain says of a resource so that its objects get pages: everything else follows from the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.fields import seen as seen_by
from portal.directory.models import Mirror
from portal.platforms.models import Platform
from portal.service.objects import NAMED, shape
from portal.ui.components import Action, Fact, Words
from portal.ui.formats import number_text
from portal.ui.forms import Setting
from portal.ui.text import say
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Interface, Kind, Resource, Struct
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A panel beside an object's own fields: a template of its own and what that is given.

    ``url`` is where the whole of it is and ``count`` how many there are; ``later`` is the address of a fragment that is loaded
    after the page. A ``wide`` one has a line of its own.
    """

    title: Words
    icon: str
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    count: int | None = None
    later: str = ""
    wide: bool = False

    @property
    def tail(self) -> SafeString | str:
        """The link to the whole of it, for the head of the panel."""
        words = _("Show all") if self.count is None else _("Show all %(count)s") % {"count": number_text(self.count)}
        return format_html('<a href="{}">{}</a>', self.url, words) if self.url else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An object as somebody sees it: its values by wire names, secrets masked.

    They were read just now, or, where ``error`` says why that failed, are those last known at ``as_of``. ``own`` is the name of the
    field that holds the key, ``owner`` the key of what the object hangs on.
    """

    actor: Actor
    platform: Platform
    key: str
    values: Wire
    own: str = ""
    owner: str = ""
    as_of: datetime | None = None
    error: VosError | None = None

    @property
    def live(self) -> bool:
        """Whether the platform told the values just now."""
        return self.error is None

    @property
    def setting(self) -> Setting:
        """For whom and of what the values are shown."""
        return Setting(reader_zone=self.actor.zone, platform_zone=self.platform.time_zone, currency=self.platform.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """A change of some fields with a small form; with ``values`` there is nothing to type, only to confirm.

    ``fits`` says for which objects it is offered.
    """

    name: str
    label: Words
    icon: str
    fields: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    fits: Callable[[Wire], bool] = lambda _values: True
    danger: bool = False


def no_badges(_values: Wire) -> Sequence[str]:
    """Return no states."""
    return ()


def no_parts(_seen: Seen) -> Sequence[Part]:
    """Return no panels."""
    return ()


def no_actions(_seen: Seen) -> Sequence[Action]:
    """Return no buttons."""
    return ()


def nothing_hangs(_seen: Seen) -> Sequence[Fact]:
    """Return nothing that hangs on an object."""
    return ()


@dataclass(frozen=True, kw_only=True)
class ObjectPages:
    """The pages of one resource's objects.

    ``namespace`` is that of the domain's URLs, ``path`` the step of the address and ``list_url`` the URL name of the list. The
    hub shows ``figures`` (wire names) large, ``badges`` beside the title and ``parts`` below. ``hanging`` is shown before a delete.
    A create form begins with the values ``suggested`` and takes the fields ``prefill`` from its address (``?agentAccount=1000``).
    ``mirror`` holds the last known state for when the platform is down.

    ``within`` is the resource of what these objects hang on (an account): their addresses stand below its own, for which ``path``
    has ``<key:owner>``, they are found in its list, and that list has the ``columns`` (wire names).
    """

    resource: str
    namespace: str
    path: str
    icon: str
    list_url: str = ""
    mirror: type[Mirror] | None = None
    within: str = ""
    columns: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    prefill: tuple[str, ...] = ()
    suggested: Mapping[str, Any] = field(default_factory=dict)
    quick: tuple[Quick, ...] = ()
    badges: Callable[[Wire], Sequence[str]] = no_badges
    parts: Callable[[Seen], Sequence[Part]] = no_parts
    actions: Callable[[Seen], Sequence[Action]] = no_actions
    hanging: Callable[[Seen], Sequence[Fact]] = nothing_hangs

    @cached_property
    def declared(self) -> Resource:
        """The resource in the schema."""
        return RESOURCES[self.resource]

    @cached_property
    def name(self) -> str:
        """What the addresses are called: the resource, behind what its objects hang on."""
        return f"{self.within}-{self.resource}" if self.within else self.resource

    @cached_property
    def info(self) -> Struct:
        """The shape in which the softswitch tells an object."""
        return shape(self.declared)

    def info_for(self, actor: Actor) -> Struct:
        """Return the shape of an object with the fields that somebody sees."""
        return seen_by(actor, INTERFACES[self.declared.read], self.info)

    @cached_property
    def numbered(self) -> bool:
        """Whether keys are numbers on the wire."""
        return self.info[self.declared.key].kind in {Kind.INT32, Kind.INT64}

    @cached_property
    def hidden_keys(self) -> bool:
        """Whether keys are secrets (a card's number): addresses name such objects by a hash, pages by the end of the key."""
        return self.info[self.declared.key].secret

    def key_of(self, values: Wire) -> str:
        """Return what names an object in addresses; empty where its values do not tell."""
        return str(values.get(NAMED if self.hidden_keys else self.declared.key) or "")

    def called(self, values: Wire, key: str) -> str:
        """Return what names an object on pages."""
        if not self.hidden_keys:
            return key
        return str(values.get(self.declared.key) or say(self.declared.title))

    def interface(self, action: str) -> Interface | None:
        """Return the interface of ``read``, ``create``, ``modify`` or ``delete``; None where the resource has none."""
        return INTERFACES.get(getattr(self.declared, action))

    def quick_named(self, name: str) -> Quick | None:
        """Return a small change by its name."""
        return next((each for each in self.quick if each.name == name), None)

    def title_of(self, values: Wire) -> str:
        """Return what people call an object; empty where it has no name beside its key."""
        name = self.declared.title_field
        return str(values.get(name) or "") if name not in {"", self.declared.key} else ""
