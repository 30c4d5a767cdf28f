"""The two ends of a transfer, and making it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from billing_app.services import Paid, account_of
from billing_app.transfers.forms import TransferForm
from portal.access.actor import Actor
from portal.directory.models import Account
from portal.directory.search import tree_of
from portal.platforms.models import Platform
from portal.service import NotThere
from portal.service.models import Transfer, Way
from portal.service.scope import tree
from portal.service.transfers import transfer
from portal.service.transfers_seen import seen


@dataclass(frozen=True, slots=True)
class Ends:
    """An account of the actor's, with the accounts above it that money can be moved from or to: own ones first, then the nearest.

    ``below`` are those below it, looked for where none is above.
    """

    account: str
    agents: Sequence[str]
    below: frozenset[str] = frozenset()


def ends_of(actor: Actor, platform: Platform, account: str) -> Ends:
    """Return what an account can be an end of; raises ``NotThere`` where it is not theirs, or has nobody above and below."""
    own = tree(actor, platform)
    if own is None or not own.has("account", account):
        raise NotThere
    above = _above(platform, account, own.accounts)
    if above:
        return Ends(account, sorted(above, key=lambda each: each not in own.roots))
    below = frozenset(tree_of(platform.pk, {account})) & own.accounts - {account}
    if not below:
        raise NotThere
    return Ends(account, (), below)


def _above(platform: Platform, account: str, own: frozenset[str]) -> list[str]:
    """Return the accounts above one, the nearest first, as far as they are the actor's."""
    found: list[str] = []
    at = account
    while at := Account.objects.on(platform.pk).filter(account=at).values_list("agent_account", flat=True).first() or "":
        if at not in own or at == account or at in found:
            break
        found.append(at)
    return found


@dataclass(frozen=True, slots=True)
class Both:
    """Both accounts as they were just read, the one that money is taken from first."""

    debited: str
    credited: str
    taken_from: Paid
    given_to: Paid


def both(actor: Actor, platform: Platform, agent: str, account: str, way: str) -> Both:
    """Read both ends of a transfer live."""
    debited, credited = (agent, account) if way == Way.DOWN else (account, agent)
    return Both(debited, credited, account_of(actor, platform, debited), account_of(actor, platform, credited))


def make(actor: Actor, platform: Platform, account: str, form: TransferForm, token: uuid.UUID) -> Transfer:
    """Make the transfer of a form, once for a token; raises what keeps it from being made."""
    asked = form.cleaned_data
    return transfer(actor, platform, token, asked["agent"], account, asked["amount"], Way(asked["way"]))


def transfer_seen(actor: Actor, platform: Platform, transfer_id: uuid.UUID) -> Transfer:
    """Return a transfer; raises ``NotThere`` for what is none, and the same for what is somebody else's."""
    found = seen(actor).filter(pk=transfer_id, platform=platform).first()
    if found is None:
        raise NotThere
    return found
