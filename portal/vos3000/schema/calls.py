"""Calls in progress, the softswitches that carry them and their load: manual 3.21, 3.56, 3.57 and 3.82."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Format, Interface, Nature, Resource, Scope, Text, Unit
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.gateway_signalling import DTMF_IN_CALL
from portal.vos3000.schema.phones import CRYPTO_TYPE
from portal.vos3000.schema.words import Names, big, instant, integer, part, rows, section, text

CALL_PROGRESS: Names = {
    -1: ("Setup", "初始化（Setup）"),
    -2: ("Call Proceeding", "接续（CallProceeding）"),
    -3: ("Call Proceeding with media", "接续（CallProceeding，有媒体）"),
    -4: ("Progress", "接续（Progress）"),
    -5: ("Alerting", "振铃（Alerting）"),
    -6: ("Connect", "接通（Connect）"),
    -7: ("Invite", "初始化（Invite）"),
    -8: ("Trying", "接续（Trying）"),
    -9: ("Session Progress", "接续（SessionProgress）"),
    -10: ("Session Progress with SDP", "接续（SessionProgress，有 SDP）"),
    -11: ("Ringing", "振铃（Ringing）"),
    -12: ("OK", "接通（OK）"),
    -13: ("Released", "挂断（Release）"),
    -14: ("Transferring", "正在转移"),
    -15: ("Transferred", "转移成功"),
    -16: ("Transfer failed", "转移失败"),
    -17: ("Transfer given up", "放弃转移"),
}

RTP_FLOW = Book(
    integer("rtpPackets", "Packets", "报文数", "RTP packets received so far.", "至今收到多少个 RTP 报文。", unit=Unit.PACKETS, moves=True),
    integer("rtpBytes", "Bytes", "字节数", "Bytes of RTP received so far.", "至今收到多少字节的 RTP。", unit=Unit.BYTES, moves=True),
    big(
        "rtpDuration",
        "Duration (µs)",
        "时长（微秒）",
        "How long media has flowed, in millionths of a second.",
        "媒体流动至今的时长，以百万分之一秒计。",
        moves=True,
    ),
).all("InfoRtpFlow", required="rtpPackets rtpBytes rtpDuration")

CURRENT_CALL = Book(
    section(
        "call",
        "Call",
        "呼叫",
        integer(
            "callId",
            "Call ID",
            "呼叫标识",
            "The softswitch's key of the call, needed to disconnect it.",
            "软交换给该呼叫的标识，中断呼叫时要用。",
        ),
        instant(
            "connectedTime",
            "Connected at",
            "接通时刻",
            "When the call was answered; until then, when it came in.",
            "应答的时刻；应答之前则是呼叫进来的时刻。",
            moves=True,
        ),
        big(
            "keepTime",
            "State",
            "状态",
            "How long the call has lasted; a negative number is the state of a call that is not running.",
            "通话至今的时长；负数表示呼叫未在通话时所处的状态。",
            unit=Unit.MILLISECONDS,
            special=CALL_PROGRESS,
            moves=True,
        ),
        text("callCodec", "Codec", "编码", "The codec that the call uses.", "这一通话正在用的编码。"),
    ),
    section(
        "caller",
        "Caller",
        "主叫侧",
        text("callerE164", "Caller", "主叫号码", "The number that calls.", "拨出这一呼叫的号码。", format=Format.NUMBER),
        text(
            "callerGatewayId",
            "Caller's gateway",
            "主叫网关",
            "The gateway by which the call came in.",
            "呼叫由哪个网关进来。",
            ref="mapping_gateway",
        ),
        text("callerTerminal", "Caller's device", "主叫设备", "What the caller's device says that it is.", "主叫一侧设备自报的名称。"),
        text(
            "callerLocalIp",
            "Signalling address to the caller",
            "主叫侧本地地址",
            "The softswitch's address for the caller's signalling.",
            "软交换与主叫侧交换信令所用的地址。",
            format=Format.ADDRESS,
        ),
        integer(
            "callerCryptoType",
            "Caller's encryption",
            "主叫侧加密",
            "How the caller's side is encrypted.",
            "主叫一侧采用何种加密。",
            codes=CRYPTO_TYPE,
        ),
        text("callerCodec", "Caller's codecs", "主叫编码集", "The codecs that the caller's side offers.", "主叫一侧可用的编码。"),
        text(
            "callerRtpIp",
            "Caller's media address",
            "主叫媒体地址",
            "Where the caller's speech and video come from.",
            "主叫的语音与视频来自何处。",
        ),
        integer(
            "callerReceiveDtmf",
            "DTMF from the caller",
            "主叫来的 DTMF",
            "How the softswitch gets the caller's key presses.",
            "软交换经何种方式得到主叫的按键。",
            codes=DTMF_IN_CALL,
        ),
        integer(
            "callerSendDtmf",
            "DTMF to the caller",
            "送主叫的 DTMF",
            "How key presses reach the caller; numbered like DTMF from the caller.",
            "按键经何种方式送到主叫，编号与“主叫来的 DTMF”相同。",
        ),
        part(
            "callerInfoRtpFlowAudio",
            "Caller's audio",
            "主叫语音流",
            RTP_FLOW,
            "Speech received from the caller.",
            "从主叫收到的语音。",
            moves=True,
        ),
        part(
            "callerInfoRtpFlowVideo",
            "Caller's video",
            "主叫视频流",
            RTP_FLOW,
            "Video received from the caller.",
            "从主叫收到的视频。",
            moves=True,
        ),
    ),
    section(
        "callee",
        "Called side",
        "被叫侧",
        text("calleeE164", "Called", "被叫号码", "The number that is called.", "这一呼叫拨打的号码。", format=Format.NUMBER),
        text(
            "calleeGatewayId",
            "Called side's gateway",
            "被叫网关",
            "The gateway by which the call goes out.",
            "呼叫由哪个网关送出。",
            ref="routing_gateway",
        ),
        text("calleeTerminal", "Called device", "被叫设备", "What the called device says that it is.", "被叫一侧设备自报的名称。"),
        text(
            "calleeLocalIp",
            "Signalling address to the called side",
            "被叫侧本地地址",
            "The softswitch's address for the called side's signalling.",
            "软交换与被叫侧交换信令所用的地址。",
            format=Format.ADDRESS,
        ),
        integer(
            "calleeCryptoType",
            "Called side's encryption",
            "被叫侧加密",
            "How the called side is encrypted.",
            "被叫一侧采用何种加密。",
            codes=CRYPTO_TYPE,
        ),
        text("calleeCodec", "Called side's codecs", "被叫编码集", "The codecs that the called side offers.", "被叫一侧可用的编码。"),
        text(
            "calleeRtpIp",
            "Called side's media address",
            "被叫媒体地址",
            "Where the called side's speech and video come from.",
            "被叫的语音与视频来自何处。",
        ),
        integer(
            "calleeReceiveDtmf",
            "DTMF from the called side",
            "被叫来的 DTMF",
            "How the called side's key presses arrive; numbered like DTMF from the caller.",
            "被叫的按键经何种方式到达，编号与“主叫来的 DTMF”相同。",
        ),
        integer(
            "calleeSendDtmf",
            "DTMF to the called side",
            "送被叫的 DTMF",
            "How key presses reach the called side; numbered like DTMF from the caller.",
            "按键经何种方式送到被叫，编号与“主叫来的 DTMF”相同。",
        ),
        part(
            "calleeInfoRtpFlowAudio",
            "Called side's audio",
            "被叫语音流",
            RTP_FLOW,
            "Speech received from the called side.",
            "从被叫收到的语音。",
            moves=True,
        ),
        part(
            "calleeInfoRtpFlowVideo",
            "Called side's video",
            "被叫视频流",
            RTP_FLOW,
            "Video received from the called side.",
            "从被叫收到的视频。",
            moves=True,
        ),
    ),
)
#: Whom the operator hands calls on to, and by which of its own addresses.
ROUTING = (
    "callerLocalIp calleeGatewayId calleeTerminal calleeLocalIp calleeCryptoType calleeCodec calleeRtpIp calleeReceiveDtmf calleeSendDtmf"
    " calleeInfoRtpFlowAudio calleeInfoRtpFlowVideo"
)
CURRENT_CALL = CURRENT_CALL.marked(ROUTING, seen_by="see_routing", staff=True)
INFO_CURRENT_CALL = CURRENT_CALL.all("InfoCurrentCall", required=" ".join(CURRENT_CALL.fields))

CALL_FILTERS = Book(
    text(
        "callerE164s",
        "Callers",
        "主叫号码",
        "Only calls from these numbers; left out, from any.",
        "只看这些号码打出的呼叫，不填则不筛选。",
        many=True,
        format=Format.NUMBER,
    ),
    text(
        "calleeE164s",
        "Called numbers",
        "被叫号码",
        "Only calls to these numbers; left out, to any.",
        "只看打给这些号码的呼叫，不填则不筛选。",
        many=True,
        format=Format.NUMBER,
    ),
    text(
        "gatewayMappingName",
        "Mapping gateway",
        "对接网关",
        "Only calls that came in by this gateway; left out, by any.",
        "只看由此网关进来的呼叫，不填则不筛选。",
        ref="mapping_gateway",
    ),
    text(
        "gatewayRoutingName",
        "Routing gateway",
        "落地网关",
        "Only calls that go out by this gateway; left out, by any.",
        "只看由此网关送出的呼叫，不填则不筛选。",
        ref="routing_gateway",
        seen_by="see_routing",
        staff=True,
    ),
)

INFO_SOFT_SWITCH = Book(
    text("name", "Name", "名称", "The name under which the softswitch joined the platform.", "软交换以什么名称加入平台。"),
    text("identification", "Identification", "标识", "What tells this softswitch from others.", "用来区分各台软交换。"),
    instant("createTime", "Created", "创建于", "When it was set up.", "这台软交换何时建立。"),
    instant("accessTime", "Connected since", "接入于", "When it connected to the platform.", "这台软交换何时连上平台。", moves=True),
    text(
        "accessAddress",
        "Connected from",
        "接入地址",
        "The address that it connected from.",
        "这台软交换从哪个地址连上平台。",
        format=Format.ADDRESS,
        moves=True,
    ),
    MEMO,
).all("InfoSoftSwitch", required="name identification createTime memo")

INFO_PERFORMANCE = Book(
    integer("callSize", "Concurrency", "并发", "How many calls run at this moment.", "此刻同时存在多少呼叫。", unit=Unit.CALLS, moves=True),
    integer("cdrQueueSize", "CDRs waiting", "待处理话单", "How many CDRs wait to be worked off.", "还有多少话单排队等候处理。", moves=True),
).all("InfoPerformance", required="callSize cdrQueueSize")

NO_FIELDS = Book()

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="call",
        area="calls",
        title=Text("Call", "呼叫"),
        plural=Text("Current calls", "当前通话"),
        key="callId",
        read="GetCurrentCall",
        rows="infoCurrentCalls",
    ),
    Resource(
        name="softswitch",
        area="system",
        title=Text("Softswitch", "软交换"),
        plural=Text("Softswitches", "软交换"),
        key="name",
        read="GetSoftSwitch",
        rows="infoSoftSwitches",
    ),
    Resource(
        name="performance",
        area="system",
        title=Text("Performance", "性能"),
        plural=Text("Performance", "性能"),
        key="",
        read="GetPerformance",
        rows="infoPerformance",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetCurrentCall",
        section="3.21",
        title=Text("Current calls", "当前通话"),
        help=Text("Reads the calls in progress; asking often slows the softswitch down.", "读取正在进行的呼叫；查得太密会拖慢软交换。"),
        nature=Nature.READ,
        area="calls",
        resource="call",
        action="read",
        scope=Scope(
            names={"gatewayMappingName": "mapping_gateway"},
            must=("gatewayMappingName",),
            rows={"infoCurrentCalls": ("callerGatewayId", "mapping_gateway")},
        ),
        request=CALL_FILTERS.all("GetCurrentCallRequest"),
        response=answer(
            "GetCurrentCallAnswer",
            rows("infoCurrentCalls", "Calls", "呼叫", INFO_CURRENT_CALL, "The calls in progress that match.", "符合条件的进行中呼叫。"),
        ),
    ),
    Interface(
        name="GetSoftSwitch",
        section="3.56",
        title=Text("Softswitches", "软交换列表"),
        help=Text("Lists the softswitches of the platform and when they connected.", "列出平台的软交换及其接入情况。"),
        nature=Nature.READ,
        area="system",
        resource="softswitch",
        action="read",
        staff_only="It tells of the operator's own machines.",
        request=NO_FIELDS.all("GetSoftSwitchRequest"),
        response=answer(
            "GetSoftSwitchAnswer",
            rows(
                "infoSoftSwitches",
                "Softswitches",
                "软交换",
                INFO_SOFT_SWITCH,
                "The softswitches of the platform.",
                "平台拥有的各台软交换。",
            ),
        ),
    ),
    Interface(
        name="GetPerformance",
        section="3.57",
        title=Text("Performance", "性能概况"),
        help=Text("Shows how many calls run now and how many CDRs are waiting.", "查看此刻的并发以及排队的话单。"),
        nature=Nature.READ,
        area="system",
        resource="performance",
        action="read",
        staff_only="It tells of the operator's own machines.",
        request=NO_FIELDS.all("GetPerformanceRequest"),
        response=answer(
            "GetPerformanceAnswer",
            part("infoPerformance", "Performance", "性能", INFO_PERFORMANCE, "The load of the platform now.", "平台此刻的负载。"),
        ),
    ),
    Interface(
        name="DisconnectCurrentCall",
        section="3.82",
        title=Text("Disconnect calls", "中断呼叫"),
        help=Text("Ends calls in progress at once.", "立即结束正在进行的呼叫。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="calls",
        resource="call",
        action="disconnect",
        staff_only="A call is named by a number that tells nothing of whose it is.",
        request=Book(
            integer(
                "callIds",
                "Calls",
                "呼叫",
                "The IDs of the calls to end, as the current calls show them.",
                "要结束的呼叫，填当前通话列表里的呼叫标识。",
                many=True,
                ref="call",
            ),
        ).all("DisconnectCurrentCallRequest", required="callIds"),
        response=OK,
    ),
)
