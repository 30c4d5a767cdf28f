"""Payments and other charges: sections 3.22, 3.46, 3.58 and 3.64 of the manual."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import AtLeastOne, Backend, Book, Format, Interface, Nature, Ordered, Resource, Scope, Text
from portal.vos3000.schema.common import MEMO, answer
from portal.vos3000.schema.owners import ACCOUNT, AGENT_ACCOUNT, OWNER_NAME, PAY_OWNER_TYPE
from portal.vos3000.schema.words import Names, instant, integer, money, part, rows, section, text

PAYMENT_TYPES: Names = {
    0: ("Recharge", "充值"),
    1: ("Deduction", "扣款"),
    2: ("Opening balance", "开户"),
    3: ("Set to zero", "归零"),
}
PAYMENT_WAYS: Names = {0: ("Cash", "现金"), 2: ("Recharge card", "充值卡"), 5: ("Other", "其他")}
CONSUMPTION_TYPES: Names = {
    0: ("Suite rent", "套餐租金"),
    1: ("Phone monthly rent", "话机月租"),
    2: ("Phone minimum shortfall", "话机最低消费补差"),
    3: ("Suite minimum shortfall", "套餐最低消费补差"),
}

PAY = Book(
    section(
        "owner",
        "Who is paid to",
        "充值对象",
        OWNER_NAME,
        PAY_OWNER_TYPE,
    ),
    section(
        "payment",
        "Payment",
        "款项",
        money("money", "Amount", "金额", "A negative amount takes money away.", "填负数即为扣款。"),
        text("pin", "Card number", "卡号", "The recharge card that is used up by this.", "本次将用掉的充值卡。", secret=True),
        text(
            "password",
            "Card password",
            "卡密码",
            "Left out, the softswitch trusts the card number alone.",
            "留空时软交换只认卡号，不再核对密码。",
            secret=True,
        ),
        MEMO,
    ),
)

RECEIPT = Book(
    ACCOUNT,
    money("money", "Balance", "余额", "The account's balance once this was booked.", "入账之后账户上的数额。", moves=True),
    instant("validTime", "Valid until", "有效期至", "When the account stops being valid.", "到此时刻账户不再有效。"),
    money("payMoney", "Amount booked", "入账金额", "What this payment added or took.", "这一笔增加或减少的数额。"),
)
INFO_PAY = RECEIPT.all("InfoPay", required="account money validTime payMoney")

ASK = Book(
    replace(ACCOUNT, help=Text("One account; needed where no agent is given.", "单个账户；未填代理商时必填。")),
    replace(AGENT_ACCOUNT, help=Text("Asks by agent; needed where no account is given.", "按代理商查询；未填账户时必填。")),
    text(
        "beginTime",
        "From",
        "起始时刻",
        "First moment asked for, in the softswitch's zone.",
        "查询的最早时刻，按软交换所在时区计。",
        format=Format.MOMENT,
    ),
    text(
        "endTime",
        "To",
        "截止时刻",
        "Last moment asked for, in the softswitch's zone.",
        "查询的最晚时刻，按软交换所在时区计。",
        format=Format.MOMENT,
    ),
)
_ASKED = "account agentAccount beginTime! endTime!"
_ASK_RULES = (AtLeastOne(("account", "agentAccount")), Ordered("beginTime", "endTime"))
_ASK_NAMES = {"account": "account", "agentAccount": "account"}

HISTORY = Book(
    ACCOUNT,
    money("fee", "Amount", "金额", "What was booked.", "本笔记账的数额。"),
    integer("type", "Type", "类型", "What kind of booking it was.", "记账属于哪一种。", codes=PAYMENT_TYPES),
    integer("payType", "Way of payment", "付款方式", "How the money came in.", "款项以何种途径到账。", codes=PAYMENT_WAYS),
    money("customerMoney", "Balance after", "入账后余额", "The account's balance right after.", "记账完成那一刻的账户数额。"),
    instant("payTime", "Booked at", "入账时间", "When the softswitch booked it.", "软交换记下这一笔的时刻。"),
    MEMO,
)
INFO_PAY_HISTORY = HISTORY.all("InfoPayHistory", required="account fee type payType customerMoney payTime memo")

CHARGE = Book(
    ACCOUNT,
    money("money", "Amount", "金额", "What was charged.", "本笔收取的数额。"),
    money("customerMoney", "Balance after", "扣款后余额", "The account's balance right after.", "收取之后的账户数额。"),
    integer("type", "Type", "类型", "What the charge was for.", "因何种原因收取。", codes=CONSUMPTION_TYPES),
    text("consumptionName", "Source", "来源", "The suite or phone that was charged for.", "收费所针对的套餐或话机。"),
    instant("time", "Charged at", "收取时间", "When it was charged.", "收取发生的时刻。"),
)
INFO_CONSUMPTION = CHARGE.all("InfoConsumption", required="account money customerMoney type consumptionName time")

_RECEIPT_PART = part("infoPay", "Receipt", "入账回执", INFO_PAY, "What the softswitch booked.", "软交换记账的结果。")

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="payment",
        area="billing",
        title=Text("Payment", "缴费"),
        plural=Text("Payments", "缴费记录"),
        key="payTime",
        read="GetPayHistory",
        rows="infoPayHistorys",
        owner="account",
        title_field="memo",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="Pay",
        section="3.22",
        title=Text("Recharge", "充值"),
        help=Text(
            "Adds money to an account or takes it away; the softswitch knows no request id, so it is never sent twice.",
            "给账户增减款项；软交换不识别请求编号，因此绝不重复发送。",
        ),
        nature=Nature.MONEY,
        area="billing",
        resource="payment",
        action="pay",
        scope=Scope(owner_type="ownerType"),
        reference="memo",
        request=PAY.pick("PayRequest", "ownerName! ownerType! money! memo"),
        response=answer("PayAnswer", _RECEIPT_PART),
    ),
    Interface(
        name="GetPayHistory",
        section="3.46",
        title=Text("Payment history", "缴费记录"),
        help=Text("What was paid in and taken out over a period.", "某段时间内的入账与扣款。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="billing",
        resource="payment",
        action="read",
        scope=Scope(names=_ASK_NAMES, rows={"infoPayHistorys": ("account", "account")}, times={"infoPayHistorys": ("payTime",)}),
        rules=_ASK_RULES,
        request=ASK.pick("GetPayHistoryRequest", _ASKED),
        response=answer(
            "GetPayHistoryAnswer",
            rows("infoPayHistorys", "Payments", "缴费记录", INFO_PAY_HISTORY, "One row for each booking.", "每次记账一行。"),
        ),
    ),
    Interface(
        name="PayByPhoneCard",
        section="3.58",
        title=Text("Recharge by card", "电话卡充值"),
        help=Text("Moves the worth of a recharge card to an account.", "把一张充值卡的面值转给账户。"),
        nature=Nature.MONEY,
        area="billing",
        resource="payment",
        action="redeem",
        staff_only="A card from stock is money, and belongs to nobody until it is used.",
        reference="memo",
        request=PAY.pick("PayByPhoneCardRequest", "ownerName! ownerType! pin! password memo"),
        response=answer("PayByPhoneCardAnswer", _RECEIPT_PART),
    ),
    Interface(
        name="GetConsumption",
        section="3.64",
        title=Text("Other charges", "其他收入记录"),
        help=Text("Charges that are not for calls: rents and shortfalls.", "并非通话产生的收费：租金与最低消费补差。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="billing",
        resource="payment",
        action="read",
        scope=Scope(names=_ASK_NAMES, rows={"infoConsumptions": ("account", "account")}, times={"infoConsumptions": ("time",)}),
        rules=_ASK_RULES,
        request=ASK.pick("GetConsumptionRequest", _ASKED),
        response=answer(
            "GetConsumptionAnswer",
            rows("infoConsumptions", "Charges", "收费记录", INFO_CONSUMPTION, "One row for each charge.", "每次收取一行。"),
        ),
    ),
)
