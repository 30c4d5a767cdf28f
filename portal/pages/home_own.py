"""An agent's own accounts on the first page: what they have and what they used, as last known and as read just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.directory.models import Account, Refresh
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.service.parts import summed
from portal.ui.badges import badge
from portal.ui.components import AsOf, Column, Fact, Row, Table
from portal.ui.formats import exact
from portal.ui.listing.rows import rows_of
from portal.ui.listing.state import OLD_AFTER
from portal.ui.objects.addresses import linked
from portal.ui.templatetags.portal_ui import money
from portal.vos3000.schema.accounts import INFO_CUSTOMER
from portal.vos3000.schema.registry import INTERFACES

READ = INTERFACES["GetCustomer"]
ROWS = "infoCustomers"
WANTED = ("account", "name", "money", "limitMoney", "todayConsumption", "lockType", "category", "canceled")
AGENT = 1

Wire = Mapping[str, Any]


@dataclass(frozen=True)
class Own:
    """An account that somebody is linked to, by the wire names of what they may see of it. Amounts are exact, None where unknown."""

    platform: Platform
    values: Wire

    @property
    def key(self) -> str:
        """Its number."""
        return str(self.values.get("account") or "")

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.values.get("name") or "")

    @property
    def url(self) -> str:
        """The address of its page."""
        return linked("account", self.platform, self.key)

    @property
    def balance(self) -> Decimal | None:
        """What is on it."""
        return exact(self.values.get("money"))

    @property
    def credit(self) -> Decimal | None:
        """How far the balance may go below zero."""
        return exact(self.values.get("limitMoney"))

    @property
    def used(self) -> Decimal | None:
        """What it used today."""
        return exact(self.values.get("todayConsumption"))

    @property
    def available(self) -> Decimal | None:
        """What can be used: balance and credit together."""
        return None if self.balance is None or self.credit is None else self.balance + self.credit

    @property
    def low(self) -> bool:
        """Whether what is left would not last for another day like today."""
        return self.available is not None and self.used is not None and self.available <= self.used

    @property
    def low_state(self) -> SafeString | str:
        """That it runs low, as a badge; empty where it does not."""
        return low_badge(self.available) if self.low and self.available is not None else ""

    @property
    def locked(self) -> bool:
        """Whether it takes no calls."""
        return bool(self.values.get("lockType"))

    @property
    def is_agent(self) -> bool:
        """Whether it may have sub-accounts."""
        return self.values.get("category") == AGENT

    @property
    def figures(self) -> list[Fact]:
        """What stands beside the balance."""
        currency = self.platform.currency
        amounts = ((_("Credit limit"), self.credit), (_("Available"), self.available), (_("Used today"), self.used))
        return [Fact(label, money(amount, currency)) for label, amount in amounts if amount is not None]


@dataclass(frozen=True)
class Holdings:
    """The accounts of one platform that somebody is linked to; ``at`` is when they were read, ``live`` whether that was just now."""

    platform: Platform
    own: Sequence[Own]
    asof: AsOf
    live: bool = False

    @property
    def single(self) -> Own | None:
        """The account where it is the only one."""
        return self.own[0] if len(self.own) == 1 else None

    @cached_property
    def table(self) -> Table:
        """The accounts where there are several, with their sums."""
        labels = (_("Account"), _("Name"), _("Balance"), _("Credit limit"), _("Available"), _("Used today"))
        kinds = ("", "wide", "num", "num", "num", "num")
        columns = [Column(key=label, label=label, kind=kind) for label, kind in zip(labels, kinds, strict=True)]
        sums = [summed(amounts) for amounts in zip(*map(_amounts, self.own), strict=True)]
        total = Row([_("Together"), "", *(money(each, self.platform.currency) for each in sums)])
        return Table(label=_("Your accounts"), columns=columns, rows=[self._row(each) for each in self.own], total=total)

    def _row(self, each: Own) -> Row:
        return Row([key_link(each.key, each.url), each.name, *(money(amount) for amount in _amounts(each))], url=each.url)


def key_link(key: str, url: str) -> SafeString:
    """Return a key that leads to its object; the key alone where it has no page."""
    return format_html('<a class="key" href="{}">{}</a>', url, key) if url else format_html("{}", key)


def low_badge(available: Decimal) -> SafeString:
    """Return the state of an account whose rest would not last for another day, or is used up and more."""
    return badge("overdrawn", _("Used up") if available < 0 else _("Runs low"))


def _amounts(own: Own) -> tuple[Decimal | None, ...]:
    return own.balance, own.credit, own.available, own.used


def own_accounts(actor: Actor, platforms: Sequence[Platform]) -> Q:
    """Return the condition of the accounts that somebody is linked to."""
    own = Q(pk__in=[])
    for platform in platforms:
        own |= Q(platform=platform, account__in=actor.accounts_on(platform.pk))
    return own


def known(actor: Actor, platforms: Sequence[Platform]) -> list[Holdings]:
    """Return somebody's own accounts as last known, by platform; two queries however many there are."""
    rows = list(rows_of(actor, Account, platforms).filter(own_accounts(actor, platforms)).order_by("account"))
    states = {each.platform_id: each for each in Refresh.objects.filter(platform__in=platforms)}
    return [
        Holdings(each, [_own(actor, each, _wire(row)) for row in rows if row.platform_id == each.pk], _asof(states.get(each.pk)))
        for each in platforms
    ]


def read_now(actor: Actor, last: Holdings) -> Holdings:
    """Return the same accounts as the platform tells them now, by one call; raises what went wrong there."""
    request = Request(READ.name, {"accounts": [each.key for each in last.own]}, wanted={ROWS: WANTED})
    answer = call(actor, last.platform, request).answer
    rows = cast("list[Wire]", answer.data.get(ROWS) or []) if answer else []
    told = {str(row.get("account")): row for row in rows}
    own = [_own(actor, last.platform, told[each.key]) for each in last.own if each.key in told]
    return Holdings(last.platform, own, AsOf(at=timezone.now()), live=True)


def _wire(row: Account) -> Wire:
    return {name: getattr(row, column) for name, column in row.wire.items() if name in WANTED}


def _own(actor: Actor, platform: Platform, values: Wire) -> Own:
    visible = seen(actor, READ, INFO_CUSTOMER)
    return Own(platform, {name: value for name, value in values.items() if name in visible})


def _asof(state: Refresh | None) -> AsOf:
    """Return when the older half of what is known was read: balances and what was used come by different calls."""
    times = [at for at in (state.balances_at, state.accounts_at) if at is not None] if state else []
    at = min(times, default=None)
    return AsOf(at=at, old=at is None or at < timezone.now() - OLD_AFTER)
