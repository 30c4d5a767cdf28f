"""What mapping and routing gateways (manual 3.11-3.20) have in common: fields of the same name and meaning, by section."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Field, Format, Unit
from portal.vos3000.schema.media import SYSTEM_OR_NO_LIMIT, UNLIMITED
from portal.vos3000.schema.phones import CRYPTO_TYPE, PHONE_LOCK
from portal.vos3000.schema.words import Names, big, boolean, double, instant, integer, long_text, text

IDENTITY = ("identity", "Identity", "基本信息")
CONNECTION = ("connection", "Connection", "接入")
LIMITS = ("limits", "Limits", "限制")
BILLING = ("billing", "Billing", "计费")
NUMBERS = ("numbers", "Numbers and prefixes", "号码与前缀")
NUMBER_CHECKS = ("number_checks", "Number checks", "号码校验")
REWRITING = ("rewriting", "Number rewriting", "号码改写")
ROUTING = ("routing", "Routing and profit", "路由与利润")
SIP = ("sip", "SIP", "SIP")
H323 = ("h323", "H.323", "H.323")
DTMF = ("dtmf", "DTMF", "DTMF")
MEDIA = ("media", "Media and codecs", "媒体与编码")
TIMERS = ("timers", "Timers", "超时")
LRN = ("lrn", "LRN", "LRN")

LOCKED_OR_OPEN: Names = {number: PHONE_LOCK[number] for number in (0, 3)}
STATIC_GATEWAY: Names = {0: ("Static gateway", "静态网关")}


def allow_switch(name: str, en: str, zh: str) -> Field:
    """Return the switch that tells whether the list beside it names what is allowed or what is refused."""
    return boolean(
        name,
        en,
        zh,
        "On, the list names what is allowed; off, it names what is refused.",
        "开启表示清单内的放行，关闭表示清单内的拒绝。",
    )


def lock_type(codes: Names) -> Field:
    """Return the lock of a gateway; what may be set and what may be read are different choices."""
    return integer("lockType", "Lock", "锁定", "A locked gateway takes part in no calls.", "锁定后该网关不再参与通话。", codes=codes)


def required_but(book: Book, optional: str) -> str:
    """Return the names of a book's fields that are not among ``optional``."""
    out = set(optional.split())
    return " ".join(name for name in book.fields if name not in out)


PASSWORD = text(
    "password",
    "Registration password",
    "注册密码",
    "What the gateway proves itself with when it registers.",
    "网关注册时用于证明身份的密码。",
    secret=True,
)
CAPACITY = integer(
    "capacity",
    "Lines",
    "线路数",
    "How many calls the gateway may carry at once.",
    "该网关同时承载呼叫的最大数目。",
    unit=Unit.LINES,
    special=UNLIMITED,
)
PRIORITY = integer(
    "priority",
    "Priority",
    "优先级",
    "Its rank among gateways that could take the same call.",
    "多个网关都可承接同一呼叫时的先后次序。",
    special=UNLIMITED,
)
GATEWAY_GROUPS = text(
    "gatewayGroups",
    "Gateway groups",
    "网关群组",
    "The groups that this gateway is in, apart by commas.",
    "本网关加入的群组名，多个之间加逗号。",
    format=Format.COMMA_LIST,
)
SOFTSWITCH_NAME = text(
    "softswitchName",
    "Softswitch",
    "软交换",
    "The softswitch it works on: empty means every one, and an answer without this field means none.",
    "网关在哪台软交换上使用：为空则所有软交换可用，应答中没有此项则均不可用。",
    ref="softswitch",
)
CALLEE_E164_RESTRICT = integer(
    "calleeE164Restrict",
    "Called number",
    "被叫限制",
    "Whether calls may go to the platform's own phones only, or only to others.",
    "呼叫只能打给平台内的话机，还是只能打给平台以外的号码。",
    codes={
        0: ("Any", "不限"),
        1: ("Phones of this platform only", "仅平台话机"),
        2: ("Anything but phones of this platform", "仅非平台话机"),
    },
)
CALL_DURATION = (
    integer(
        "maxCallDurationLower",
        "Longest call, from",
        "最长通话（下限）",
        "The least that a call's time limit may be; where one end is the system default or no limit, both must be.",
        "通话时限区间的起点；取系统默认或不限时，上下限须填同一个值。",
        unit=Unit.SECONDS,
        special=SYSTEM_OR_NO_LIMIT,
    ),
    integer(
        "maxCallDurationUpper",
        "Longest call, to",
        "最长通话（上限）",
        "The most that a call's time limit may be; where one end is the system default or no limit, both must be.",
        "通话时限区间的终点；取系统默认或不限时，上下限须填同一个值。",
        unit=Unit.SECONDS,
        special=SYSTEM_OR_NO_LIMIT,
    ),
)

