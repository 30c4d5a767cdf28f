"""What the softswitch sends outward: chapter 4 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.alarms import ALARMS
from portal.vos3000.schema.base import Book, Format, Push, Text
from portal.vos3000.schema.common import ANSWER
from portal.vos3000.schema.owners import ACCOUNT
from portal.vos3000.schema.words import Names, big, boolean, instant, integer, money, rows, text

CALL_STATES: Names = {
    -1: ("Set up (H.323 Setup)", "建立（H.323 Setup）"),
    -2: ("Proceeding (CallProceeding)", "接续（CallProceeding）"),
    -3: ("Proceeding with media (CallProceeding, RTP)", "接续并有媒体（CallProceeding，RTP）"),
    -4: ("Proceeding (Progress)", "接续（Progress）"),
    -5: ("Ringing (Alerting)", "振铃（Alerting）"),
    -6: ("Answered (Connect)", "接通（Connect）"),
    -7: ("Set up (SIP INVITE)", "建立（SIP INVITE）"),
    -8: ("Proceeding (Trying)", "接续（Trying）"),
    -9: ("Proceeding (Session Progress)", "接续（Session Progress）"),
    -10: ("Proceeding with media (Session Progress, SDP)", "接续并有媒体（Session Progress，SDP）"),
    -11: ("Ringing (SIP Ringing)", "振铃（SIP Ringing）"),
    -12: ("Answered (SIP OK)", "接通（SIP OK）"),
    -13: ("Released", "已挂断"),
    -18: ("Being authorised, not yet sent to the called side", "鉴权中，尚未送往被叫侧"),
}

_CALLER = text("callerE164", "Caller", "主叫", "Who calls.", "由谁呼出。", format=Format.NUMBER)
_CALLEE = text("calleeE164", "Called", "被叫", "Who is called.", "呼给谁。", format=Format.NUMBER)
_MENU = text("menuName", "Menu", "菜单", "The IVR menu in which keys were pressed.", "按键时所处的语音菜单。")
_KEYS = text("dtmf", "Keys", "按键", "What the caller pressed.", "来电者按下的内容。")
_AT = instant("eventTime", "When", "发生时间", "When it happened.", "事件在何时出现。")

KEYS = Book(_MENU, _KEYS)
INFO_DTMF = KEYS.all("InfoDtmf", required="menuName dtmf")

IVR = Book(
    big("flowNo", "Flow number", "流水号", "The same for all pushes of one call.", "同一呼叫的各次推送相同。"),
    _CALLER,
    _CALLEE,
    text(
        "accessE164",
        "Access number",
        "接入号码",
        "The phone that the IVR flow runs on.",
        "语音流程挂在这部话机上。",
        format=Format.NUMBER,
        ref="phone",
    ),
    _MENU,
    _KEYS,
    rows("infoDtmfs", "Keys by menu", "各菜单按键", INFO_DTMF, "Menus passed, with the keys pressed in each.", "经过的菜单及其中的按键。"),
)
IVR_ANSWER = Book(
    integer(
        "retCode",
        "Next step",
        "后续步骤",
        "Chosen by the receiver; without one the flow takes its default way.",
        "由接收方自定；没有时流程走默认分支。",
    ),
    text("exception", "Reason", "原因", "Why the receiver refuses.", "接收方拒绝的理由。"),
    text("audioNames", "Announcements", "语音参数", "What the flow is to play.", "供流程播放的语音。", many=True),
).pick("PushDtmfAnswer", "retCode! exception audioNames")
RECEIVED = ANSWER.pick("PushAnswer", "retCode!")

PHONE = Book(
    text("e164", "Phone", "话机", "The phone that came or went.", "上线或下线的话机。", format=Format.NUMBER, ref="phone"),
    text(
        "dids", "Further numbers", "一机多号", "Other numbers of the same phone.", "同一话机的其余号码。", many=True, format=Format.NUMBER
    ),
    boolean("online", "Online", "在线", "Yes when it came, no when it went.", "上线为是，离线为否。"),
    _AT,
    text("localIp", "Local IP", "本地 IP", "The softswitch's address.", "软交换一侧的地址。", format=Format.ADDRESS),
    integer("localPort", "Local port", "本地端口", "The softswitch's port.", "软交换一侧的端口。", low=0, high=65_535),
    text("remoteIp", "Remote IP", "远端 IP", "Where the phone registers from.", "话机从何处注册。", format=Format.ADDRESS),
    text("productId", "Device", "设备", "What the phone calls itself.", "话机自报的型号。"),
)

CALL = Book(
    integer("callId", "Call", "呼叫", "The call this is about.", "此通知所指的呼叫。", ref="call"),
    integer(
        "callState",
        "State",
        "状态",
        "Where the call has got to; not to be read as an end reason.",
        "呼叫进行到哪一步，与终止原因无关。",
        special=CALL_STATES,
    ),
    _AT,
    _CALLER,
    _CALLEE,
    text("callerGatewayId", "Caller's gateway", "主叫网关", "Where the call came in.", "呼叫由此接入。", ref="mapping_gateway"),
    text("calleeGatewayId", "Called gateway", "被叫网关", "Where the call goes out.", "呼叫由此送出。", ref="routing_gateway"),
    text("callerIp", "Caller's IP", "主叫 IP", "Where the call comes from.", "呼叫来自何处。", format=Format.ADDRESS),
    text("calleeIp", "Called IP", "被叫 IP", "Where the call goes to.", "呼叫送往何处。", format=Format.ADDRESS),
    text(
        "callerLocalIp",
        "Local IP, caller's side",
        "主叫侧本地 IP",
        "Address that took the call.",
        "接入呼叫的本机地址。",
        format=Format.ADDRESS,
    ),
    text(
        "calleeLocalIp",
        "Local IP, called side",
        "被叫侧本地 IP",
        "Address that sent the call.",
        "送出呼叫的本机地址。",
        format=Format.ADDRESS,
    ),
    text("transactionId", "Transaction id", "提交识别码", "As it was given when the call was ordered.", "发起呼叫时所给的标记。"),
    text("callIdentifier", "SIP Call-ID", "SIP Call-ID", "Call-ID header of the caller's side.", "取自主叫侧的同名信令字段。"),
)

MONEY = Book(
    ACCOUNT,
    money("money", "Balance", "余额", "The account's balance now.", "账户此刻的数额。", moves=True),
)

PUSHES: tuple[Push, ...] = (
    Push(
        name="PushDtmfInfo",
        section="4.2",
        title=Text("IVR asks what to do", "语音流程询问去向"),
        help=Text("Sent when keys were pressed in a menu; the answer steers the flow.", "菜单中有按键时发出，应答决定流程去向。"),
        request=IVR.pick("PushDtmfInfo", "flowNo! callerE164! calleeE164! accessE164! menuName! dtmf!"),
        response=IVR_ANSWER,
    ),
    Push(
        name="PushDtmfInfos",
        section="4.3",
        title=Text("IVR asks what to do, with several menus", "语音流程询问去向（多菜单）"),
        help=Text("As the one before, with the keys of every menu passed.", "同上，但带上各级菜单的按键。"),
        request=IVR.pick("PushDtmfInfos", "flowNo! callerE164! calleeE164! accessE164! infoDtmfs!"),
        response=IVR_ANSWER,
    ),
    Push(
        name="PhoneOnline",
        section="4.4",
        title=Text("Phone came or went", "话机上下线"),
        help=Text("Sent when a phone registers or its registration ends.", "话机注册成功或注册终止时发出。"),
        request=PHONE.all("PhoneOnline", required=" ".join(PHONE.fields)),
        response=RECEIVED,
    ),
    Push(
        name="CallStateReport",
        section="4.5",
        title=Text("Call changed state", "呼叫状态变化"),
        help=Text("Sent at each step of a call.", "呼叫每进一步发出一次。"),
        request=CALL.pick(
            "CallStateReport",
            "callId! callState! eventTime! callerE164! calleeE164! callerGatewayId calleeGatewayId callerIp! calleeIp! callerLocalIp!"
            " calleeLocalIp! transactionId callIdentifier!",
        ),
        response=RECEIVED,
    ),
    Push(
        name="CustomerMoneyChange",
        section="4.6",
        title=Text("Balance changed", "账户余额变化"),
        help=Text(
            "Sent for recharges and charges that are not for calls; never for call charges.", "充值与非通话收费时发出，话费不会触发。"
        ),
        request=MONEY.all("CustomerMoneyChange", required="account money"),
        response=RECEIVED,
    ),
    Push(
        name="AlarmCurrentReport",
        section="4.7",
        title=Text("Alarms changed", "当前告警通知"),
        help=Text("Brings the alarms that are on now.", "带来眼下存在的各项告警。"),
        request=Book(ALARMS).all("AlarmCurrentReport", required="infoAlarmCurrents"),
        response=RECEIVED,
    ),
)
