"""What is listed of accounts and phones, and what may be asked of the lists."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.rights import Own
from portal.directory.models import Account, Phone
from portal.ui.listing.columns import PLATFORM, Column, Look, columns_for
from portal.ui.listing.filters import Below, Coded, Equals, YesNo
from portal.ui.resources import ResourcePage
from portal.vos3000.schema.registry import RESOURCES

#: Accounts in use that have no more left, their credit counted, than they spent today already.
RUNS_LOW = ~Q(canceled=True) & Q(money__lte=F("today_consumption") - F("limit_money"))

_account = columns_for(RESOURCES["account"], Account)
_phone = columns_for(RESOURCES["phone"], Phone)

ACCOUNT_TYPE = _account("type", first=False)
ACCOUNT_LOCK = _account("lockType", badges={0: "", 1: "locked"})
CANCELLED = _account("canceled", badges={False: "", None: "", True: "cancelled"})
CATEGORY = _account("category", badges={0: "", 1: "agent"}, first=False)
AGENT = _account("agentAccount")
BALANCE = _account("money", sorts=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsLow(YesNo):
    """Accounts that run low, or that do not."""

    def condition(self, asked: str) -> Q:
        """Compare what is left with what was spent today."""
        YesNo.condition(self, asked)
        return RUNS_LOW if asked == "yes" else ~RUNS_LOW


ACCOUNTS = ResourcePage(
    resource=RESOURCES["account"],
    mirror=Account,
    columns=(
        _account("account", sorts=True),
        _account("name", sorts=True, wide=True),
        PLATFORM,
        ACCOUNT_LOCK,
        CANCELLED,
        BALANCE,
        _account("limitMoney"),
        _account("todayConsumption", sorts=True, first=False),
        AGENT,
        ACCOUNT_TYPE,
        CATEGORY,
        _account("feeRateGroup", first=False),
        _account("startTime", first=False),
        _account("validTime", first=False),
        _account("memo", first=False, wide=True),
    ),
    filters=(
        Equals(name="agent", column=AGENT),
        Coded(name="type", column=ACCOUNT_TYPE),
        Coded(name="lock", column=ACCOUNT_LOCK),
        YesNo(name="cancelled", column=CANCELLED),
        Below(name="below", column=BALANCE, label=_("Balance below")),
        RunsLow(name="low", column=BALANCE, label=_("Runs low")),
    ),
    sort="account",
    create_url_name="accounts:account-create",
    icon="users",
    read_at="accounts_at",
    export_right=Own.EXPORT_ACCOUNTS,
)

OWNER = _phone("account", sorts=True)
PHONE_LOCK = _phone("lockType", badges={0: "", 1: "locked-out", 2: "locked-in", 3: "locked"})
ONLINE = Column(name="online", attribute="online", label=_("Online"), look=Look.BADGE, badges={True: "online", False: "offline", None: ""})

PHONES = ResourcePage(
    resource=RESOURCES["phone"],
    mirror=Phone,
    columns=(
        _phone("e164", sorts=True),
        PLATFORM,
        OWNER,
        ONLINE,
        PHONE_LOCK,
        _phone("displayNumber", sorts=True),
        _phone("callLevel", first=False),
        _phone("lineCapacity"),
        _phone("feerateGroup", first=False),
        _phone("monthlyRentFee", first=False),
        _phone("memo", first=False, wide=True),
    ),
    filters=(
        Equals(name="account", column=OWNER),
        YesNo(name="online", column=ONLINE, yes=_("Online"), no=_("Offline")),
        Coded(name="lock", column=PHONE_LOCK),
    ),
    sort="e164",
    create_url_name="accounts:phone-create",
    icon="phone",
    read_at="phones_at",
    export_right=Own.EXPORT_PHONES,
)
