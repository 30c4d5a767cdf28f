"""What a person can be allowed to do: rights in one grammar, and the roles that are sets of them.

A right is ``area:resource:action``. An interface's right exists because the interface is declared; the portal's own rights
(what it does beside the softswitch) are listed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.vos3000.schema.base import Interface, Nature
from portal.vos3000.schema.registry import INTERFACES


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
    READ_AUDIT = "audit:row:read"
    READ_OPERATIONS = "operations:operation:read"
    SETTLE_OPERATIONS = "operations:operation:settle"
    CALL_ANY_INTERFACE = "console:interface:call"
    EXPORT_ACCOUNTS = "accounts:account:export"
    EXPORT_PHONES = "accounts:phone:export"
    EXPORT_PAYMENTS = "billing:payment:export"
    REFRESH_DIRECTORY = "directory:platform:refresh"


EXPORTS = frozenset({Own.EXPORT_ACCOUNTS, Own.EXPORT_PHONES, Own.EXPORT_PAYMENTS})
SUPPORT_WRITES_IN = frozenset({"accounts", "gateways", "calls", "voice"})
OWN_OBJECTS = frozenset({"account", "phone"})


def _rights(wanted: Callable[[Interface], bool]) -> Iterator[str]:
    return (each.right for each in INTERFACES.values() if wanted(each))


def _is_read(each: Interface) -> bool:
    return each.nature is Nature.READ


def _support_writes(each: Interface) -> bool:
    return each.nature is Nature.WRITE and each.area in SUPPORT_WRITES_IN


def _is_own_object(each: Interface) -> bool:
    return _is_read(each) and each.scope is not None and each.resource in OWN_OBJECTS


READS = frozenset(_rights(_is_read))
ALL_RIGHTS: frozenset[str] = frozenset(_rights(lambda _each: True)) | frozenset(Own)
PAY = INTERFACES["Pay"].right

ROLE_RIGHTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: ALL_RIGHTS,
        Role.SUPPORT: READS
        | frozenset(_rights(_support_writes))
        | EXPORTS
        | {PAY, Own.READ_AUDIT, Own.READ_OPERATIONS, Own.REFRESH_DIRECTORY},
        Role.FINANCE: READS | EXPORTS | {PAY, Own.READ_AUDIT, Own.READ_OPERATIONS, Own.SETTLE_OPERATIONS, Own.REFRESH_DIRECTORY},
        Role.AUDITOR: READS | {Own.READ_AUDIT, Own.READ_OPERATIONS},
        Role.AGENT: frozenset(_rights(_is_own_object)),
    }
)
