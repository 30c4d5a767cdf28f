"""The additional settings of a phone: registration, media, routing, SIP, DTMF, IVR and LRN (manual 3.6)."""

from __future__ import annotations

from portal.vos3000.schema import media
from portal.vos3000.schema.base import Book, Format, Unit
from portal.vos3000.schema.words import Names, boolean, integer, section, text

REGISTER_TYPE: Names = {0: ("Static", "静态"), 1: ("Dynamic", "动态"), 2: ("Mapping gateway", "对接网关")}
REMOTE_ALERTING: Names = {0: ("Pass through", "透传"), 1: ("183 with SDP", "183+SDP"), 2: ("180 with SDP", "180+SDP")}
IVR_EQUIPMENT: Names = {
    -1: ("None", "无"),
    1: ("Direct dial and callback", "直拨与回拨"),
    2: ("Company switchboard", "企业总机"),
    3: ("Value-added service", "增值业务"),
}
IVR_CALLBACK_BILLING: Names = {
    0: ("Phone of the access number", "接入号所属话机"),
    1: ("Active phone card", "在用电话卡"),
    2: ("First that fits: bound number, card, caller's phone, access phone", "自动选择（依次为绑定号码、电话卡、主叫话机、接入号话机）"),
    3: ("Phone of the caller", "主叫所属话机"),
}
IVR_SECOND_BILLING: Names = {key: IVR_CALLBACK_BILLING[key] for key in (0, 1, 3)}
IVR_MERGE: Names = {
    0: ("None", "不叠加"),
    1: ("Access number on the second leg", "接入号叠加到第二路"),
    2: ("Caller number on the second leg", "主叫号码叠加到第二路"),
}

#: Routing, billing and the operator's own addresses: no concern of a reseller.
OPERATORS = (
    "localIp rewriteCalleeMobileAreaEnable rewriteCalleeMobileArea useRoutingGatewayNotOnline minProfitPercentEnable minProfitPercent"
    " maxSecondRatesEnable maxSecondRates firstRoutingPolicy secondRoutingPolicy ivrEquipmentType ivrServiceName ivrCallbackBillingMode"
    " ivrCallbackMergeBillingMode ivrDirectMergeBillingMode ivrSecondBillingMode ivrCallbackBillingSecordNotConnectedOnAccessE164"
    " ivrCallbackBillingSecordConnectedOnSecondAccount ivrAccessVerifyActivePhoneCard ivrAccessVerifyBindedE164"
    " ivrAccessVerifyCallerE164Phone ivrAccessVerifyAccessE164Phone ivrEnablePhoneSetting lrnEnable lrnEatPrefixLength lrnFailureAction"
    " lrnInterstateBillingPrefix lrnUndeterminedBillingPrefix"
)

