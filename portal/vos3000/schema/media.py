"""What phones and gateways share: signalling, media, DTMF, routing limits and LRN, each named once.

The constants of the first part are codecs, choices and special values, for fields whose wire names differ between a phone and
a gateway as well; the fields of the second part are the same on both, by name and by meaning.
"""

from __future__ import annotations

from portal.vos3000.schema.base import UNLIMITED_INT, Format, Unit
from portal.vos3000.schema.words import Names, boolean, integer, money, text

CODECS: tuple[str, ...] = (
    "audio/AMR",
    "audio/DVI4",
    "audio/G722",
    "audio/G723",
    "audio/G726-16",
    "audio/G726-24",
    "audio/G726-32",
    "audio/G726-40",
    "audio/G728",
    "audio/G729",
    "audio/G729D",
    "audio/G729E",
    "audio/GSM",
    "audio/GSM-EFR",
    "audio/iLBC",
    "audio/L8",
    "audio/L16",
    "audio/LPC",
    "audio/MPA",
    "audio/parityfec",
    "audio/PCMA",
    "audio/PCMU",
    "audio/QCELP",
    "audio/RED",
    "audio/VDVI",
    "audio/Speex",
    "audio/Speex-FEC",
    "audio/Speex-Wideband",
    "audio/Speex-Wideband-FEC",
    "audio/SILK",
    "video/BT656",
    "video/CelB",
    "video/JPEG",
    "video/H261",
    "video/H263",
    "video/H263-1998",
    "video/H263-2000",
    "video/H264",
    "video/MPV",
    "video/MP2T",
    "video/MP1S",
    "video/MP2P",
    "video/parityfec",
    "video/RED",
    "video/BMPEG",
    "video/nv",
    "video/VP8",
)

UNLIMITED: Names = {UNLIMITED_INT: ("Unlimited", "不限")}
SYSTEM_ON_OFF: Names = {0: ("System default", "跟随系统"), 1: ("On", "开"), 2: ("Off", "关")}
SYSTEM_OR_NO_LIMIT: Names = {-1: ("System default", "跟随系统"), 0: ("No limit", "不限")}
PROTOCOL: Names = {0: ("H.323", "H.323"), 1: ("SIP", "SIP")}
RTP_FORWARDING: Names = {0: ("Automatic", "自动"), 1: ("On", "开启"), 2: ("Off", "关闭"), 3: ("Mandatory", "强制开启")}
MEDIA_CHECK: Names = {
    0: ("None", "不监测"),
    1: ("Softswitch to far end", "软交换发往远端"),
    2: ("Far end to softswitch", "远端发往软交换"),
    3: ("Both directions", "双向"),
}
ROUTING_POLICY: Names = {0: ("None", "无"), 1: ("Answer rate", "接通率"), 2: ("Lowest rate per second", "秒费率最低")}
SIP_AUTHENTICATION: Names = {0: ("By IP address", "按 IP 地址"), 1: ("By IP address and port", "按 IP 地址加端口")}
SIP_PRIVACY: Names = {0: ("Nothing", "不填"), 1: ("Pass through", "透传"), 2: ("id", "id"), 3: ("none", "none")}
SIP_IDENTITY: Names = {0: ("Nothing", "不填"), 1: ("Pass through", "透传"), 2: ("Caller number", "主叫号码")}
SIP_REQUEST_ADDRESS: Names = {
    0: ("Address the packet came from", "报文来源地址"),
    1: ("Source address with the Contact port", "来源 IP 加 Contact 端口"),
    2: ("Address in Contact", "Contact 头中的地址"),
}
SIP_RESPONSE_ADDRESS: Names = {
    0: ("Address the packet came from", "报文来源地址"),
    1: ("Source address with the Via port", "来源 IP 加 Via 端口"),
    2: ("Address in Via", "Via 头中的地址"),
}
DTMF_RECEIVE: Names = {0: ("All", "全部"), 10: ("RFC 2833", "RFC 2833"), 20: ("Signalling", "信令"), 30: ("Off", "关闭")}
DTMF_SEND_SIP: Names = {0: ("Automatic", "自动"), 10: ("RFC 2833", "RFC 2833"), 50: ("SIP INFO", "SIP INFO"), 60: ("Off", "关闭")}
LRN_FAILURE: Names = {0: ("Reject the call", "拒接呼叫"), 1: ("Go on with the dialled number", "沿用原号码继续")}