NUMBER_LIMITS = (
    integer(
        "callerAllowLength",
        "Caller number lengths",
        "主叫号码长度",
        "The lengths that a caller's number may have; none marked means any length.",
        "勾选可用的主叫位数，一个都不勾即不作限制。",
        format=Format.LENGTH_MASK,
    ),
    integer(
        "calleeAllowLength",
        "Called number lengths",
        "被叫号码长度",
        "The lengths that a called number may have; none marked means any length.",
        "勾选可用的被叫位数，一个都不勾即不作限制。",
        format=Format.LENGTH_MASK,
    ),
    allow_switch("callerLimitE164GroupsAllow", "Caller groups are allowed", "主叫号码群组为允许"),
    text(
        "callerLimitE164Groups",
        "Caller number groups",
        "主叫号码群组",
        "Number groups that a caller's number is looked up in, apart by commas.",
        "用来比对主叫的号码群组名，多个之间加逗号。",
        format=Format.COMMA_LIST,
        ref="number_group",
    ),
    allow_switch("calleeLimitE164GroupsAllow", "Called groups are allowed", "被叫号码群组为允许"),
    text(
        "calleeLimitE164Groups",
        "Called number groups",
        "被叫号码群组",
        "Number groups that a called number is looked up in, apart by commas.",
        "用来比对被叫的号码群组名，多个之间加逗号。",
        format=Format.COMMA_LIST,
        ref="number_group",
    ),
    allow_switch("denySameCityCodesAllow", "Same-city codes are allowed", "同城区号为允许"),
    long_text(
        "denySameCityCodes",
        "Same-city area codes",
        "同城呼叫区号",
        "Area codes whose calls within the same city are allowed or refused, apart by commas.",
        "对这些区号内部的同城通话放行或拒绝，多个区号之间加逗号。",
        format=Format.COMMA_LIST,
    ),
    allow_switch("checkMobileAreaAllow", "Mobile areas are allowed", "手机归属地为允许"),
    long_text(
        "checkMobileArea",
        "Mobile areas",
        "手机归属地",
        "Area codes of the cities whose mobile numbers may or may not be called, apart by commas.",
        "按手机号所属城市的区号放行或拒绝呼叫，多个区号之间加逗号。",
        format=Format.COMMA_LIST,
    ),
)

E164_CHECKS = (
    boolean(
        "callerE164CheckEnable",
        "Check the caller number",
        "校验主叫",
        "Takes a call only where its caller number is of a kind allowed below.",
        "主叫须属于下列放行的号码种类，呼叫才会继续。",
    ),
    boolean(
        "callerE164CheckCity",
        "Caller: fixed-line numbers",
        "主叫可为固话",
        "Lets a caller's city number pass the check.",
        "校验时城市固话号码的主叫算通过。",
    ),
    boolean(
        "callerE164CheckMobile",
        "Caller: mobile numbers",
        "主叫可为手机",
        "Lets a caller's mobile number pass the check.",
        "校验时手机号码的主叫算通过。",
    ),
    boolean(
        "callerE164CheckOther",
        "Caller: other numbers",
        "主叫可为其他号码",
        "Lets a caller's number pass that is neither a city nor a mobile number.",
        "校验时固话和手机之外的主叫也算通过。",
    ),
    boolean(
        "calleeE164CheckEnable",
        "Check the called number",
        "校验被叫",
        "Takes a call only where its called number is of a kind allowed below.",
        "被叫须属于下列放行的号码种类，呼叫才会继续。",
    ),
    boolean(
        "calleeE164CheckCity",
        "Called: fixed-line numbers",
        "被叫可为固话",
        "Lets a called city number pass the check.",
        "校验时城市固话号码的被叫算通过。",
    ),
    boolean(
        "calleeE164CheckMobile",
        "Called: mobile numbers",
        "被叫可为手机",
        "Lets a called mobile number pass the check.",
        "校验时手机号码的被叫算通过。",
    ),
    boolean(
        "calleeE164CheckOther",
        "Called: other numbers",
        "被叫可为其他号码",
        "Lets a called number pass that is neither a city nor a mobile number.",
        "校验时固话和手机之外的被叫也算通过。",
    ),
)
DYNAMIC_BLACK_LIST = boolean(
    "dynamicBlackListInStandalone",
    "Dynamic blacklist when standalone",
    "独立模式动态黑名单",
    "Uses the dynamic blacklist while the softswitch runs in standalone mode.",
    "软交换脱机独立运行期间仍套用动态黑名单。",
)

