"""Phone cards: active cards of an account, and cards in stock that are looked up or activated (manual 3.32 to 3.35, 3.59, 3.84).

A card's number works without its password, so it is a secret as well.
"""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.accounts import ACCOUNTS
from portal.vos3000.schema.base import AtLeastOne, Book, Format, Interface, Nature, Resource, Scope, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.media import UNLIMITED
from portal.vos3000.schema.words import Names, instant, integer, money, part, rows, section, text

CARD_USES: Names = {
    1: ("May open an account", "可用于开户"),
    2: ("Opening creates an active card", "开户时建立在用电话卡"),
    3: ("Opening creates a phone", "开户时建立话机"),
    4: ("May recharge an account", "可用于充值"),
    5: ("Recharging replaces the rate group", "充值时更换费率组"),
    6: ("Recharging adds the suites as orders", "充值时加订套餐"),
    7: ("Face value goes to the balance", "面值计入余额"),
}

PIN = text(
    "pin", "Card number", "卡号", "The number of the card; whoever knows it can use it.", "电话卡的号码，知道者即可使用。", secret=True
)
PASSWORD = text(
    "password",
    "Password",
    "密码",
    "The password of the card; on creating, one is made up where none is given.",
    "电话卡的密码，新建时不填则自动产生。",
    secret=True,
)

CARD = Book(
    section(
        "basic",
        "Phone card",
        "电话卡",
        PIN,
        text("account", "Account", "账户", "The account that pays for calls with the card.", "为用卡通话付费的账户。", ref="account"),
        PASSWORD,
        text(
            "displayE164",
            "Display number",
            "去电显示",
            "The caller number shown to those who are called with the card.",
            "用卡呼叫时向被叫展示的主叫号码。",
            format=Format.NUMBER,
        ),
        integer(
            "bindLimit",
            "Bound numbers allowed",
            "可绑定号码数",
            "How many numbers may be bound to the card; no limit if left out.",
            "该卡最多可绑定几个号码，不填则不限。",
            special=UNLIMITED,
        ),
        instant("activeTime", "Activated", "激活时间", "When the card came into use.", "该卡自何时起启用。"),
        MEMO,
    ),
)

INFO_ACTIVE_PHONE_CARD = CARD.all("InfoActivePhoneCard", required="pin account password displayE164 bindLimit activeTime memo")

STOCK = Book(
    PIN,
    replace(PASSWORD, help=Text("The password of the card; left out, only its number is checked.", "电话卡的密码，不填时只核对卡号。")),
    text(
        "bindedE164",
        "Number to bind",
        "要绑定的号码",
        "A caller number that the activated card shall know.",
        "激活后与该卡绑定的主叫号码。",
        format=Format.NUMBER,
    ),
)

INFO_PHONE_CARD = Book(
    section(
        "value",
        "Value",
        "价值",
        money("money", "Face value", "面值", "The money on the card.", "卡上所含的金额。"),
        money("limitMoney", "Credit limit", "透支额度", "How far the balance may go below zero.", "余额最多可以低于零多少。"),
        text("feeRateGroup", "Rate group", "费率组", "The rate group that comes with the card.", "随卡附带的费率组。", ref="rate_group"),
        text("suiteNames", "Suites", "套餐", "Names of the suites that come with the card.", "随卡附带的套餐的名称。", many=True),
        integer(
            "bitsOfConfig",
            "What it is for",
            "卡的用途",
            "What the card may be used for, and what happens then.",
            "该卡可以派何用场，使用时会发生什么。",
            format=Format.BIT_MASK,
            flags=CARD_USES,
        ),
    ),
    section(
        "use",
        "Use",
        "使用情况",
        instant("expireTime", "Expires", "失效时间", "After this moment the card is worth nothing.", "过了这一时刻，该卡即告作废。"),
        instant(
            "usedTime", "Used", "使用时间", "When the card was used; left out while it has not been.", "该卡何时被用掉，尚未使用时不出现。"
        ),
        text("usedAccount", "Used by", "使用账户", "The account that used the card.", "用掉该卡的账户。", ref="account"),
        text("agentAccount", "Agent", "代理商", "The agent account that the card belongs to.", "该卡归属的代理商账户。", ref="account"),
        MEMO,
    ),
).pick(
    "InfoPhoneCard",
    "money! limitMoney! bitsOfConfig! feeRateGroup! expireTime! usedTime usedAccount agentAccount! suiteNames! memo!",
)

