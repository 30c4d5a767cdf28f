"""The audit as one person may read it: whose names they see, which fields, and what of the wire's own words.

Somebody confined to a tree reads what their people did and what staff did to their tree. Of staff they see neither where from nor,
where the operator so decides, the name; of objects the fields that they see elsewhere, and no key of somebody else's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.access.actor import SYSTEM_ROLE, Actor
from portal.access.fields import seen
from portal.access.roles import title_of
from portal.audit.models import AuditRow
from portal.directory.membership import holds
from portal.platforms.models import Platform
from portal.service import scope
from portal.service.answers import TELLING
from portal.service.errors import TAKEN
from portal.service.scope import Tree
from portal.ui.forms import Setting
from portal.ui.objects.addresses import linked
from portal.ui.text import say
from portal.vos3000.codes import return_code_text
from portal.vos3000.mask import MASK
from portal.vos3000.schema.base import Field, Interface, Struct
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

ALREADY_THERE = -10004
MS = 1000


class Act(Protocol):
    """Something somebody did: a row of the audit or a write."""

    user_id: int | None
    user_name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when something happened."""

    platform_id: int | None
    at: datetime


def place_of(row: AuditRow) -> Place:
    """Return where and when a row happened."""
    return Place(row.platform_id, row.at)


class Reader:
    """One reader of the audit; what is asked of the database is asked once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._trees: dict[int, Tree | None] = {}
        self._roles: dict[str, str] = {}

    @cached_property
    def rows(self) -> QuerySet[AuditRow]:
        """The rows that the reader may see."""
        return scope.audit_rows_seen(self.actor)

    @cached_property
    def platforms(self) -> dict[int, Platform]:
        """The platforms that exist for the reader, also those that are not in use now, by their ids."""
        everything = Platform.objects.order_by("name")
        return {each.pk: each for each in everything if self.actor.all_platforms or self.actor.sees_platform(each.pk)}

    @cached_property
    def people(self) -> frozenset[int] | None:
        """The ids of the people whose names are shown; None where everybody's are."""
        if not self.actor.confined or not settings.AUDIT_HIDES_STAFF_NAMES:
            return None
        return self.own_people

    @cached_property
    def own_people(self) -> frozenset[int]:
        """The ids of a confined reader's own people."""
        return scope.people_of(self.actor)

    def is_own(self, act: Act) -> bool:
        """Tell whether the reader or somebody of theirs did it; to staff everybody is."""
        return not self.actor.confined or act.user_id in self.own_people

    def who(self, act: Act, role: str = "") -> str:
        """Return who did something, as the reader may know it."""
        if role == SYSTEM_ROLE and not self.actor.confined:
            return _("The portal (%(work)s)") % {"work": act.user_name}
        if role == SYSTEM_ROLE or (act.user_id is None and not self.is_own(act)):
            return _("The portal")
        if self.people is not None and act.user_id not in self.people:
            return _("Staff")
        return act.user_name

    def role(self, row: AuditRow) -> str:
        """Return the role of who did something; empty where that is not for the reader."""
        if not row.role or row.role == SYSTEM_ROLE or not self.is_own(row):
            return ""
        if row.role not in self._roles:
            self._roles[row.role] = title_of(row.role)
        return self._roles[row.role]

    def mine(self, act: Act, text: str) -> str:
        """Return where somebody did something from; empty where it was none of the reader's people."""
        return text if self.is_own(act) else ""

    def words(self, text: str) -> str:
        """Return a text as the softswitch or a person wrote it: it may tell of anybody, so only staff read it."""
        return "" if self.actor.confined else text

    def code(self, ret_code: int | None) -> str:
        """Return a return code in words. What exists elsewhere is not told to somebody confined to a tree."""
        if not ret_code:
            return ""
        return say(return_code_text(ret_code) if self.number(ret_code) else TAKEN)

    def number(self, ret_code: int | None) -> str:
        """Return the number of a return code; empty for what must not be told, and for none."""
        return str(ret_code) if ret_code and not (self.actor.confined and ret_code == ALREADY_THERE) else ""

    def object_url(self, row: AuditRow) -> str:
        """Return the address of what a row is about; empty where it has no page, or none for the reader."""
        resource, platform = RESOURCES.get(row.resource), self.platforms.get(row.platform_id or 0)
        if resource is None or platform is None or not platform.enabled or not resource.read:
            return ""
        tree = self.tree(platform.pk)
        if not self.actor.may(INTERFACES[resource.read].right) or (tree is not None and not tree.has(row.resource, row.object_key)):
            return ""
        return linked(row.resource, platform, row.object_key)

    def setting(self, platform_id: int | None) -> Setting:
        """Return for whom and of what values are shown."""
        platform = self.platforms.get(platform_id or 0)
        zone, currency = (platform.time_zone, platform.currency) if platform else ("UTC", "")
        return Setting(reader_zone=self.actor.zone, platform_zone=zone, currency=currency)

    def values(self, interface: Interface | None, struct: Struct, values: Mapping[str, Any] | None, place: Place) -> dict[str, Any]:
        """Return the values of an interface's shape that the reader sees; none of an interface that is for staff only."""
        if interface is None or not values or (self.actor.confined and interface.scope is None):
            return {}
        shown = seen(self.actor, interface, struct)
        fixed = frozenset(interface.scope.fixed) if self.actor.confined and interface.scope else frozenset()
        return self._own(struct, shown, {name: value for name, value in values.items() if name not in fixed}, place)

    def tree(self, platform_id: int | None) -> Tree | None:
        """Return what confines the reader on a platform; None for staff."""
        if platform_id is None or not self.actor.confined:
            return None
        if platform_id not in self._trees:
            self._trees[platform_id] = scope.tree(self.actor, self.platforms[platform_id])
        return self._trees[platform_id]

    def _own(self, struct: Struct, shown: Struct, values: Mapping[str, Any], place: Place) -> dict[str, Any]:
        """Leave out hidden fields at every depth, and what is told of somebody else; names that no declaration knows are for staff."""
        found: dict[str, Any] = {}
        others: set[str] = set()
        for name, value in values.items():
            if name in shown:
                found[name] = self._value(struct[name], shown[name], value, place)
                others |= {name} if found[name] == MASK != value else set()
            elif name not in struct and not self.actor.confined:
                found[name] = value
        return {name: value for name, value in found.items() if name not in struct or struct[name].tells_of not in others}

    def _value(self, full: Field, shown: Field, value: Any, place: Place) -> Any:
        if isinstance(value, list | tuple):
            return [self._value(full, shown, each, place) for each in value]
        if full.struct is not None and shown.struct is not None and isinstance(value, Mapping):
            return self._own(full.struct, shown.struct, value, place)
        return value if self._is_known(full.ref, value, place) else MASK

    def _is_known(self, resource: str, key: Any, place: Place) -> bool:
        """Tell whether a key may be read: it names nothing that tells of others, or what was in the reader's tree at that moment."""
        tree = self.tree(place.platform_id)
        if tree is None or resource not in TELLING or key in (None, ""):
            return True
        if resource == "account":
            at = round(place.at.timestamp() * MS)
            return holds(tree.spans(str(key)), at, at)
        return key in tree.gateways or key in tree.phones