PHONE_ADDITIONAL = Book(
    section(
        "registration",
        "Registration",
        "注册",
        integer(
            "registerType",
            "Registration",
            "注册类型",
            "How the softswitch learns where the phone is.",
            "软交换如何得知话机所在。",
            codes=REGISTER_TYPE,
        ),
        integer("protocol", "Protocol", "信令协议", "The signalling that the phone speaks.", "话机使用的信令。", codes=media.PROTOCOL),
        text("ip", "IP address", "话机 IP", "The address of a static phone.", "静态话机的地址。", format=Format.ADDRESS),
        integer("port", "Port", "话机端口", "The signalling port of a static phone.", "静态话机的信令端口。", low=0, high=65_535),
        text(
            "localIp",
            "Local IP address",
            "本地 IP",
            "The softswitch's own address towards a static phone.",
            "与静态话机通信时软交换一侧的地址。",
            format=Format.ADDRESS,
        ),
    ),
    section(
        "media",
        "Media",
        "媒体",
        integer(
            "rtpRelay",
            "Media relay",
            "媒体中转",
            "Whether audio and video pass through the softswitch.",
            "语音与视频是否经由软交换。",
            codes=media.RTP_FORWARDING,
        ),
        integer(
            "rtpInterruptDetection",
            "Media watch",
            "媒体断流监测",
            "In which direction the softswitch watches for media that stop flowing.",
            "软交换在哪个方向上留意媒体是否断流。",
            codes=media.MEDIA_CHECK,
        ),
        media.SIP_CODEC_ASSIGN,
        media.SIP_CODECS,
        media.AUDIO_CODEC_TRANSCODING_ENABLE,
        media.RTP_INCLUDE_DTMF_INBAND,
        media.RTP_NEED_DTMF_INBAND,
    ),
    section(
        "calling",
        "Calls",
        "通话",
        integer(
            "callDurationLimit",
            "Longest call",
            "最长通话",
            "Calls are ended after this long.",
            "通话达到此时长即被结束。",
            unit=Unit.SECONDS,
            special=media.SYSTEM_OR_NO_LIMIT,
        ),
        integer(
            "useCallerPhoneDisplay",
            "Show the calling phone's own display number",
            "采用来电话机的去电显示",
            "For calling phones that are not in the phone book: shows the display number set on them.",
            "来电话机不在电话簿时，以其自身的去电显示号码示人。",
            codes=media.SYSTEM_ON_OFF,
        ),
        integer(
            "noBillingToPhone",
            "Free between phones",
            "话机互拨免费",
            "Charges nothing where the other side is a phone of the platform.",
            "对端为平台话机时不收费。",
            codes=media.SYSTEM_ON_OFF,
        ),
        boolean(
            "displayCallerShortNumber",
            "Show short numbers",
            "来电显示短号",
            "Shows a caller's short number instead of the full one.",
            "以短号代替完整号码显示来电。",
        ),
        boolean(
            "callStateReport",
            "Report call states",
            "上报呼叫状态",
            "Tells the outside system about each step of this phone's calls.",
            "把本话机呼叫的各个阶段告知外部系统。",
        ),
        boolean(
            "rewriteCalleeMobileAreaEnable",
            "Add an area code to mobile numbers",
            "手机加拨区号",
            "Puts the area code before called mobile numbers of the areas below.",
            "呼叫下列地区的手机时在号码前加区号。",
        ),
        text(
            "rewriteCalleeMobileArea",
            "Areas of mobile numbers",
            "加区号的地区",
            "The areas that the switch above is about; commas between several.",
            "上一开关所针对的地区，多个用逗号隔开。",
            format=Format.COMMA_LIST,
        ),
    ),
    section(
        "routing",
        "Routing",
        "路由",
        integer(
            "useRoutingGatewayNotOnline",
            "Try routing gateways while offline",
            "离线时走落地网关",
            "Sends calls to this number out through a routing gateway while the phone is offline.",
            "话机离线期间，打给本号码的呼叫改由落地网关送出。",
            codes=media.SYSTEM_ON_OFF,
        ),
        media.MIN_PROFIT_PERCENT_ENABLE,
        media.MIN_PROFIT_PERCENT,
        media.MAX_SECOND_RATES_ENABLE,
        media.MAX_SECOND_RATES,
        integer(
            "firstRoutingPolicy",
            "Sort routes first by",
            "路由首选依据",
            "What decides first which route is tried.",
            "选路时最先考虑的因素。",
            codes=media.ROUTING_POLICY,
        ),
        integer(
            "secondRoutingPolicy",
            "then by",
            "路由次选依据",
            "What decides between routes that are equal by the first.",
            "首选依据相同时再考虑的因素。",
            codes=media.ROUTING_POLICY,
        ),
    ),
    section(
        "sip",
        "SIP",
        "SIP",
        media.SIP_AUTHENTICATION_METHOD,
        integer(
            "sipRemoteAlertingMethod",
            "Ringing signal",
            "回铃信令",
            "How this phone is told that the far end rings.",
            "以何种信令告知本话机对端正在振铃。",
            codes=REMOTE_ALERTING,
        ),
        boolean(
            "sipTimerSupport",
            "Session timer",
            "会话定时器",
            "Allows SIP session timers (RFC 4028).",
            "可以使用 SIP 会话定时器（RFC 4028）。",
        ),
        boolean("sip100RelSupport", "100rel", "100rel", "Confirms provisional SIP answers.", "对 SIP 临时应答加以确认。"),
        boolean("sipT38Support", "T.38 fax", "T.38 传真", "Allows fax by T.38 on SIP calls.", "SIP 呼叫中可用 T.38 传真。"),
        media.SIP_PRIVACY_SUPPORT,
        media.SIP_PRIVACY_FIELD,
        media.SIP_P_PREFERRED_IDENTITY,
        media.SIP_P_ASSERTED_IDENTITY,
        integer(
            "sipRequestAddress",
            "Send SIP requests to",
            "SIP 请求发往",
            "Which address of the phone gets later requests of a call.",
            "通话中后续请求送往话机的哪个地址。",
            codes=media.SIP_REQUEST_ADDRESS,
        ),
        integer(
            "sipResponseAddress",
            "Send SIP responses to",
            "SIP 应答发往",
            "Which address of the phone gets the answers to its requests.",
            "对话机请求的应答送往哪个地址。",
            codes=media.SIP_RESPONSE_ADDRESS,
        ),
    ),
    section(
        "dtmf",
        "DTMF",
        "DTMF",
        media.DTMF_RECEIVE_METHOD,
        integer(
            "dtmfSIPSendMethod",
            "Send DTMF on SIP by",
            "SIP 发送 DTMF",
            "How key presses are sent to this phone on SIP calls.",
            "在 SIP 呼叫中以何种方式把按键送往本话机。",
            codes=media.DTMF_SEND_SIP,
        ),
    ),
    section(
        "ivr",
        "IVR",
        "IVR",
        integer(
            "ivrEquipmentType",
            "IVR role",
            "语音设备",
            "What this phone does in interactive voice service.",
            "本话机在语音业务中的角色。",
            codes=IVR_EQUIPMENT,
        ),
        text("ivrServiceName", "IVR service", "语音业务", "The name of the service that answers here.", "在此应答的业务的名字。"),
        integer(
            "ivrCallbackBillingMode",
            "Callback: who pays",
            "回拨由谁付费",
            "Whose account pays for a callback.",
            "回拨通话计入谁的账户。",
            codes=IVR_CALLBACK_BILLING,
        ),
        integer(
            "ivrCallbackMergeBillingMode",
            "Callback: add to the second leg",
            "回拨第二路叠加",
            "What is billed on top of the second leg of a callback.",
            "回拨的第二路另外叠加哪一项费用。",
            codes=IVR_MERGE,
        ),
        integer(
            "ivrDirectMergeBillingMode",
            "Direct dial: add to the second leg",
            "直拨第二路叠加",
            "What is billed on top of the second leg of a direct call.",
            "直拨的第二路另外叠加哪一项费用。",
            codes=IVR_MERGE,
        ),
        integer(
            "ivrSecondBillingMode",
            "Second leg: who pays",
            "第二路由谁付费",
            "Whose account pays for the second leg.",
            "第二路通话计入谁的账户。",
            codes=IVR_SECOND_BILLING,
        ),
        boolean(
            "ivrCallbackBillingSecordNotConnectedOnAccessE164",
            "Unanswered second leg: access number pays",
            "第二路未接通由接入号付费",
            "Bills the phone of the access number where the second leg was not answered.",
            "第二路没有接通时，费用记到接入号所属话机。",
        ),
        boolean(
            "ivrCallbackBillingSecordConnectedOnSecondAccount",
            "Answered second leg: its account pays",
            "第二路接通由其账户付费",
            "Bills the account of the second leg where that leg was answered.",
            "第二路接通后，费用记到第二路的账户。",
        ),
        boolean(
            "ivrAccessVerifyActivePhoneCard",
            "Check caller against active cards",
            "核对在用电话卡",
            "Lets in callers whose number belongs to an active phone card.",
            "以主叫号码核对在用电话卡，决定可否接入。",
        ),
        boolean(
            "ivrAccessVerifyBindedE164",
            "Check caller against bound numbers",
            "核对绑定号码",
            "Lets in callers whose number is bound.",
            "以主叫号码核对绑定号码，决定可否接入。",
        ),
        boolean(
            "ivrAccessVerifyCallerE164Phone",
            "Check caller against phones",
            "核对主叫话机",
            "Lets in callers whose number is a phone of the platform.",
            "以主叫号码核对平台话机，决定可否接入。",
        ),
        boolean(
            "ivrAccessVerifyAccessE164Phone",
            "Check the access number's account",
            "核对接入号账户",
            "Lets calls in only where the access number has an account.",
            "所拨接入号有对应账户时才可接入。",
        ),
        boolean(
            "ivrEnablePhoneSetting",
            "Use the phone's settings",
            "采用话机设置",
            "Applies the settings of the phone to IVR calls.",
            "让语音业务的呼叫按话机的设置处理。",
        ),
    ),
    section(
        "lrn",
        "Number portability (LRN)",
        "号码携带（LRN）",
        media.LRN_ENABLE,
        media.LRN_EAT_PREFIX_LENGTH,
        media.LRN_FAILURE_ACTION,
        media.LRN_INTERSTATE_BILLING_PREFIX,
        media.LRN_UNDETERMINED_BILLING_PREFIX,
    ),
)
INFO_PHONE_ADDITIONAL = (
    PHONE_ADDITIONAL.marked(OPERATORS, seen_by="see_routing", staff=True)
    .marked("noBillingToPhone", set_by="set_fees", staff=True)
    .all("InfoPhoneAdditional")
)
