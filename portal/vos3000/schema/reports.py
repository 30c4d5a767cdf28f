"""Reports of what accounts, phones and areas spent: sections 3.48 to 3.50 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.accounts import ACCOUNTS, PHONES
from portal.vos3000.schema.base import Backend, Book, Field, Format, Interface, Nature, Ordered, Resource, Scope, Text, Unit
from portal.vos3000.schema.cdrs import BILLED_SIDE
from portal.vos3000.schema.common import answer
from portal.vos3000.schema.owners import ACCOUNT, ACCOUNT_NAME, AGENT_ACCOUNT, FIRST_DAY, LAST_DAY
from portal.vos3000.schema.words import big, instant, integer, money, rows, section, text

ASK = Book(
    ACCOUNTS,
    ACCOUNT,
    PHONES,
    text("areaCode", "Area prefix", "地区前缀", "Only this area; leave out for all.", "只看此地区；不填即全部。"),
    integer(
        "period",
        "Days a row",
        "每行天数",
        "How many days one row covers.",
        "结果中一行涵盖几天。",
        unit=Unit.DAYS,
        special={-2: ("By month", "按月")},
    ),
    FIRST_DAY,
    LAST_DAY,
)


def _level(name: str, en: str, zh: str) -> tuple[Field, ...]:
    """Return charge, billed time and number of the calls of one call level."""
    return (
        money(f"{name}Fee", f"{en}: charge", f"{zh}费用", "Charged for calls of this level.", "此级通话的收费。"),
        big(f"{name}Time", f"{en}: time", f"{zh}计费时长", "Billed time of this level.", "此级通话收费的时间。", unit=Unit.SECONDS),
        integer(f"{name}Count", f"{en}: calls", f"{zh}次数", "How many calls of this level.", "此级通话共几次。", unit=Unit.CALLS),
    )


REPORT = Book(
    section(
        "what",
        "Period and subject",
        "时段与对象",
        instant("beginTime", "From", "起始", "Where the row's period begins.", "本行时段从此开始。"),
        instant("endTime", "To", "终止", "Where the row's period ends.", "本行时段到此为止。"),
        text("e164", "Phone", "话机", "The phone that was billed.", "被计费的话机。", format=Format.NUMBER, ref="phone"),
        integer("calleeBilling", "Billed side", "计费方式", "Who paid for the calls.", "通话由哪一方付费。", codes=BILLED_SIDE),
        text("areaCode", "Area prefix", "地区前缀", "The area that was called.", "被叫所在地区。"),
        text("areaName", "Area", "地区名称", "The readable name of the area.", "便于辨认的地区称呼。"),
        ACCOUNT,
        ACCOUNT_NAME,
        AGENT_ACCOUNT,
    ),
    section(
        "total",
        "Totals",
        "合计",
        big("cdrCount", "CDRs", "话单数", "How many CDRs were counted.", "计入的话单共几张。", unit=Unit.CALLS),
        money("totalFee", "Charge", "费用", "All charges of the row.", "本行全部收费。"),
        big("totalTime", "Billed time", "计费时长", "All billed time of the row.", "本行全部收费的时间。", unit=Unit.SECONDS),
        money("totalSuiteFee", "Suite charge", "套餐费用", "The part that fell to suites.", "落在套餐上的数额。"),
        big("totalSuiteFeeTime", "Suite time", "套餐时长", "Free time that was used.", "用去的免费通话时间。", unit=Unit.SECONDS),
    ),
    section("net", "On-net calls", "网内通话", *_level("net", "On-net", "网内")),
    section("local", "Local calls", "本地通话", *_level("local", "Local", "本地")),
    section("domestic", "Domestic calls", "国内长途", *_level("domestic", "Domestic", "国内")),
    section("international", "International calls", "国际长途", *_level("international", "International", "国际")),
)
_TOTALS = "cdrCount! totalFee! totalTime! totalSuiteFee! totalSuiteFeeTime!"
_LEVELS = (
    "netFee! netTime! netCount! localFee! localTime! localCount! domesticFee! domesticTime! domesticCount!"
    " internationalFee! internationalTime! internationalCount!"
)
INFO_REPORT_CUSTOMER_FEE = REPORT.pick("InfoReportCustomerFee", f"beginTime! endTime! account! accountName! {_TOTALS} {_LEVELS}")
INFO_REPORT_PHONE_FEE = REPORT.pick(
    "InfoReportPhoneFee", f"beginTime! endTime! e164! calleeBilling! account! accountName! agentAccount! {_TOTALS} {_LEVELS}"
)
INFO_REPORT_CUSTOMER_LOCATION_FEE = REPORT.pick(
    "InfoReportCustomerLocationFee", f"beginTime! endTime! areaCode! areaName! account! accountName! agentAccount! {_TOTALS}"
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="report",
        area="billing",
        title=Text("Report", "报表"),
        plural=Text("Reports", "报表"),
        key="account",
        read="GetReportCustomerFee",
        read_by="accounts",
        rows="infoReportCustomerFees",
        owner="account",
        title_field="accountName",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetReportCustomerFee",
        section="3.48",
        title=Text("Report by account", "账户明细报表"),
        help=Text("What accounts spent, by period and call level.", "各账户分时段、分级别的花费。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="billing",
        resource="report",
        action="read",
        scope=Scope(
            names={"accounts": "account"},
            fill="accounts",
            rows={"infoReportCustomerFees": ("account", "account")},
            times={"infoReportCustomerFees": ("beginTime", "endTime")},
        ),
        rules=(Ordered("beginTime", "endTime"),),
        request=ASK.pick("GetReportCustomerFeeRequest", "accounts! period! beginTime! endTime!"),
        response=answer(
            "GetReportCustomerFeeAnswer",
            rows(
                "infoReportCustomerFees",
                "Accounts",
                "账户花费",
                INFO_REPORT_CUSTOMER_FEE,
                "One row for each account and period.",
                "每个账户每个时段一行。",
            ),
        ),
    ),
    Interface(
        name="GetReportPhoneFee",
        section="3.49",
        title=Text("Report by phone", "话机明细报表"),
        help=Text("What the phones of an account spent.", "一个账户名下各话机的花费。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="billing",
        resource="report",
        action="read",
        scope=Scope(
            names={"account": "account", "e164s": "phone"},
            rows={"infoReportPhoneFees": ("account", "account")},
            times={"infoReportPhoneFees": ("beginTime", "endTime")},
        ),
        rules=(Ordered("beginTime", "endTime"),),
        request=ASK.pick("GetReportPhoneFeeRequest", "account! e164s period! beginTime! endTime!"),
        response=answer(
            "GetReportPhoneFeeAnswer",
            rows(
                "infoReportPhoneFees",
                "Phones",
                "话机花费",
                INFO_REPORT_PHONE_FEE,
                "One row for each phone, billed side and period.",
                "每部话机按计费方式与时段各一行。",
            ),
        ),
    ),
    Interface(
        name="GetReportCustomerLocationFee",
        section="3.50",
        title=Text("Report by area", "账户地区明细报表"),
        help=Text("What an account spent by area called.", "一个账户按被叫地区的花费。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="billing",
        resource="report",
        action="read",
        scope=Scope(
            names={"account": "account"},
            rows={"infoReportCustomerLocationFees": ("account", "account")},
            times={"infoReportCustomerLocationFees": ("beginTime", "endTime")},
        ),
        rules=(Ordered("beginTime", "endTime"),),
        request=ASK.pick("GetReportCustomerLocationFeeRequest", "account! areaCode period! beginTime! endTime!"),
        response=answer(
            "GetReportCustomerLocationFeeAnswer",
            rows(
                "infoReportCustomerLocationFees",
                "Areas",
                "地区花费",
                INFO_REPORT_CUSTOMER_LOCATION_FEE,
                "One row for each area and period.",
                "每个地区每个时段一行。",
            ),
        ),
    ),
)
