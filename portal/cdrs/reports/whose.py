"""Which accounts there are for somebody to ask a report about."""

from __future__ import annotations

from collections.abc import Iterable

from portal.access.actor import Actor
from portal.cdrs.numbers import numbers_of
from portal.directory.models import Account
from portal.platforms.models import Platform
from portal.service.scope import tree


def unseen(actor: Actor, platform: Platform, accounts: Iterable[str]) -> frozenset[str]:
    """Return those of some accounts that are not there for somebody: never in their tree, or nowhere known; both are the same.

    What is gone from the softswitch is there as long as the directory or what is kept knows of it.
    """
    named = frozenset(accounts)
    own = tree(actor, platform)
    if own is not None:
        return named - own.times.keys()
    rest = named - numbers_of(platform, named).keys()
    return rest - set(Account.objects.filter(platform=platform, account__in=rest).values_list("account", flat=True))
