"""Suites, their orders and the suites in effect: sections 3.23 to 3.31 of the manual."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import (
    UNLIMITED_INT,
    UNLIMITED_LONG,
    Book,
    Format,
    Interface,
    Nature,
    Ordered,
    Resource,
    Scope,
    Text,
    Unit,
)
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.owners import OWNER_NAME, SUITE_OWNER_TYPE
from portal.vos3000.schema.words import Names, boolean, double, instant, integer, long_text, money, rows, section, text

RENT_TYPES: Names = {
    0: ("Days", "天"),
    1: ("Months", "月"),
    2: ("Years", "年"),
    3: ("Once (the period is then a number of seconds)", "一次性（周期改以秒计）"),
}
WHEN_POOR: Names = {
    0: ("Wait for the next recharge", "等到下一次充值"),
    1: ("Wait for the next rent period (daily and monthly rent only)", "等到下一周期（限按日、按月租用）"),
    2: ("Delete the order", "删除订单"),
}
_FORCE: Names = {0: ("Refuse while in use", "有依赖时拒绝"), 1: ("Delete and drop what depends on it", "连同依赖一并解除")}
_NEVER: Names = {UNLIMITED_LONG: ("Never", "永不失效")}
_AT_ONCE = {0: Text("Today, at once", "当日，立即")}

GIFT = Book(
    long_text(
        "prefix", "Area prefixes", "地区前缀", "Called areas the gift is for.", "赠送适用的被叫地区，可列多个。", format=Format.COMMA_LIST
    ),
    integer(
        "startTime",
        "From time of day",
        "每日起点",
        "Start of the daily window the gift is for.",
        "每天从此刻起可用赠送。",
        format=Format.SECOND_OF_DAY,
        low=0,
        high=86_400,
    ),
    integer(
        "endTime",
        "To time of day",
        "每日终点",
        "End of the daily window the gift is for.",
        "每天到此刻为止。",
        format=Format.SECOND_OF_DAY,
        low=0,
        high=86_400,
    ),
    integer("giftTime", "Free time", "赠送时长", "Talking time given for free.", "可免费通话的总量。", unit=Unit.SECONDS),
    integer(
        "billingTime",
        "Counting step",
        "计量步长",
        "Free time is used up in steps of this length.",
        "按此步长扣减免费通话时间。",
        unit=Unit.SECONDS,
    ),
    MEMO,
)
INFO_GIFT_TIME = GIFT.all("InfoGiftTime", required="prefix startTime endTime giftTime billingTime")

_RENT = section(
    "rent",
    "Rent",
    "租用",
    integer("rentPeriod", "Rent period", "租用周期", "How many units of the rent type one period has.", "一个周期含几个租用单位。", low=1),
    integer("rentType", "Rent type", "租用类型", "Unit of the rent period.", "周期所用的单位。", codes=RENT_TYPES),
    boolean(
        "nonholonomicOrder",
        "Partial periods",
        "非完整订阅",
        "Whether a suite may be ordered for part of a period.",
        "套餐能否只订购一个周期中的一部分。",
    ),
    money("rentFee", "Rent", "租金", "Charged once a period.", "每个周期收取一次。"),
)
_GIFTS = section(
    "gifts",
    "Gifts",
    "赠送",
    money("giftMoney", "Free money", "赠送金额", "Amount that comes with the suite.", "随套餐附送的款额。"),
    rows(
        "infoGiftTimes",
        "Free times",
        "赠送时长",
        INFO_GIFT_TIME,
        "Free talking time by area and time of day.",
        "按地区和时段给出的免费通话。",
    ),
)
_MIN = money("minConsumption", "Minimum spending", "最低消费", "A shortfall is charged afterwards.", "不足此数时事后补收差额。")
_LOWER = money(
    "lowerConsumption", "Takes effect from", "生效门槛", "Spending from which the suite takes effect.", "消费达到此数后套餐才起作用。"
)

_ID = integer("id", "Suite id", "套餐编号", "Given by the softswitch.", "由软交换分配。")
_ORDER_ID = integer("id", "Order id", "订单编号", "Given by the softswitch.", "由软交换分配。")

SUITE = Book(
    section(
        "suite",
        "Suite",
        "套餐",
        _ID,
        text("name", "Name", "名称", "What the suite is called.", "套餐的叫法。"),
        replace(MEMO, seen_by="see_memo"),
        integer("ids", "Suite ids", "套餐编号", "Leave out to read every suite.", "不填则读出全部。", many=True, ref="suite"),
        integer(
            "force", "If in use", "有依赖时", "What to do with orders that use it.", "如何对待仍在使用它的订单。", codes=_FORCE, default=0
        ),
    ),
    _RENT,
    section("spending", "Spending", "消费", _MIN, _LOWER),
    _GIFTS,
)
_TERMS = "name! rentPeriod! rentType! nonholonomicOrder! rentFee! minConsumption! lowerConsumption! giftMoney! infoGiftTimes memo"
INFO_SUITE = SUITE.pick("InfoSuite", f"id! {_TERMS}")

_SUITE_ID = integer("suiteId", "Suite", "套餐", "The suite that is ordered.", "所订购的套餐。", ref="suite")

ORDER = Book(
    section("owner", "Owner", "所有者", OWNER_NAME, SUITE_OWNER_TYPE),
    section(
        "order",
        "Order",
        "订单",
        _ORDER_ID,
        _SUITE_ID,
        instant(
            "availableTime",
            "Begins",
            "开始时间",
            "Midnight of the first day in the softswitch's zone.",
            "首日零点，按软交换所在时区计。",
        ),
        instant(
            "expireTime",
            "Ends",
            "结束时间",
            "Midnight of the day it ends, in the softswitch's zone.",
            "结束当日零点，按软交换所在时区计。",
            special=_NEVER,
        ),
        integer(
            "priority",
            "Priority",
            "优先级",
            "Order among several suites of one owner.",
            "同一所有者有多个套餐时的先后。",
            special={UNLIMITED_INT: ("None", "无优先级")},
        ),
        integer(
            "failedProcessMode",
            "If the balance is too low",
            "余额不足时",
            "What happens when the rent cannot be paid.",
            "付不起租金时怎么办。",
            codes=WHEN_POOR,
            default=0,
        ),
        double(
            "rentPercent",
            "Rent percent",
            "租金百分比",
            "Share of the rent that is charged.",
            "实际收取租金的比例。",
            unit=Unit.PERCENT,
            set_by="set_rent",
            staff=True,
        ),
        MEMO,
    ),
)
INFO_SUITE_ORDER = ORDER.pick("InfoSuiteOrder", "id! suiteId! availableTime! expireTime! priority! rentPercent! memo!")
_EXPIRE_NEW = instant(
    "expireTime",
    "Ends",
    "结束时间",
    "Left out it never ends; a one-time suite then ends when its seconds since the beginning are over.",
    "不填即长期有效；一次性套餐不填时，自开始起满其秒数即止。",
    special=_NEVER,
)

CURRENT = Book(
    section(
        "current",
        "Suite in effect",
        "生效套餐",
        integer("id", "Id in effect", "生效编号", "Given when an order took effect.", "订单生效时产生。"),
        _SUITE_ID,
        integer("suiteOrderId", "Order", "订单", "The order it came from.", "由哪一张订单而来。", ref="suite_order"),
        replace(MEMO, seen_by="see_memo"),
    ),
    _RENT,
    section(
        "use",
        "Use",
        "使用情况",
        instant("expireTime", "Ends", "结束时间", "When it stops being in effect.", "到此时刻不再起作用。", special=_NEVER),
        _MIN,
        money("currentConsumption", "Spent so far", "本期已消费", "Call charges of this period.", "本周期内的通话费用。", moves=True),
        _LOWER,
    ),
    _GIFTS,
)
INFO_CURRENT_SUITE = CURRENT.pick(
    "InfoCurrentSuite",
    "id! suiteId! suiteOrderId! rentPeriod! rentType! rentFee! expireTime! minConsumption! currentConsumption! lowerConsumption!"
    " giftMoney! infoGiftTimes memo",
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="suite",
        area="billing",
        title=Text("Suite", "套餐"),
        plural=Text("Suites", "套餐"),
        key="id",
        read="GetSuite",
        read_by="ids",
        rows="infoSuites",
        create="CreateSuite",
        delete="DeleteSuite",
        title_field="name",
    ),
    Resource(
        name="suite_order",
        area="billing",
        title=Text("Suite order", "套餐订单"),
        plural=Text("Suite orders", "套餐订单"),
        key="id",
        read="GetSuiteOrder",
        listed_by="ownerName",
        rows="infoSuiteOrders",
        create="CreateSuiteOrder",
        modify="ModifySuiteOrder",
        delete="DeleteSuiteOrder",
    ),
    Resource(
        name="current_suite",
        area="billing",
        title=Text("Suite in effect", "生效套餐"),
        plural=Text("Suites in effect", "生效套餐"),
        key="id",
        read="GetCurrentSuite",
        listed_by="ownerName",
        rows="infoCurrentSuites",
        delete="DeleteCurrentSuite",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateSuite",
        section="3.23",
        title=Text("Create a suite", "新建套餐"),
        help=Text("Adds a package of rent and gifts to the platform.", "在平台上增加一种含租金与赠送的套餐。"),
        nature=Nature.WRITE,
        area="billing",
        resource="suite",
        action="create",
        staff_only="A suite gives money and talking time away, to everybody who orders it.",
        request=SUITE.pick("CreateSuiteRequest", _TERMS),
        response=answer("CreateSuiteAnswer", _ID),
    ),
    Interface(
        name="DeleteSuite",
        section="3.24",
        title=Text("Delete a suite", "删除套餐"),
        help=Text("Removes a suite; with force also from everybody who has it.", "移除套餐；强制时连同所有使用者一并解除。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="billing",
        resource="suite",
        action="delete",
        staff_only="A suite is everybody's who ordered it.",
        request=SUITE.pick("DeleteSuiteRequest", "id! force"),
        response=OK,
    ),
    Interface(
        name="GetSuite",
        section="3.25",
        title=Text("Read suites", "查询套餐"),
        help=Text("Some suites by id, or all of them.", "按编号读取若干套餐，或读取全部。"),
        nature=Nature.READ,
        area="billing",
        resource="suite",
        action="read",
        scope=Scope(names={"ids": "suite"}, fill="ids", rows={"infoSuites": ("id", "suite")}),
        request=SUITE.pick("GetSuiteRequest", "ids"),
        response=answer("GetSuiteAnswer", rows("infoSuites", "Suites", "套餐", INFO_SUITE, "The suites found.", "查到的套餐。")),
    ),
    Interface(
        name="CreateSuiteOrder",
        section="3.26",
        title=Text("Order a suite", "订购套餐"),
        help=Text(
            "Gives an account or a phone a suite from a day on; a one-time suite takes effect at once and leaves no order.",
            "让账户或话机从某日起使用套餐；一次性套餐当即生效，不留订单。",
        ),
        nature=Nature.WRITE,
        area="billing",
        resource="suite_order",
        action="create",
        scope=Scope(names={"suiteId": "suite"}, owner_type="ownerType"),
        rules=(Ordered("availableTime", "expireTime"),),
        request=ORDER.pick(
            "CreateSuiteOrderRequest",
            "ownerName! ownerType! suiteId! availableTime! expireTime priority failedProcessMode rentPercent memo",
            availableTime=replace(ORDER.fields["availableTime"], special=_AT_ONCE),
            expireTime=_EXPIRE_NEW,
            rentPercent=replace(ORDER.fields["rentPercent"], default=100.0),
        ),
        response=answer("CreateSuiteOrderAnswer", _ORDER_ID),
    ),
    Interface(
        name="ModifySuiteOrder",
        section="3.27",
        title=Text("Change a suite order", "更改套餐订单"),
        help=Text("Changes the end, the priority or the rent of an order.", "改动订单的结束时间、优先级或租金。"),
        nature=Nature.WRITE,
        area="billing",
        resource="suite_order",
        action="modify",
        scope=Scope(names={"id": "suite_order"}),
        request=ORDER.pick("ModifySuiteOrderRequest", "id! expireTime priority failedProcessMode rentPercent memo"),
        response=OK,
    ),
    Interface(
        name="DeleteSuiteOrder",
        section="3.28",
        title=Text("Delete a suite order", "删除套餐订单"),
        help=Text("Takes back an order of an account or a phone.", "撤回账户或话机的一张订单。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="billing",
        resource="suite_order",
        action="delete",
        scope=Scope(names={"id": "suite_order"}),
        request=ORDER.pick("DeleteSuiteOrderRequest", "id!"),
        response=OK,
    ),
    Interface(
        name="GetSuiteOrder",
        section="3.29",
        title=Text("Read suite orders", "查询套餐订单"),
        help=Text("The suite orders of one account or phone.", "某一账户或话机名下的订单。"),
        nature=Nature.READ,
        area="billing",
        resource="suite_order",
        action="read",
        scope=Scope(owner_type="ownerType"),
        request=ORDER.pick("GetSuiteOrderRequest", "ownerName! ownerType!"),
        response=answer(
            "GetSuiteOrderAnswer",
            rows("infoSuiteOrders", "Orders", "套餐订单", INFO_SUITE_ORDER, "The orders of this owner.", "该所有者的各张订单。"),
        ),
    ),
    Interface(
        name="GetCurrentSuite",
        section="3.30",
        title=Text("Read suites in effect", "查询生效套餐"),
        help=Text("The suites now in effect for one account or phone.", "某一账户或话机眼下正在使用的套餐。"),
        nature=Nature.READ,
        area="billing",
        resource="current_suite",
        action="read",
        scope=Scope(owner_type="ownerType"),
        request=ORDER.pick("GetCurrentSuiteRequest", "ownerName! ownerType!"),
        response=answer(
            "GetCurrentSuiteAnswer",
            rows("infoCurrentSuites", "Suites in effect", "生效套餐", INFO_CURRENT_SUITE, "What is in effect.", "眼下正在生效的。"),
        ),
    ),
    Interface(
        name="DeleteCurrentSuite",
        section="3.31",
        title=Text("End a suite in effect", "删除生效套餐"),
        help=Text("Takes a suite in effect away from its owner.", "从所有者名下撤去正在生效的套餐。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="billing",
        resource="current_suite",
        action="delete",
        scope=Scope(names={"id": "current_suite"}),
        request=CURRENT.pick("DeleteCurrentSuiteRequest", "id!"),
        response=OK,
    ),
)