MIN_PROFIT_PERCENT_ENABLE = boolean(
    "minProfitPercentEnable",
    "Require a profit margin",
    "限制最低利润率",
    "Keeps calls off routes that would earn less than the margin below.",
    "利润率低于下方数值的路由不会被选用。",
)
MIN_PROFIT_PERCENT = integer(
    "minProfitPercent",
    "Lowest profit margin",
    "最低利润率",
    "In whole percent: 10 asks for ten percent; a negative margin accepts a loss.",
    "按整数百分比填写，10 即百分之十；负数表示允许亏损。",
    unit=Unit.PERCENT,
    low=-10_000,
    high=10_000,
)
MAX_SECOND_RATES_ENABLE = boolean(
    "maxSecondRatesEnable",
    "Limit the rate per second",
    "限制最高秒费率",
    "Keeps calls off routes that cost more per second than the rate below.",
    "每秒价格高于下方数值的路由不会被选用。",
)
MAX_SECOND_RATES = money(
    "maxSecondRates",
    "Highest rate per second",
    "最高秒费率",
    "A price per second: divide a rate per minute by sixty.",
    "以秒为单位的价格，可用每分钟费率除以 60 得出。",
)
SIP_AUTHENTICATION_METHOD = integer(
    "sipAuthenticationMethod",
    "SIP call authentication",
    "SIP 呼叫认证",
    "What a SIP call must match to be taken as coming from this device.",
    "判断 SIP 呼叫是否来自本设备时所比对的内容。",
    codes=SIP_AUTHENTICATION,
)
SIP_PRIVACY_SUPPORT = boolean(
    "sipPrivacySupport",
    "Heed Privacy",
    "处理 Privacy",
    "Obeys the Privacy header of incoming SIP calls instead of ignoring it.",
    "开启后按来话 SIP 信令中的 Privacy 头处理，关闭则不理会。",
)
SIP_PRIVACY_FIELD = integer(
    "sipPrivacy",
    "Privacy header",
    "Privacy 头",
    "What the Privacy header says on SIP calls sent to this device.",
    "向本设备送出 SIP 呼叫时 Privacy 头的内容。",
    codes=SIP_PRIVACY,
)
SIP_P_PREFERRED_IDENTITY = integer(
    "sipPPreferredIdentity",
    "P-Preferred-Identity header",
    "P-Preferred-Identity 头",
    "What P-Preferred-Identity carries on SIP calls sent to this device.",
    "向本设备送出 SIP 呼叫时 P-Preferred-Identity 头的内容。",
    codes=SIP_IDENTITY,
)
SIP_P_ASSERTED_IDENTITY = integer(
    "sipPAssertedIdentity",
    "P-Asserted-Identity header",
    "P-Asserted-Identity 头",
    "What P-Asserted-Identity carries on SIP calls sent to this device.",
    "向本设备送出 SIP 呼叫时 P-Asserted-Identity 头的内容。",
    codes=SIP_IDENTITY,
)
DTMF_RECEIVE_METHOD = integer(
    "dtmfReceiveMethod",
    "Receive DTMF by",
    "DTMF 接收",
    "The ways in which the softswitch accepts key presses from this device.",
    "软交换以何种方式识别本设备发来的按键。",
    codes=DTMF_RECEIVE,
)
SIP_CODEC_ASSIGN = boolean(
    "sipCodecAssign",
    "Fix the SIP codecs",
    "限定 SIP 编码",
    "Offers only the SIP codecs listed; off, the softswitch negotiates them.",
    "仅使用所列的 SIP 编码；关闭时由软交换自行协商。",
)
SIP_CODECS = text(
    "sipCodecs",
    "SIP codecs",
    "SIP 编码列表",
    "The audio and video codecs allowed on SIP calls while they are fixed.",
    "限定编码时 SIP 呼叫可用的音频与视频编码。",
    many=True,
    format=Format.CODEC,
)
AUDIO_CODEC_TRANSCODING_ENABLE = boolean(
    "audioCodecTranscodingEnable",
    "Transcode audio",
    "音频转码",
    "Lets the softswitch convert between codecs where both sides have none in common.",
    "两端没有共同编码时，由软交换在编码之间转换。",
)
RTP_INCLUDE_DTMF_INBAND = boolean(
    "rtpIncludeDtmfInband",
    "Media carries in-band DTMF",
    "媒体中带有带内 DTMF",
    "Says that the audio from this device carries key presses as tones.",
    "表明本设备的语音里以按键音的形式带有 DTMF。",
)
RTP_NEED_DTMF_INBAND = boolean(
    "rtpNeedDtmfInband",
    "Send in-band DTMF",
    "发送带内 DTMF",
    "Adds key presses as tones to the audio sent to this device.",
    "在送往本设备的语音中额外加入按键音。",
)
LRN_ENABLE = boolean(
    "lrnEnable",
    "LRN query",
    "LRN 查询",
    "Looks up the location routing number (number portability) before routing.",
    "选路前先查询号码携带的路由号码（LRN）。",
)
LRN_EAT_PREFIX_LENGTH = integer(
    "lrnEatPrefixLength",
    "LRN: leading digits to skip",
    "LRN：跳过的前缀位数",
    "How many leading digits of the called number are left out of the query.",
    "查询时从被叫号码开头略去的位数。",
    low=0,
)
LRN_FAILURE_ACTION = integer(
    "lrnFailureAction",
    "LRN: on a failed query",
    "LRN：查询失败时",
    "What happens to the call where the query gives no answer.",
    "查询没有结果时对该呼叫的处理。",
    codes=LRN_FAILURE,
)
LRN_INTERSTATE_BILLING_PREFIX = text(
    "lrnInterstateBillingPrefix",
    "LRN: interstate billing prefix",
    "LRN：跨区计费前缀",
    "Billing prefix for calls whose two numbers lie in different regions.",
    "主被叫分属不同地区时采用的计费前缀。",
)
LRN_UNDETERMINED_BILLING_PREFIX = text(
    "lrnUndeterminedBillingPrefix",
    "LRN: unknown-region billing prefix",
    "LRN：地区不明计费前缀",
    "Billing prefix for calls where the region of either number is unknown.",
    "主叫或被叫（或两者）的地区查不到时采用的计费前缀。",
)
CUSTOMER_PASSWORD = text(
    "customerPassword",
    "Self-service password",
    "自助查询密码",
    "Opens the softswitch's own web query pages.",
    "用于登录软交换自带的网页查询。",
    secret=True,
)