MOBILE_AREA_REWRITING = (
    boolean(
        "rewriteRulesInMobileAreaAllow",
        "Add the area code to mobile numbers",
        "手机号码加区号",
        "On, mobile numbers of the areas listed get their area code in front; off, those of the areas listed do not.",
        "开启时为清单所列地区的手机号补上区号，关闭时对清单所列地区不补。",
    ),
    long_text(
        "rewriteRulesInMobileArea",
        "Areas for the area code",
        "加区号的地区",
        "The areas that the switch before this is about, apart by commas.",
        "上一开关所针对的地区，多个之间加逗号。",
        format=Format.COMMA_LIST,
    ),
)
NUMBER_CONVERSION = (
    boolean(
        "groupE164Change",
        "Number conversion",
        "号码变换",
        "Applies the platform's number conversions to calls of this gateway.",
        "对经过本网关的呼叫套用平台的号码变换。",
    ),
    boolean(
        "forwardSignalRewriteE164GroupEnable",
        "Rewrite forwarded calls",
        "改写前转信令",
        "Rewrites the signalling of forwarded calls with the number group below.",
        "呼叫被前转时，用下方号码群组改写其信令。",
    ),
    text(
        "forwardSignalRewriteE164Group",
        "Number group for forwarded calls",
        "前转用号码群组",
        "The number group that rewrites the signalling of forwarded calls.",
        "从该群组取得前转信令中改用的号码。",
        ref="number_group",
    ),
)
CALCULATE_ROUTE_QUALITY = integer(
    "calculateRouteQuality",
    "Route quality in real time",
    "实时路由质量",
    "Whether the quality of its routes is worked out while calls run.",
    "通话进行中是否随时统计路由质量。",
    codes={0: ("Default", "默认"), 1: ("On", "开"), 2: ("Off", "关")},
)

ONLINE = (
    integer(
        "currentCall",
        "Calls now",
        "当前并发",
        "How many calls the gateway carries at this moment.",
        "此刻经该网关的呼叫数。",
        unit=Unit.CALLS,
        moves=True,
    ),
    CAPACITY,
    double("asr", "ASR", "ASR", "Share of calls that are answered.", "呼叫中被应答的比例。", moves=True),
    big("acd", "ACD", "ACD", "How long an answered call lasts on average.", "接通的呼叫平均持续多久。", unit=Unit.SECONDS, moves=True),
    text(
        "natIp",
        "Address behind NAT",
        "NAT 内网地址",
        "The gateway's inner address, where a device between it and the softswitch translates addresses.",
        "网关与软交换之间经过地址转换时，网关自身的内网地址。",
        format=Format.ADDRESS,
    ),
    text(
        "localIp",
        "Local address",
        "本地地址",
        "The softswitch's address that the gateway registered at.",
        "网关注册到的软交换一侧地址。",
        format=Format.ADDRESS,
    ),
    instant(
        "registerTime",
        "Registered at",
        "注册于",
        "When the gateway registered; a static gateway never does.",
        "网关完成注册的时刻，静态网关无此过程。",
        special=STATIC_GATEWAY,
        moves=True,
    ),
    instant(
        "updateTime",
        "Last refresh",
        "最近刷新",
        "When the gateway last renewed its registration.",
        "网关最近一次刷新注册的时刻。",
        special=STATIC_GATEWAY,
        moves=True,
    ),
    big(
        "keepTime",
        "Online for",
        "已在线",
        "How long it has been registered without a break.",
        "从注册成功到现在持续在线的时长。",
        unit=Unit.SECONDS,
        special=STATIC_GATEWAY,
        moves=True,
    ),
    integer(
        "cryptoType",
        "Encryption",
        "加密",
        "How its signalling is encrypted.",
        "与该网关的信令采用何种加密。",
        codes=CRYPTO_TYPE,
        moves=True,
    ),
    text("softswitchName", "Softswitch", "软交换", "The softswitch it is online at.", "网关当前所在的软交换。", ref="softswitch"),
    text(
        "softswitchIp",
        "Softswitch address",
        "软交换地址",
        "The address of that softswitch.",
        "网关当前所在软交换的 IP。",
        format=Format.ADDRESS,
    ),
)
ONLINE_SOFTSWITCH = text(
    "softswitchName",
    "Softswitch",
    "软交换",
    "Only gateways online at this softswitch; left out, those at every one.",
    "只列出在此软交换上在线的网关，不填则各软交换的都列出。",
    ref="softswitch",
)
