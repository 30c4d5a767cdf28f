"""What mapping and routing gateways have in common in signalling and media: SIP, H.323, DTMF and codecs."""

from __future__ import annotations

from portal.vos3000.schema.base import Format
from portal.vos3000.schema.media import (
    AUDIO_CODEC_TRANSCODING_ENABLE,
    DTMF_RECEIVE_METHOD,
    DTMF_SEND_SIP,
    MEDIA_CHECK,
    RTP_FORWARDING,
    RTP_INCLUDE_DTMF_INBAND,
    RTP_NEED_DTMF_INBAND,
    SIP_CODEC_ASSIGN,
    SIP_CODECS,
    SIP_REQUEST_ADDRESS,
    SIP_RESPONSE_ADDRESS,
)
from portal.vos3000.schema.words import Names, boolean, integer, text

DTMF_IN_CALL: Names = {
    0: ("Automatic", "自动"),
    10: ("RFC 2833", "RFC 2833"),
    20: ("H.245 alphanumeric", "H.245 alphanumeric"),
    30: ("H.245 signal", "H.245 signal"),
    40: ("Q.931 keypad", "Q.931 keypad"),
    50: ("SIP INFO", "SIP INFO"),
    60: ("Off", "关闭"),
}
DTMF_SEND_H323: Names = {number: DTMF_IN_CALL[number] for number in (0, 10, 20, 30, 40, 60)}
G729_OFFER: Names = {
    0: ("Automatic", "自动"),
    1: ("Both as G729", "均按 G729"),
    2: ("Both as G729a", "均按 G729a"),
    3: ("Either as G729 and G729a", "G729 与 G729a 一并给出"),
}
ANNEX: Names = {
    0: ("Automatic", "自动"),
    1: ("annex=yes", "annex=yes"),
    2: ("annex=no", "annex=no"),
    3: ("Leave annex out", "不带 annex"),
    4: ("As the other side said", "沿用对端的 annex"),
}

SIP_FIELDS = (
    integer(
        "sipResponseAddressMethod",
        "Send SIP responses to",
        "SIP 响应发往",
        "The address at which the gateway gets the answers to its SIP requests.",
        "应答该网关的 SIP 请求时，报文送到哪个地址。",
        codes=SIP_RESPONSE_ADDRESS,
    ),
    integer(
        "sipRequestAddressMethod",
        "Send SIP requests to",
        "SIP 请求发往",
        "The address at which the gateway gets later SIP requests of a call.",
        "通话中再向该网关发 SIP 请求时，报文送到哪个地址。",
        codes=SIP_REQUEST_ADDRESS,
    ),
    boolean(
        "sipTimer",
        "Session timers (RFC 4028)",
        "会话定时器（RFC 4028）",
        "Lets both sides agree on refreshing a SIP call, so that a dead one is noticed.",
        "双方可约定定期刷新 SIP 会话，以便发现已失效的通话。",
    ),
    boolean(
        "sip100Rel",
        "Reliable provisional responses (100rel)",
        "可靠临时响应（100rel）",
        "Has SIP responses such as ringing acknowledged by the other side.",
        "振铃等 SIP 临时响应由对方加以确认。",
    ),
    boolean("sipT38", "T.38 fax over SIP", "SIP T.38 传真", "Carries faxes as T.38 on SIP calls.", "SIP 呼叫可按 T.38 传送传真。"),
)

H323_FIELDS = (
    boolean(
        "h323FastStart",
        "Fast start",
        "快速启动（fast start）",
        "Opens the media channels already while the H.323 call is being set up.",
        "H.323 呼叫建立期间就打开媒体通道。",
    ),
    boolean(
        "h323H245Tunneling",
        "H.245 tunnelling",
        "H.245 隧道",
        "Carries H.245 inside the call signalling instead of in a connection of its own.",
        "H.245 消息走呼叫信令，不另建连接。",
    ),
    boolean(
        "h323H245InSetup",
        "H.245 in Setup",
        "Setup 携带 H.245",
        "Puts the first H.245 messages into the H.323 Setup message.",
        "H.323 的 Setup 消息里就带上 H.245 内容。",
    ),
    boolean("h323T38", "T.38 fax over H.323", "H.323 T.38 传真", "Carries faxes as T.38 on H.323 calls.", "H.323 呼叫可按 T.38 传送传真。"),
)

