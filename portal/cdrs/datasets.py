"""What is kept of the past: CDRs, reports, payments and charges, each declared from the interface that tells it.

The columns of a dataset are the fields of the rows that its interface answers. A column's name is the field's wire name, everywhere:
in the files, in conditions, in exports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from portal.vos3000.schema.base import Field, Format, Interface, Kind, Struct, Text
from portal.vos3000.schema.registry import INTERFACES

#: Money of a call has ten digits before the point and eight behind it: what is added up fast.
CALL_MONEY = "DECIMAL(18,8)"
#: Money of sums and balances has sixteen before it.
MONEY = "DECIMAL(24,8)"
WHOLE = "BIGINT"
_TEXTS = frozenset({Kind.STRING, Kind.LONG_STRING, Kind.HEX})
#: A call may have begun so many days before it ended.
LONGEST_CALL_DAYS = 2
_TYPES: Mapping[Kind, str] = {
    Kind.STRING: "VARCHAR",
    Kind.LONG_STRING: "VARCHAR",
    Kind.HEX: "VARCHAR",
    Kind.INT32: WHOLE,
    Kind.INT64: WHOLE,
    Kind.BOOLEAN: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the declared field behind it, and its type in the files."""

    field: Field
    sql_type: str

    @property
    def name(self) -> str:
        """The field's wire name."""
        return self.field.name

    @property
    def sql(self) -> str:
        """The name as SQL reads it."""
        return f'"{self.name}"'

    @property
    def spellings(self) -> tuple[str, ...]:
        """The names under which softswitches tell it."""
        return (self.name, *self.field.other_names)

    def is_text(self) -> bool:
        """Tell whether it holds texts."""
        return self.field.kind in _TEXTS

    def is_moment(self) -> bool:
        """Tell whether it holds instants."""
        return self.field.format is Format.EPOCH_MS


@dataclass(frozen=True, slots=True)
class Sum:
    """What the rows come to: an aggregate as SQL that can be added up file by file, and the columns that it needs."""

    sql: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One kind of rows that is kept by platform and day; ``title`` is what its rows are called.

    ``time`` is the column whose instant (epoch milliseconds) says which day of the platform a row is of. ``key`` names the columns
    by which a row is known again, the newest telling wins; a dataset without one is told whole for an account and a day, and a new
    telling takes the place of the old one. ``names`` is the request field that takes accounts, ``many`` whether it takes several.
    ``fixed`` are values that go with every request. ``amount`` is the column of what the account itself is charged or pays. ``order`` sorts
    the rows in a file. ``sums`` are noted of every file.
    """

    name: str
    title: Text
    interface: Interface
    time: str
    names: str
    many: bool
    key: tuple[str, ...] = ()
    fixed: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    money: str = MONEY
    amount: str = "totalFee"
    sums: Mapping[str, Sum] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def rows(self) -> str:
        """The list of the answer that holds the rows."""
        return self._list.name

    @property
    def struct(self) -> Struct:
        """The shape of a row."""
        assert self._list.struct is not None  # noqa: S101 - such a list is chosen
        return self._list.struct

    @cached_property
    def _list(self) -> Field:
        return next(each for each in self.interface.response if each.many and each.struct is not None)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order of the declaration."""
        return tuple(Column(each, self.money if each.kind is Kind.DOUBLE else _TYPES[each.kind]) for each in self.struct)

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns by name."""
        return MappingProxyType({each.name: each for each in self.columns})

    @property
    def strict(self) -> frozenset[str]:
        """The columns of which a row must tell nothing that cannot be read: whose it is, when, which, and how much."""
        return frozenset({"account", self.time, self.amount, *self.key})

    @property
    def order(self) -> str:
        """How the rows of a file are sorted, as SQL."""
        return f'"account", "{self.time}"'

    @property
    def by_moment(self) -> bool:
        """Whether its interface is asked by moments; else by days."""
        return self.interface.request["beginTime"].format is Format.MOMENT


_OF_AGENTS = "FILTER (\"agentAccount\" <> '')"
_OF_BOTH = 'FILTER ("agentAccount" <> \'\' AND "fee" IS NOT NULL AND "agentFee" IS NOT NULL)'
_CALL_SUMS = MappingProxyType(
    {
        "calls": Sum("count(*)"),
        "answered": Sum('count(*) FILTER ("holdTime" > 0)', ("holdTime",)),
        "talk_s": Sum('coalesce(CAST(sum("holdTime") AS BIGINT), 0)', ("holdTime",)),
        "billed_s": Sum('coalesce(CAST(sum("feeTime") AS BIGINT), 0)', ("feeTime",)),
        "fee": Sum('coalesce(sum("fee"), 0)', ("fee",)),
        "agent_fee": Sum(f'sum("agentFee") {_OF_AGENTS}', ("agentFee", "agentAccount")),
        "margin": Sum(f'sum("fee") {_OF_BOTH} - sum("agentFee") {_OF_BOTH}', ("fee", "agentFee", "agentAccount")),
    }
)
CDRS = Dataset(
    name="cdrs",
    title=Text("CDRs", "话单"),
    interface=INTERFACES["GetCdr"],
    time="start",
    names="accounts",
    many=True,
    key=("flowNo",),
    money=CALL_MONEY,
    amount="fee",
    sums=_CALL_SUMS,
)
_BY_DAY: Mapping[str, object] = MappingProxyType({"period": 1})
ACCOUNT_FEES = Dataset(
    name="account-fees",
    title=Text("Charges by account", "账户费用"),
    interface=INTERFACES["GetReportCustomerFee"],
    time="beginTime",
    names="accounts",
    many=True,
    fixed=_BY_DAY,
)
PHONE_FEES = Dataset(
    name="phone-fees",
    title=Text("Charges by phone", "话机费用"),
    interface=INTERFACES["GetReportPhoneFee"],
    time="beginTime",
    names="account",
    many=False,
    fixed=_BY_DAY,
)
AREA_FEES = Dataset(
    name="area-fees",
    title=Text("Charges by area", "地区费用"),
    interface=INTERFACES["GetReportCustomerLocationFee"],
    time="beginTime",
    names="account",
    many=False,
    fixed=_BY_DAY,
)
PAYMENTS = Dataset(
    name="payments",
    title=Text("Payments", "缴费"),
    interface=INTERFACES["GetPayHistory"],
    time="payTime",
    names="account",
    many=False,
    amount="fee",
)
CHARGES = Dataset(
    name="charges",
    title=Text("Other charges", "其他扣费"),
    interface=INTERFACES["GetConsumption"],
    time="time",
    names="account",
    many=False,
    amount="money",
)

DATASETS: Mapping[str, Dataset] = MappingProxyType(
    {each.name: each for each in (CDRS, ACCOUNT_FEES, PHONE_FEES, AREA_FEES, PAYMENTS, CHARGES)}
)