SELECTION = Book(
    text("pins", "Card numbers", "卡号", "Numbers of the cards to look up.", "要查找的卡号。", many=True, secret=True, ref="phone_card"),
    ACCOUNTS,
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="phone_card",
        area="accounts",
        title=Text("Phone card", "电话卡"),
        plural=Text("Phone cards", "电话卡"),
        key="pin",
        read="GetActivePhoneCard",
        read_by="pins",
        rows="infoActivePhoneCards",
        create="CreateActivePhoneCard",
        modify="ModifyActivePhoneCard",
        delete="DeleteActivePhoneCard",
        owner="account",
        listed_by="accounts",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateActivePhoneCard",
        section="3.32",
        title=Text("Create an active phone card", "新建在用电话卡"),
        help=Text("Adds a card to an account; its password is made up where none is given.", "为账户添加电话卡；不填密码则自动产生。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone_card",
        action="create",
        scope=Scope(names={"account": "account"}, must=("account",)),
        gives=("password",),
        request=CARD.pick("CreateActivePhoneCardRequest", "pin! account! password displayE164 bindLimit memo"),
        response=answer(
            "CreateActivePhoneCardAnswer",
            replace(
                PASSWORD,
                help=Text("Made up by the softswitch where none was given; shown this once.", "未填时由软交换产生，仅此一次可见。"),
            ),
        ),
    ),
    Interface(
        name="ModifyActivePhoneCard",
        section="3.33",
        title=Text("Modify an active phone card", "更改在用电话卡"),
        help=Text("Changes a card or moves it to another account.", "更改电话卡，或将其移到另一账户。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone_card",
        action="modify",
        scope=Scope(names={"pin": "phone_card", "account": "account"}),
        request=CARD.pick("ModifyActivePhoneCardRequest", "pin! account password displayE164 bindLimit memo"),
        response=OK,
    ),
    Interface(
        name="DeleteActivePhoneCard",
        section="3.34",
        title=Text("Delete an active phone card", "删除在用电话卡"),
        help=Text("Removes a card; this cannot be undone.", "移除电话卡，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="accounts",
        resource="phone_card",
        action="delete",
        scope=Scope(names={"pin": "phone_card"}),
        request=CARD.pick("DeleteActivePhoneCardRequest", "pin!"),
        response=OK,
    ),
    Interface(
        name="GetActivePhoneCard",
        section="3.35",
        title=Text("Look up active phone cards", "查询在用电话卡"),
        help=Text("Reads cards in use by number or by account.", "按卡号或账户读取在用的电话卡。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone_card",
        action="read",
        scope=Scope(
            names={"pins": "phone_card", "accounts": "account"},
            fill="accounts",
            rows={"infoActivePhoneCards": ("account", "account")},
        ),
        rules=(AtLeastOne(("pins", "accounts")),),
        request=SELECTION.all("GetActivePhoneCardRequest"),
        response=answer(
            "GetActivePhoneCardAnswer",
            rows("infoActivePhoneCards", "Active phone cards", "在用电话卡", INFO_ACTIVE_PHONE_CARD, "The cards found.", "查到的电话卡。"),
        ),
    ),
    Interface(
        name="PhoneCardActive",
        section="3.59",
        title=Text("Activate a phone card", "激活电话卡"),
        help=Text(
            "Puts a card from stock into use, with the money on it; this cannot be undone.",
            "启用一张库存卡及其所含金额，无法撤销。",
        ),
        nature=Nature.MONEY,
        dangerous=True,
        area="accounts",
        resource="phone_card",
        action="activate",
        staff_only="A card from stock is money, and belongs to nobody until it is used.",
        request=STOCK.all("PhoneCardActiveRequest", required="pin"),
        response=OK,
    ),
    Interface(
        name="GetPhoneCard",
        section="3.84",
        title=Text("Look up a card in stock", "查询库存电话卡"),
        help=Text("Reads the value of one card and whether it has been used.", "读取一张卡的面值以及是否已用。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone_card",
        action="read",
        staff_only="A card from stock is money, and belongs to nobody until it is used.",
        request=STOCK.pick("GetPhoneCardRequest", "pin! password"),
        response=answer(
            "GetPhoneCardAnswer",
            part("infoPhoneCard", "Card", "电话卡", INFO_PHONE_CARD, "The card found.", "查到的这张卡。"),
        ),
    ),
)
