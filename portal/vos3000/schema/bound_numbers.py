"""Bound numbers: caller numbers tied to an active phone card (manual 3.36 to 3.39)."""

from __future__ import annotations

from portal.vos3000.schema.base import AtLeastOne, Book, Format, Interface, Nature, Resource, Scope, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.words import instant, long_text, rows, section, text

PIN = text(
    "pin",
    "Card number",
    "卡号",
    "The active phone card that the number is bound to.",
    "号码所绑定的在用电话卡。",
    secret=True,
    ref="phone_card",
)
ACCOUNT = text("account", "Account", "账户", "The account of the card.", "该卡所在的账户。", ref="account")

NUMBER = Book(
    section(
        "basic",
        "Bound number",
        "绑定号码",
        text("e164", "Number", "号码", "The caller number that is bound.", "被绑定的主叫号码。", format=Format.NUMBER),
        PIN,
        ACCOUNT,
        text(
            "displayE164",
            "Display number",
            "去电显示",
            "The caller number shown to those whom the bound number calls.",
            "绑定号码呼出时向被叫展示的主叫号码。",
            format=Format.NUMBER,
        ),
        long_text(
            "rewriteRulesOutCallee",
            "Outgoing, called number",
            "呼出时改写被叫",
            "Rules that change the number dialled from the bound number.",
            "改写绑定号码所拨号码的规则。",
            format=Format.REWRITE_RULES,
            seen_by="see_routing",
            staff=True,
        ),
        text("language", "Language", "语言", "The language in which prompts are spoken.", "播报语音提示时所用的语言。"),
        instant("bindTime", "Bound", "绑定时间", "When the number was bound.", "号码自何时起绑定。"),
        MEMO,
    ),
)

INFO_BINDED_E164 = NUMBER.all("InfoBindedE164", required="e164 pin account displayE164 rewriteRulesOutCallee bindTime language memo")

SELECTION = Book(
    text(
        "e164s",
        "Bound numbers",
        "绑定号码",
        "The bound numbers to look up.",
        "要查找的绑定号码。",
        many=True,
        format=Format.NUMBER,
        ref="bound_number",
    ),
    PIN,
    ACCOUNT,
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="bound_number",
        area="accounts",
        title=Text("Bound number", "绑定号码"),
        plural=Text("Bound numbers", "绑定号码"),
        key="e164",
        read="GetBindedE164",
        read_by="e164s",
        rows="infoBindedE164s",
        create="CreateBindedE164",
        modify="ModifyBindedE164",
        delete="DeleteBindedE164",
        owner="account",
        listed_by="account",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateBindedE164",
        section="3.36",
        title=Text("Bind a number", "绑定号码"),
        help=Text(
            "Ties a caller number to an active phone card, which then pays for its calls.", "把主叫号码系于在用电话卡，此后由该卡付费。"
        ),
        nature=Nature.WRITE,
        area="accounts",
        resource="bound_number",
        action="create",
        scope=Scope(names={"pin": "phone_card"}, must=("pin",)),
        request=NUMBER.pick("CreateBindedE164Request", "e164! pin! displayE164 rewriteRulesOutCallee language memo"),
        response=OK,
    ),
    Interface(
        name="ModifyBindedE164",
        section="3.37",
        title=Text("Modify a bound number", "更改绑定号码"),
        help=Text("Changes a bound number or moves it to another card.", "更改绑定号码，或将其移到另一张卡。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="bound_number",
        action="modify",
        scope=Scope(names={"e164": "bound_number", "pin": "phone_card"}),
        request=NUMBER.pick("ModifyBindedE164Request", "e164! pin displayE164 rewriteRulesOutCallee language memo"),
        response=OK,
    ),
    Interface(
        name="DeleteBindedE164",
        section="3.38",
        title=Text("Unbind a number", "解除绑定"),
        help=Text("Frees a number from its card; its settings are lost.", "使号码脱离电话卡，其设置随之丢失。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="accounts",
        resource="bound_number",
        action="delete",
        scope=Scope(names={"e164": "bound_number"}),
        request=NUMBER.pick("DeleteBindedE164Request", "e164!"),
        response=OK,
    ),
    Interface(
        name="GetBindedE164",
        section="3.39",
        title=Text("Look up bound numbers", "查询绑定号码"),
        help=Text("Reads bound numbers by number, by card or by account.", "按号码、电话卡或账户读取绑定号码。"),
        nature=Nature.READ,
        area="accounts",
        resource="bound_number",
        action="read",
        scope=Scope(
            names={"e164s": "bound_number", "pin": "phone_card", "account": "account"},
            fill="e164s",
            rows={"infoBindedE164s": ("account", "account")},
        ),
        rules=(AtLeastOne(("e164s", "pin", "account")),),
        request=SELECTION.all("GetBindedE164Request"),
        response=answer(
            "GetBindedE164Answer",
            rows("infoBindedE164s", "Bound numbers", "绑定号码", INFO_BINDED_E164, "The bound numbers found.", "查到的绑定号码。"),
        ),
    ),
)
