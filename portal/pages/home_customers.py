"""An agent's sub-accounts on the first page: how many there are, and those that run low or are locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.access.actor import Actor
from portal.access.fields import seen
from portal.directory.models import Account
from portal.pages.home_own import READ, key_link, low_badge, own_accounts
from portal.platforms.models import Platform
from portal.ui.badges import badge
from portal.ui.components import Column, Row, Table
from portal.ui.listing.rows import rows_of
from portal.ui.menu import address
from portal.ui.objects.addresses import linked
from portal.ui.templatetags.portal_ui import money
from portal.vos3000.schema.accounts import INFO_CUSTOMER

MOST = 8
NEEDED = ("money", "limitMoney", "todayConsumption", "lockType", "canceled")
LOCK = 1
#: What is left beyond one more day like today.
SPARE = ExpressionWrapper(F("money") + F("limit_money") - F("today_consumption"), DecimalField(max_digits=24, decimal_places=8))
IN_USE = ~Q(canceled=True)
LOW = IN_USE & Q(spare__lte=0)
LOCKED = IN_USE & Q(lock_type=LOCK)


@dataclass(frozen=True, slots=True)
class Customers:
    """The sub-accounts of one platform: how many, how many of them run low and are locked, and the first of those."""

    platform: Platform
    count: int = 0
    low: int = 0
    locked: int = 0
    rows: Sequence[Any] = ()

    @property
    def list_url(self) -> str:
        """The address of all accounts."""
        return address("accounts:list", self.platform.slug)

    @property
    def low_url(self) -> str:
        """The address of those that run low."""
        return f"{self.list_url}?{urlencode({'low': 'yes'})}"

    @property
    def locked_url(self) -> str:
        """The address of those that are locked."""
        return f"{self.list_url}?{urlencode({'lock': str(LOCK), 'cancelled': 'no'})}"

    @property
    def table(self) -> Table:
        """The first of those that run low or are locked."""
        labels = (_("Account"), _("Available"), _("Used today"), _("State"))
        columns = [Column(key=label, label=label, kind="num" if at in {1, 2} else "") for at, label in enumerate(labels)]
        return Table(label=_("Accounts that need you"), columns=columns, rows=[self._row(row) for row in self.rows], pinned=False)

    def _row(self, row: Any) -> Row:
        url = linked("account", self.platform, row.account)
        name = format_html('{}<span class="landing-name">{}</span>', key_link(row.account, url), row.name)
        return Row([name, money(row.money + row.limit_money), money(row.today_consumption), _states(row)], url=url)


def _states(row: Any) -> SafeString:
    states = [badge("locked")] if row.lock_type == LOCK else []
    if row.spare <= 0:
        states.append(low_badge(row.money + row.limit_money))
    return format_html('<span class="landing-states">{}</span>', format_html_join("", "{}", ((each,) for each in states)))


def customers(actor: Actor, platforms: Sequence[Platform]) -> dict[int, Customers]:
    """Return somebody's sub-accounts by platform; two queries however many there are. Empty where they may not see what it takes."""
    visible = seen(actor, READ, INFO_CUSTOMER)
    if not actor.may(READ.right) or any(name not in visible for name in NEEDED):
        return {}
    rows = rows_of(actor, Account, platforms).exclude(own_accounts(actor, platforms)).annotate(spare=SPARE)
    first = _first(rows)
    return {
        each.pk: Customers(each, **counts, rows=[row for row in first if row.platform_id == each.pk])
        for each, counts in _counted(rows, platforms)
    }


def _counted(rows: QuerySet[Any], platforms: Sequence[Platform]) -> list[tuple[Platform, dict[str, int]]]:
    counts = {"count": Count("pk", filter=IN_USE), "low": Count("pk", filter=LOW), "locked": Count("pk", filter=LOCKED)}
    found = {each.pop("platform_id"): each for each in rows.order_by().values("platform_id").annotate(**counts)}
    return [(each, found.get(each.pk, {})) for each in platforms]


def _first(rows: QuerySet[Any]) -> list[Any]:
    """Return the first of each platform, those with least left first."""
    place = Window(RowNumber(), partition_by=F("platform_id"), order_by=[F("spare").asc(), F("pk").asc()])
    return list(rows.filter(LOW | LOCKED).annotate(place=place).filter(place__lte=MOST).order_by("place"))
