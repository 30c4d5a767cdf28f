"""Rate groups and the rates in them: sections 3.40 to 3.44 of the manual."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import Book, Interface, Nature, Resource, Scope, Text, Unit
from portal.vos3000.schema.common import CALL_LEVEL, LOCKED_OR_NOT, MEMO, OK, answer
from portal.vos3000.schema.words import integer, money, rows, section, text

GROUP = Book(
    text("name", "Name", "名称", "The rate group's name is its key.", "费率组以名称作为标识。"),
    integer(
        "fakeMinute",
        "Announced minute",
        "电话卡等效分钟",
        "Seconds that a phone card is told are one minute; the softswitch never shows it again.",
        "对电话卡报作一分钟的秒数；软交换此后不再显示。",
        unit=Unit.SECONDS,
    ),
    replace(MEMO, seen_by="see_memo"),
    text("names", "Rate groups", "费率组", "Leave out to read all of them.", "不填则读出全部。", many=True, ref="rate_group"),
)
INFO_FEE_RATE_GROUP = GROUP.pick("InfoFeeRateGroup", "name! memo!")

STEP = Book(
    money("fee", "Charge", "费用", "Charged for this step.", "本段收取的数额。"),
    integer("time", "Length", "时长", "How long this step lasts.", "本段持续多久。", unit=Unit.SECONDS),
    integer("position", "Position", "次序", "Place of the step in the call.", "本段在通话中的先后。"),
)
INFO_FEE_RATE_SECTION = STEP.all("InfoFeeRateSection", required="fee time position")

RATE = Book(
    section(
        "where",
        "Where it holds",
        "适用范围",
        text("feePrefix", "Rate prefix", "费率前缀", "Called numbers that begin so use this rate.", "以此开头的被叫号码用这条费率。"),
        text("areaCode", "Area prefix", "地区前缀", "The area the rate belongs to.", "费率归属的地区。"),
        text("areaName", "Area", "地区名称", "The readable name of the area.", "便于辨认的地区称呼。"),
        integer("type", "Call level", "通话级别", "How calls at this rate are classed.", "按此费率的通话归为哪一级。", codes=CALL_LEVEL),
        integer("lockType", "Lock", "锁定", "Whether the rate is locked.", "标明此费率是否已锁。", codes=LOCKED_OR_NOT),
    ),
    section(
        "price",
        "Price",
        "价格",
        rows(
            "infoFeeRateSections",
            "Rate steps",
            "分段费率",
            INFO_FEE_RATE_SECTION,
            "Charges of their own for the steps of a call, in order.",
            "通话各段另有收费，按次序适用。",
        ),
        money("fee", "Rate", "费率", "Charged for each billing period.", "每个计费周期收取的数额。"),
        integer("period", "Billing period", "计费周期", "Calls are charged in whole periods.", "通话按整周期收取。", unit=Unit.SECONDS),
        money(
            "ivrFee",
            "Announced rate",
            "电话卡提示费率",
            "What phone cards are told, not what is charged.",
            "报给电话卡用户听的费率，并非实收。",
        ),
        integer(
            "ivrPeriod",
            "Announced period",
            "电话卡提示周期",
            "Period that goes with the announced rate.",
            "与播报费率配套的周期。",
            unit=Unit.SECONDS,
        ),
    ),
)
INFO_FEE_RATE = RATE.pick(
    "InfoFeeRate", "feePrefix! areaCode! type! areaName! infoFeeRateSections! fee! period! lockType! ivrFee! ivrPeriod!"
)

ASK = Book(
    text("feeRateGroup", "Rate group", "费率组", "The group whose rates are read.", "要读取哪个组的费率。", ref="rate_group"),
    text(
        "areaCodes", "Area prefixes", "地区前缀", "Only rates of these areas; leave out for all.", "只看这些地区；不填即全部。", many=True
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="rate_group",
        area="billing",
        title=Text("Rate group", "费率组"),
        plural=Text("Rate groups", "费率组"),
        key="name",
        read="GetFeeRateGroup",
        read_by="names",
        rows="infoFeeRateGroups",
        create="CreateFeeRateGroup",
        modify="ModifyFeeRateGroup",
        delete="DeleteFeeRateGroup",
        title_field="name",
    ),
    Resource(
        name="rate",
        area="billing",
        title=Text("Rate", "费率"),
        plural=Text("Rates", "费率"),
        key="feePrefix",
        read="GetFeeRate",
        rows="infoFeeRates",
        title_field="areaName",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetFeeRateGroup",
        section="3.40",
        title=Text("Read rate groups", "查询费率组"),
        help=Text("Some rate groups by name, or all of them.", "按名称读取若干费率组，或读取全部。"),
        nature=Nature.READ,
        area="billing",
        resource="rate_group",
        action="read",
        scope=Scope(names={"names": "rate_group"}, fill="names", rows={"infoFeeRateGroups": ("name", "rate_group")}),
        request=GROUP.pick("GetFeeRateGroupRequest", "names"),
        response=answer(
            "GetFeeRateGroupAnswer",
            rows("infoFeeRateGroups", "Rate groups", "费率组", INFO_FEE_RATE_GROUP, "The groups found.", "查到的费率组。"),
        ),
    ),
    Interface(
        name="CreateFeeRateGroup",
        section="3.41",
        title=Text("Create a rate group", "新建费率组"),
        help=Text("Adds an empty group; rates are put in with the softswitch's own client.", "新增空组；费率须用软交换自带客户端录入。"),
        nature=Nature.WRITE,
        area="billing",
        resource="rate_group",
        action="create",
        staff_only="Prices are the operator's.",
        request=GROUP.pick("CreateFeeRateGroupRequest", "name! fakeMinute memo"),
        response=OK,
    ),
    Interface(
        name="ModifyFeeRateGroup",
        section="3.42",
        title=Text("Change a rate group", "更改费率组"),
        help=Text("Changes the announced minute or the memo, not the rates.", "只改等效分钟与备注，不涉及费率。"),
        nature=Nature.WRITE,
        area="billing",
        resource="rate_group",
        action="modify",
        staff_only="Prices are the operator's.",
        request=GROUP.pick("ModifyFeeRateGroupRequest", "name! fakeMinute memo"),
        response=OK,
    ),
    Interface(
        name="DeleteFeeRateGroup",
        section="3.43",
        title=Text("Delete a rate group", "删除费率组"),
        help=Text("Removes a rate group by its name.", "按名称移除一个费率组。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="billing",
        resource="rate_group",
        action="delete",
        staff_only="Prices are the operator's.",
        request=GROUP.pick("DeleteFeeRateGroupRequest", "name!"),
        response=OK,
    ),
    Interface(
        name="GetFeeRate",
        section="3.44",
        title=Text("Read rates", "查询费率"),
        help=Text("The rates of one group, all or by area.", "某一费率组的费率，可限定地区。"),
        nature=Nature.READ,
        area="billing",
        resource="rate",
        action="read",
        scope=Scope(names={"feeRateGroup": "rate_group"}),
        request=ASK.pick("GetFeeRateRequest", "feeRateGroup! areaCodes"),
        response=answer("GetFeeRateAnswer", rows("infoFeeRates", "Rates", "费率", INFO_FEE_RATE, "The rates found.", "查到的费率。")),
    ),
)
