"""What a person can be allowed to do: rights in one grammar, and the built-in roles that are sets of them.

A right is ``area:resource:action``. An interface's right exists because the interface is declared, and so do the rights of its
fields (``set_credit``) and of revealing a stored password; the portal's own rights (what it does beside the softswitch) are
listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.vos3000.schema.base import Field, Interface, Nature, Struct
from portal.vos3000.schema.registry import INTERFACES, RESOURCES


class Role(TextChoices):
    """The built-in roles."""

    ADMINISTRATOR = "administrator", _("Administrator")
    SUPPORT = "support", _("Support")
    FINANCE = "finance", _("Finance")
    AGENT = "agent", _("Agent")
    AUDITOR = "auditor", _("Auditor")


class Own(StrEnum):
    """The portal's own rights."""

    MANAGE_PLATFORMS = "platforms:platform:manage"
    MANAGE_USERS = "access:user:manage"
    MANAGE_ROLES = "access:role:manage"
    MANAGE_SUB_USERS = "access:sub_user:manage"
    READ_AUDIT = "audit:row:read"
    EXPORT_AUDIT = "audit:row:export"
    READ_OWN_AUDIT = "audit:own_row:read"
    READ_OPERATIONS = "operations:operation:read"
    SETTLE_OPERATIONS = "operations:operation:settle"
    CALL_ANY_INTERFACE = "console:interface:call"
    EXPORT_ACCOUNTS = "accounts:account:export"
    EXPORT_PHONES = "accounts:phone:export"
    EXPORT_PAYMENTS = "billing:payment:export"
    MAKE_TRANSFERS = "billing:transfer:make"
    REFRESH_DIRECTORY = "directory:platform:refresh"
    READ_JOBS = "jobs:job:read"
    FETCH_CDRS = "calls:cdr:fetch"
    EXPORT_CDRS = "calls:cdr:export"
    EXPORT_REPORTS = "billing:report:export"
    SHARE_REPORTS = "billing:report:share"
    SCHEDULE_REPORTS = "billing:report:schedule"


REVEAL = "reveal"
EXPORTS = frozenset({Own.EXPORT_ACCOUNTS, Own.EXPORT_PHONES, Own.EXPORT_PAYMENTS, Own.EXPORT_CDRS, Own.EXPORT_REPORTS})
#: What has the portal fetch, or send by itself, what may be read anyhow.
FETCHES = frozenset({Own.FETCH_CDRS, Own.SCHEDULE_REPORTS})
#: The portal's own rights that somebody confined to a tree can have; the others are staff's.
CONFINED_OWN = frozenset({*EXPORTS, *FETCHES, Own.MANAGE_SUB_USERS, Own.READ_OWN_AUDIT, Own.MAKE_TRANSFERS})
#: The portal's own rights that only make sense for somebody confined to a tree.
ONLY_CONFINED = frozenset({Own.MANAGE_SUB_USERS, Own.READ_OWN_AUDIT, Own.MAKE_TRANSFERS})
SUPPORT_WRITES_IN = frozenset({"accounts", "gateways", "calls", "voice"})
#: What a reseller changes, by resource; what money or the tree could be lost by is staff's and stands in the declarations.
AGENT_WRITES = frozenset({"account", "phone", "phone_card", "bound_number", "phone_book_entry", "suite_order"})
AGENT_READS = AGENT_WRITES | {"suite", "current_suite", "rate_group", "rate", "cdr", "payment", "report", "mapping_gateway"}


def fields_of(struct: Struct) -> Iterator[Field]:
    """Yield the fields of a shape at every depth."""
    for each in struct:
        yield each
        if each.struct is not None:
            yield from fields_of(each.struct)


def _field_rights(interface: Interface, *, staff: bool | None = None) -> Iterator[str]:
    for each in chain(fields_of(interface.request), fields_of(interface.response)):
        if staff is None or each.staff is staff:
            yield from (interface.right_to(action) for action in (each.seen_by, each.set_by) if action)


def _reveals() -> Iterator[str]:
    """Yield the right to reveal for each resource whose objects hold secrets beside their key."""
    for each in RESOURCES.values():
        told = INTERFACES[each.read].response.by_name.get(each.rows) if each.read else None
        if (
            told is not None
            and told.struct is not None
            and any(field.secret and field.name != each.key for field in fields_of(told.struct))
        ):
            yield f"{each.area}:{each.name}:{REVEAL}"


def _rights(wanted: Callable[[Interface], bool]) -> Iterator[str]:
    return (each.right for each in INTERFACES.values() if wanted(each))


def _is_read(each: Interface) -> bool:
    return each.nature is Nature.READ


def _support_writes(each: Interface) -> bool:
    return each.nature is Nature.WRITE and each.area in SUPPORT_WRITES_IN


def _agent_has(each: Interface) -> bool:
    if each.scope is None or each.nature is Nature.MONEY:
        return False
    return each.resource in (AGENT_READS if _is_read(each) else AGENT_WRITES)


READS = frozenset(_rights(_is_read))
FIELD_RIGHTS = frozenset(right for each in INTERFACES.values() for right in _field_rights(each))
REVEALS = frozenset(_reveals())
_ALL = frozenset(_rights(lambda _each: True)) | FIELD_RIGHTS | REVEALS | frozenset(Own)
#: Every right there is, by its words: ``Right("accounts:account:read")``.
Right = StrEnum("Right", {each.replace(":", "_").upper(): str(each) for each in sorted(_ALL)})  # type: ignore[misc]  # derived, not listed
ALL_RIGHTS: frozenset[str] = frozenset(str(each) for each in Right)
PAY = INTERFACES["Pay"].right
_SCOPED = frozenset(_rights(lambda each: each.scope is not None))
#: Rights that nobody who is confined to a tree can have, whatever their role says.
STAFF_RIGHTS: frozenset[str] = (
    frozenset(_rights(lambda each: each.scope is None)) - _SCOPED
    | frozenset(right for each in INTERFACES.values() for right in _field_rights(each, staff=True))
    | REVEALS
    | (frozenset(Own) - CONFINED_OWN)
    | {PAY}
)
#: The rights by which fields are read that not everybody reads.
SEES = frozenset(
    interface.right_to(each.seen_by) for interface in INTERFACES.values() for each in fields_of(interface.response) if each.seen_by
)
_SUPPORT_FIELDS = frozenset(right for right in FIELD_RIGHTS if right.split(":")[0] in SUPPORT_WRITES_IN)

ROLE_RIGHTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: ALL_RIGHTS - ONLY_CONFINED,
        Role.SUPPORT: READS
        | frozenset(_rights(_support_writes))
        | SEES
        | _SUPPORT_FIELDS
        | EXPORTS
        | FETCHES
        | {PAY, Own.READ_AUDIT, Own.READ_OPERATIONS, Own.REFRESH_DIRECTORY, Own.READ_JOBS},
        Role.FINANCE: READS
        | SEES
        | EXPORTS
        | FETCHES
        | {PAY, Own.READ_AUDIT, Own.EXPORT_AUDIT, Own.READ_OPERATIONS, Own.SETTLE_OPERATIONS, Own.REFRESH_DIRECTORY}
        | {Own.READ_JOBS, Own.SHARE_REPORTS},
        Role.AUDITOR: READS | SEES | {Own.READ_AUDIT, Own.EXPORT_AUDIT, Own.READ_OPERATIONS, Own.READ_JOBS},
        Role.AGENT: (frozenset(_rights(_agent_has)) | EXPORTS | FETCHES | {Own.MANAGE_SUB_USERS, Own.READ_OWN_AUDIT}) - STAFF_RIGHTS,
    }
)