DTMF_FIELDS = (
    DTMF_RECEIVE_METHOD,
    integer(
        "dtmfReceivePayloadType",
        "Payload type received",
        "接收负载类型",
        "RTP payload type of the RFC 2833 key presses that the gateway sends.",
        "网关以 RFC 2833 送来按键时所用的 RTP 负载类型号。",
    ),
    integer(
        "dtmfSendMethodSIP",
        "Send DTMF by, on SIP",
        "SIP 发送 DTMF",
        "How the gateway gets key presses on SIP calls.",
        "SIP 呼叫里以何种方式把按键送给网关。",
        codes=DTMF_SEND_SIP,
    ),
    integer(
        "dtmfSendPayloadTypeSIP",
        "Payload type sent, on SIP",
        "SIP 发送负载类型",
        "RTP payload type of RFC 2833 key presses on SIP calls.",
        "SIP 呼叫里送出 RFC 2833 按键所用的 RTP 负载类型号。",
    ),
    integer(
        "dtmfSendMethodH323",
        "Send DTMF by, on H.323",
        "H.323 发送 DTMF",
        "How the gateway gets key presses on H.323 calls.",
        "H.323 呼叫里以何种方式把按键送给网关。",
        codes=DTMF_SEND_H323,
    ),
    integer(
        "dtmfSendPayloadTypeH323",
        "Payload type sent, on H.323",
        "H.323 发送负载类型",
        "RTP payload type of RFC 2833 key presses on H.323 calls.",
        "H.323 呼叫里送出 RFC 2833 按键所用的 RTP 负载类型号。",
    ),
    RTP_INCLUDE_DTMF_INBAND,
    RTP_NEED_DTMF_INBAND,
)

MEDIA_FIELDS = (
    integer(
        "rtpForwardType",
        "Relay media",
        "媒体转发",
        "Whether speech and video go through the softswitch or straight between the two sides.",
        "语音与视频经软交换中转，还是由两端直接传送。",
        codes=RTP_FORWARDING,
    ),
    integer(
        "mediaCheckDirection",
        "Watch for lost media",
        "媒体中断监测",
        "Which direction is watched for media that stops; works only on calls whose media the softswitch relays.",
        "对哪个方向监测媒体是否中断；只对由软交换中转媒体的通话起作用。",
        codes=MEDIA_CHECK,
    ),
    boolean("mediaRecord", "Record calls", "通话录音", "Records the calls of this gateway.", "把经过本网关的通话录下来。"),
    AUDIO_CODEC_TRANSCODING_ENABLE,
    SIP_CODEC_ASSIGN,
    SIP_CODECS,
    boolean(
        "h323CodecAssign",
        "Fix the H.323 codecs",
        "限定 H.323 编码",
        "Offers only the H.323 codecs listed; off, the softswitch negotiates them.",
        "仅使用所列的 H.323 编码；关闭时由软交换自行协商。",
    ),
    text(
        "h323Codecs",
        "H.323 codecs",
        "H.323 编码列表",
        "The audio and video codecs allowed on H.323 calls while they are fixed.",
        "限定编码时 H.323 呼叫可用的音频与视频编码。",
        many=True,
        format=Format.CODEC,
    ),
    integer(
        "sipG729SendMode",
        "G.729 on SIP",
        "SIP 的 G.729",
        "Under which names G729 and G729a are negotiated on SIP calls.",
        "SIP 呼叫协商时 G729 与 G729a 以什么名称给出。",
        codes=G729_OFFER,
    ),
    integer(
        "h323G729SendMode",
        "G.729 on H.323",
        "H.323 的 G.729",
        "Under which names G729 and G729a are negotiated on H.323 calls.",
        "H.323 呼叫协商时 G729 与 G729a 以什么名称给出。",
        codes=G729_OFFER,
    ),
    integer(
        "sipG729Annexb",
        "G.729 annex B on SIP",
        "SIP 的 G.729 annex B",
        "What a SIP offer of G729 says about annex B (silence suppression).",
        "SIP 协商 G729 时如何填写 annexb（静音压缩）。",
        codes=ANNEX,
    ),
    integer(
        "sipG723Annexa",
        "G.723 annex A on SIP",
        "SIP 的 G.723 annex A",
        "What a SIP offer of G723 says about annex A (silence suppression).",
        "SIP 协商 G723 时如何填写 annexa（静音压缩）。",
        codes=ANNEX,
    ),
)
