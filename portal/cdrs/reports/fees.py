"""The softswitch's own fee reports, by account, phone and area, beside the same sums from the calls that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.cdrs.datasets import ACCOUNT_FEES, AREA_FEES, CDRS, PHONE_FEES
from portal.cdrs.reports.asked import Asked
from portal.cdrs.reports.base import Column, Counted, Drawn, Kind, Report, counted_by
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.comparing import CALLED_PAYS, Fees
from portal.vos3000.schema.base import Text

PART = Text("Fees", "费用")
BY_ACCOUNT = {"account": Text("By account", "按账户"), "all": Text("All accounts together", "全部账户合计")}
_E164 = Column(name="e164", title=Text("Phone", "话机"), kind=Kind.PHONE)
_SIDE = Column(
    name="calleeBilling", title=Text("Billed side", "计费方式"), kind=Kind.CODE, codes=PHONE_FEES.by_name["calleeBilling"].field.codes
)
_AREA = Column(name="areaCode", title=Text("Area prefix", "地区前缀"))
_AREA_NAME = Column(name="areaName", title=Text("Area", "地区名称"))


def _over_time(asked: Asked, otherwise: str) -> Drawn | None:
    by = otherwise if asked.period is Period.WHOLE else "first"
    return Drawn(kind="bars", by=by, values=("totalFee",)) if by else None


def _of_a_phone(_asked: Asked, line: Mapping[str, Any]) -> Counted:
    """Return which calls a line of a phone counts: the side that pays is the one that the phone was on."""
    number = "calleeE164" if line["calleeBilling"] == CALLED_PAYS else "callerE164"
    return Counted({"account": line["account"], number: line["e164"], "calleeBilling": line["calleeBilling"]})


_OF_ACCOUNT, _OF_PHONE = Fees(ACCOUNT_FEES), Fees(PHONE_FEES, (_E164, _SIDE))
_OF_AREA = Fees(AREA_FEES, (_AREA, _AREA_NAME), compares=False)
BESIDE = Text(
    "Calls are counted on the day of the platform's clock on which the platform itself counts them.",
    "通话按平台自身归属的日期（平台时区）计入。",
)
NO_AREAS = Text(
    "Areas are not compared with CDRs: a CDR names the prefix of its rate, which need not be that of an area. What accounts spent in all is"
    " compared by account.",
    "地区费用不与话单对照：话单只记录计费前缀，未必等同于地区前缀。各账户的总费用可在按账户报表中对照。",
)

REPORTS = (
    Report(
        name="by-account",
        title=Text("By account", "按账户"),
        help=Text("What accounts spent, beside what their CDRs add up to.", "各账户的花费，并与其话单累加结果对照。"),
        icon="users",
        part=PART,
        datasets=(ACCOUNT_FEES, CDRS),
        columns=_OF_ACCOUNT.columns,
        make=_OF_ACCOUNT.make,
        order=("first", "account"),
        drawn=lambda asked: _over_time(asked, "" if asked.group == "all" else "account"),
        groups=BY_ACCOUNT,
        compared=True,
        detailed=True,
        about=(BESIDE,),
        counted=counted_by("account"),
    ),
    Report(
        name="by-phone",
        title=Text("By phone", "按话机"),
        help=Text("What phones spent, beside what their CDRs add up to.", "各话机的花费，并与其话单累加结果对照。"),
        icon="phone",
        part=PART,
        datasets=(PHONE_FEES, CDRS),
        columns=_OF_PHONE.columns,
        make=_OF_PHONE.make,
        order=("first", "account", "e164", "calleeBilling"),
        drawn=lambda asked: _over_time(asked, "e164"),
        compared=True,
        detailed=True,
        about=(BESIDE,),
        counted=_of_a_phone,
    ),
    Report(
        name="by-area",
        title=Text("By area", "按地区"),
        help=Text("What was spent on calls to which area.", "拨往各地区的花费。"),
        icon="map-pin",
        part=PART,
        datasets=(AREA_FEES,),
        columns=_OF_AREA.columns,
        make=_OF_AREA.make,
        order=("first", "areaCode", "account"),
        drawn=lambda asked: _over_time(asked, "areaCode"),
        groups=BY_ACCOUNT,
        about=(NO_AREAS,),
    ),
)
