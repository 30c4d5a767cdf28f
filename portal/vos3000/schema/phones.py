"""Phones: create, modify, delete, read, and which are online (manual 3.6 to 3.10 and 3.83)."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.accounts import ACCOUNTS, PHONES
from portal.vos3000.schema.base import AtLeastOne, Book, Field, Format, Interface, Nature, Resource, Scope, Text, Unit
from portal.vos3000.schema.common import CALL_LEVEL, MEMO, OK, answer
from portal.vos3000.schema.media import CUSTOMER_PASSWORD, PROTOCOL, UNLIMITED
from portal.vos3000.schema.phone_fields import INFO_PHONE_ADDITIONAL
from portal.vos3000.schema.phone_services import INFO_PHONE_VALUE_ADDED
from portal.vos3000.schema.words import Names, boolean, instant, integer, long_text, money, part, rows, section, text

PHONE_LOCK: Names = {
    0: ("Not locked", "未锁定"),
    1: ("No outgoing calls", "禁止呼出"),
    2: ("No incoming calls", "禁止呼入"),
    3: ("No calls at all", "呼入呼出均禁止"),
}
CRYPTO_TYPE: Names = {0: ("Not encrypted", "不加密"), 1: ("RC4", "RC4")}

E164 = text("e164", "Number", "号码", "The telephone number of the phone.", "拨打它即可接通本话机。", format=Format.NUMBER)

#: How calls leave the operator: which carriers and nodes take them, and what a number is made into for that.
ROUTING = (
    "equipment routingGatewayGroupsAllow routingGatewayGroups callerLimitE164GroupsAllow callerLimitE164Groups calleeLimitE164Allow"
    " calleeLimitE164Groups rewriteRulesOutCallee rewriteRulesInCallee rewriteRulesInCaller"
)
#: What the operator charges for a phone, and whom. The memo is not among what is staff's: it is the reseller's own note on their phone.
FEES = "monthlyMoneyMinimum monthlyRentFee calleeBilling"

PHONE = Book(
    section(
        "basic",
        "Phone",
        "话机",
        boolean(
            "autoCreateAccount",
            "Create an account as well",
            "一并开户",
            "Opens a billing account for this phone, which belongs to no agent.",
            "为本话机另开计费账户，该账户不属于任何代理商。",
        ),
        E164,
        text("account", "Account", "账户", "The account that pays for the phone.", "为该话机付费的账户。", ref="account"),
        text(
            "password",
            "Password",
            "密码",
            "With it the phone registers; on creating, one is made up where none is given.",
            "话机凭此注册；新建时不填则自动产生。",
            secret=True,
        ),
        CUSTOMER_PASSWORD,
        text(
            "displayNumber",
            "Display number",
            "去电显示",
            "The caller number shown to those whom the phone calls.",
            "向被叫展示的主叫号码。",
            format=Format.NUMBER,
        ),
        text(
            "dids",
            "Further numbers",
            "附加号码",
            "Other numbers that reach the same phone.",
            "同样能打通本话机的其他号码。",
            format=Format.COMMA_LIST,
        ),
        text(
            "equipment",
            "Softswitch",
            "软交换",
            "The node the phone belongs to; empty means all, and an answer leaves it out where it belongs to none.",
            "话机归属的节点：留空即全部；应答中未出现则不归属任何节点。",
            ref="softswitch",
        ),
        MEMO,
    ),
    section(
        "rights",
        "What it may call",
        "呼叫权限",
        integer("lockType", "Lock", "锁定", "Which directions of calls are barred.", "哪些方向的呼叫被禁止。", codes=PHONE_LOCK),
        integer("callLevel", "Call level", "呼叫级别", "How far away the phone may call.", "话机最远可以拨打到哪里。", codes=CALL_LEVEL),
        boolean(
            "routingGatewayGroupsAllow",
            "Gateway groups: allow",
            "落地群组：允许",
            "On: calls leave only through the groups listed; off: never through them.",
            "开启：只经所列群组送出；关闭：不经所列群组送出。",
        ),
        text(
            "routingGatewayGroups",
            "Gateway groups",
            "落地网关群组",
            "Groups of routing gateways, commas between them; empty means all.",
            "落地网关的群组，用逗号隔开，留空即全部。",
            format=Format.COMMA_LIST,
        ),
        boolean(
            "callerLimitE164GroupsAllow",
            "Callers: allow",
            "来电号码：允许",
            "On: only callers of the number groups below get through; off: those are turned away.",
            "开启：仅放行下列号码群组的主叫；关闭：拦下这些主叫。",
        ),
        text(
            "callerLimitE164Groups",
            "Callers' number groups",
            "来电号码群组",
            "Number groups compared with the caller of a call to this phone; empty means all.",
            "本话机被叫时与主叫比对的号码群组，留空即全部。",
            format=Format.COMMA_LIST,
            ref="number_group",
        ),
        boolean(
            "calleeLimitE164Allow",
            "Called numbers: allow",
            "去电号码：允许",
            "On: only numbers of the groups below may be called; off: those may not.",
            "开启：只可拨打下列号码群组；关闭：不可拨打它们。",
        ),
        text(
            "calleeLimitE164Groups",
            "Called number groups",
            "去电号码群组",
            "Number groups compared with the number that this phone calls; empty means all.",
            "本话机主叫时与被叫比对的号码群组，留空即全部。",
            format=Format.COMMA_LIST,
            ref="number_group",
        ),
    ),
    section(
        "limits",
        "Limits",
        "限额",
        integer(
            "lineCallIn",
            "Incoming lines",
            "呼入并发",
            "How many calls may come in at once.",
            "同一时刻最多接入几路呼叫。",
            unit=Unit.LINES,
            special=UNLIMITED,
        ),
        integer(
            "lineCallOut",
            "Outgoing lines",
            "呼出并发",
            "How many calls may go out at once.",
            "同一时刻最多拨出几路呼叫。",
            unit=Unit.LINES,
            special=UNLIMITED,
        ),
        integer(
            "lineCapacity",
            "Lines in all",
            "总并发",
            "How many calls may run at once, both directions together.",
            "呼入呼出合计最多同时进行几路。",
            unit=Unit.LINES,
            special=UNLIMITED,
        ),
        integer(
            "phonebookLimit",
            "Phone book size",
            "电话簿容量",
            "How many entries the phone's book may hold.",
            "话机的电话簿最多可存的条目数。",
            special=UNLIMITED,
        ),
    ),
    section(
        "billing",
        "Billing",
        "计费",
        text(
            "feerateGroup",
            "Own rate group",
            "专用费率组",
            "Prices for this phone alone, instead of its account's; rarely needed.",
            "只用于本话机的费率，代替账户的费率，一般不必设置。",
            ref="rate_group",
            set_by="set_rate_group",
        ),
        money(
            "monthlyMoneyMinimum",
            "Least spend a month",
            "每月保底消费",
            "The least that is charged in a month.",
            "一个月内至少要收取的金额。",
        ),
        money(
            "monthlyMoneyMaximum",
            "Most spend a month",
            "每月消费封顶",
            "The most that may be spent in a month.",
            "一个月内至多可以花费的金额。",
        ),
        money("monthlyRentFee", "Monthly rent", "月租费", "Charged every month for the phone.", "每个月为该话机收取的费用。"),
        boolean(
            "calleeBilling",
            "Bill the called side",
            "被叫付费",
            "The called side of a call pays; off, the caller does.",
            "通话费用由被叫一方承担，关闭时由主叫承担。",
        ),
    ),
    section(
        "rules",
        "Number rewriting",
        "号码改写",
        long_text(
            "rewriteRulesOutCallee",
            "Outgoing, called number",
            "呼出时改写被叫",
            "Rules that change the number this phone dials.",
            "改写本话机所拨号码的规则。",
            format=Format.REWRITE_RULES,
        ),
        long_text(
            "rewriteRulesInCallee",
            "Incoming, called number",
            "呼入时改写被叫",
            "Rules that change the called number of calls to this phone.",
            "改写打给本话机的呼叫中被叫号码的规则。",
            format=Format.REWRITE_RULES,
        ),
        long_text(
            "rewriteRulesInCaller",
            "Incoming, caller number",
            "呼入时改写主叫",
            "Rules that change the caller number of calls to this phone.",
            "改写打给本话机的呼叫中主叫号码的规则。",
            format=Format.REWRITE_RULES,
        ),
    ),
    section(
        "services",
        "Services and settings",
        "业务与设置",
        part(
            "infoPhoneValueAdded",
            "Value-added services",
            "增值业务",
            INFO_PHONE_VALUE_ADDED,
            "Forwarding, tones, prompts and voice mail.",
            "前转、彩铃、提示音与语音信箱。",
        ),
        part(
            "infoPhoneAdditional",
            "Additional settings",
            "补充设置",
            INFO_PHONE_ADDITIONAL,
            "Registration, media, routing, SIP and IVR.",
            "注册、媒体、路由、SIP 与 IVR。",
        ),
    ),
)
PHONE = PHONE.marked(ROUTING, seen_by="see_routing", staff=True).marked(FEES, set_by="set_fees", staff=True)

CREATE_PHONE = PHONE.all("CreatePhoneRequest", required="autoCreateAccount e164")
MODIFY_PHONE = PHONE.all("ModifyPhoneRequest", required="e164", without="autoCreateAccount")
INFO_PHONE = PHONE.all("InfoPhone", required="e164", without="autoCreateAccount")
DELETE_PHONE = PHONE.pick("DeletePhoneRequest", "e164!")
SELECTION = Book(PHONES, ACCOUNTS)

INFO_PHONE_ONLINE = Book(
    replace(E164, ref="phone"),
    integer(
        "currentCall",
        "Calls now",
        "当前呼叫数",
        "How many calls the phone has at the moment.",
        "话机此刻正在进行的呼叫数。",
        unit=Unit.CALLS,
        moves=True,
    ),
    text(
        "remoteIp",
        "Phone's address",
        "话机地址",
        "The address that the phone registered from.",
        "话机注册时所在的地址。",
        format=Format.ADDRESS,
        moves=True,
    ),
    text(
        "localIp",
        "Softswitch's address",
        "软交换地址",
        "The softswitch's own address that the phone reached.",
        "话机所连到的软交换一侧地址。",
        format=Format.ADDRESS,
        moves=True,
        seen_by="see_routing",
        staff=True,
    ),
    instant("registerTime", "Registered", "注册时刻", "When the phone registered.", "话机自何时起在线。", moves=True),
    instant(
        "updateTime", "Refreshed", "刷新时刻", "When the phone last renewed its registration.", "话机最近一次续注册的时刻。", moves=True
    ),
    integer("protocol", "Protocol", "信令协议", "The signalling that the phone speaks.", "话机使用的信令。", codes=PROTOCOL, moves=True),
    integer("cryptoType", "Encryption", "加密", "How the signalling is encrypted.", "信令以何种方式加密。", codes=CRYPTO_TYPE, moves=True),
    text("productId", "Device", "设备型号", "What the phone says that it is.", "话机自报的产品名。", moves=True),
).all("InfoPhoneOnline", required="e164 currentCall remoteIp localIp registerTime updateTime protocol cryptoType productId")

GIVEN_PASSWORD: Field = text(
    "password",
    "Password",
    "密码",
    "Made up by the softswitch where none was given; shown this once.",
    "未填密码时由软交换产生，仅此一次可见。",
    secret=True,
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="phone",
        area="accounts",
        title=Text("Phone", "话机"),
        plural=Text("Phones", "话机"),
        key="e164",
        read="GetPhone",
        read_by="e164s",
        rows="infoPhones",
        create="CreatePhone",
        modify="ModifyPhone",
        delete="DeletePhone",
        owner="account",
        listed_by="accounts",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreatePhone",
        section="3.6",
        title=Text("Create a phone", "新建话机"),
        help=Text("Adds a phone; its password is made up where none is given.", "添加话机；不填密码则自动产生。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone",
        action="create",
        scope=Scope(names={"account": "account", "feerateGroup": "rate_group"}, must=("account",), fixed={"autoCreateAccount": False}),
        gives=("password",),
        request=CREATE_PHONE,
        response=answer("CreatePhoneAnswer", GIVEN_PASSWORD),
    ),
    Interface(
        name="ModifyPhone",
        section="3.7",
        title=Text("Modify a phone", "更改话机"),
        help=Text("Changes the settings of a phone or moves it to another account.", "更改话机设置，或将其移到另一账户。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone",
        action="modify",
        scope=Scope(names={"e164": "phone", "account": "account", "feerateGroup": "rate_group"}),
        request=MODIFY_PHONE,
        response=OK,
    ),
    Interface(
        name="DeletePhone",
        section="3.8",
        title=Text("Delete a phone", "删除话机"),
        help=Text("Removes a phone; this cannot be undone.", "移除话机，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="accounts",
        resource="phone",
        action="delete",
        scope=Scope(names={"e164": "phone"}),
        request=DELETE_PHONE,
        response=OK,
    ),
    Interface(
        name="GetPhone",
        section="3.9",
        title=Text("Look up phones", "查询话机"),
        help=Text("Reads phones by number or by account.", "按号码或账户读取话机。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone",
        action="read",
        scope=Scope(names={"e164s": "phone", "accounts": "account"}, fill="accounts", rows={"infoPhones": ("account", "account")}),
        rules=(AtLeastOne(("e164s", "accounts")),),
        request=SELECTION.all("GetPhoneRequest"),
        response=answer("GetPhoneAnswer", rows("infoPhones", "Phones", "话机", INFO_PHONE, "The phones found.", "查到的话机。")),
    ),
    Interface(
        name="GetPhoneOnline",
        section="3.10",
        title=Text("Look up registrations", "查询话机在线状态"),
        help=Text("Tells where the phones named are registered and how busy they are.", "给出所列话机的注册地址与通话数。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone",
        action="read",
        scope=Scope(names={"e164s": "phone"}, rows={"infoPhoneOnlines": ("e164", "phone")}),
        request=SELECTION.pick("GetPhoneOnlineRequest", "e164s!"),
        response=answer(
            "GetPhoneOnlineAnswer",
            rows(
                "infoPhoneOnlines",
                "Registrations",
                "在线话机",
                INFO_PHONE_ONLINE,
                "Those of the phones named that are online.",
                "所列话机中此刻在线的。",
            ),
        ),
    ),
    Interface(
        name="GetAllPhoneOnline",
        section="3.83",
        title=Text("List all online phones", "列出全部在线话机"),
        help=Text("Lists the number of every phone that is registered now.", "列出此刻已注册的每一部话机的号码。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone",
        action="read",
        scope=Scope(rows={"e164s": ("", "phone")}),
        request=Book().all("GetAllPhoneOnlineRequest"),
        response=answer(
            "GetAllPhoneOnlineAnswer",
            replace(PHONES, help=Text("Numbers of the phones that are online.", "在线话机的号码。"), moves=True),
        ),
    ),
)
