"""Calls that the IVR makes and the time it may talk: sections 3.60 to 3.63, 3.66, 3.74 to 3.78 and 3.89 of the manual."""

from __future__ import annotations

from portal.vos3000.schema import ivr_audio
from portal.vos3000.schema.base import Agree, Book, Format, Interface, Nature, Ordered, Resource, Scope, Text, Unit
from portal.vos3000.schema.common import OK, answer
from portal.vos3000.schema.owners import ACCOUNT, ACCOUNT_NAME, PAYER
from portal.vos3000.schema.words import Names, instant, integer, money, part, section, text

_BY_PHONE = ("Account of the phone", "话机的账户")
_BY_BOUND_NUMBER = ("Account of the bound number", "绑定号码的账户")
_BY_CARD = ("Account of the phone card in use", "在用电话卡的账户")
PLAY_BILLING: Names = {0: _BY_PHONE, 2: _BY_BOUND_NUMBER, 3: _BY_CARD}
TIME_BILLING: Names = {
    0: ("Phone", "平台话机"),
    1: ("Mapping gateway", "对接网关"),
    2: ("Bound number", "绑定号码"),
    3: ("Phone card", "电话卡"),
    4: ("Phone card, else mapping gateway", "先电话卡，后对接网关"),
}
SECOND_LEG_BILLING: Names = {
    0: ("Phone of the access number", "接入号的话机"),
    1: ("Phone card in use", "在用电话卡"),
    2: ("Bound number, else phone card, else phone", "依次为绑定号码、电话卡、话机"),
    3: ("Phone of the caller", "主叫的话机"),
}
MERGING: Names = {
    0: ("Nothing is added", "不叠加"),
    1: ("The access number's charge is added", "叠加接入号的费用"),
    2: ("The caller's charge is added", "叠加主叫的费用"),
}
CALLED_ENDPOINTS: Names = {0: ("Phone", "平台话机"), 1: ("Routing gateway", "落地网关")}

_CALLEE = text("calleeE164", "Called", "被叫", "The number to be called.", "将要呼叫的号码。", format=Format.NUMBER)
_ACCESS = section(
    "access",
    "Access",
    "接入",
    text(
        "accessE164",
        "Access number",
        "接入号码",
        "The phone that the IVR flow runs on.",
        "语音流程挂在这部话机上。",
        format=Format.NUMBER,
        ref="phone",
    ),
    text("accessE164Password", "Access password", "接入密码", "The password of that phone.", "该话机的密码。", secret=True),
)
_TRANSACTION = text(
    "transactionId",
    "Transaction id",
    "提交识别码",
    "Your own mark, found again in call states and CDRs: letters, digits, - and _.",
    "自定标记，状态通知与话单中会带回；限字母、数字、- 与 _。",
)
_DISPLAYED = text(
    "callerDisplayNumber",
    "Number shown",
    "去电显示",
    "Left out, the softswitch decides what is shown.",
    "不填则由软交换决定。",
    format=Format.NUMBER,
)
_CALL_IDENTIFIER = text(
    "callIdentifier",
    "Call identifier",
    "呼叫标识",
    "Found again in call states; the second leg differs in its last digits only.",
    "与状态通知中的一致；第二路仅末尾数字不同。",
)

CALL_BACK = Book(
    section(
        "call",
        "Call",
        "呼叫",
        text(
            "callerE164",
            "Caller",
            "主叫",
            "Called first; pays where no billing number is given.",
            "先被呼叫；未填计费号码时由其付费。",
            format=Format.NUMBER,
        ),
        _DISPLAYED,
        text(
            "calleeE164s",
            "Called",
            "被叫",
            "Called next; several are set apart by commas.",
            "随后呼叫；多个以逗号隔开。",
            format=Format.COMMA_LIST,
        ),
        text(
            "calloutDisplayInFrom", "Display in From", "From 显示", "Display number in the outgoing INVITE.", "写入外呼 INVITE 的显示号。"
        ),
        _TRANSACTION,
    ),
    _ACCESS,
    section(
        "billing",
        "Billing",
        "计费",
        text(
            "callbackBillingE164",
            "First leg billed to",
            "第一路计费号码",
            "Left out, the caller. The IVR flow decides whether it is a bound number, a card or a phone.",
            "不填即主叫；由语音流程决定视作绑定号码、电话卡还是话机。",
            format=Format.NUMBER,
        ),
        text(
            "callbackBillingPassword", "First leg password", "第一路计费密码", "Checked where it is given.", "填写时才核对。", secret=True
        ),
        text(
            "calloutBillingE164",
            "Second leg billed to",
            "第二路计费号码",
            "Left out, the caller. The IVR flow decides whether it is a bound number, a card or a phone.",
            "不填即主叫；由语音流程决定视作绑定号码、电话卡还是话机。",
            format=Format.NUMBER,
        ),
        text(
            "calloutBillingPassword", "Second leg password", "第二路计费密码", "Checked where it is given.", "填写时才核对。", secret=True
        ),
    ),
)

PLAY = Book(
    section(
        "call",
        "Call",
        "呼叫",
        text("audioes", "Sound files", "语音文件", "Names of what is played, in order.", "按次序播放的文件名。", format=Format.COMMA_LIST),
        text("language", "Language", "语言", "Left out, the language of the access number's flow.", "不填则沿用接入号流程的语言。"),
        _DISPLAYED,
        text("callee", "Called", "被叫", "Who is called and hears it.", "呼叫并收听的一方。", format=Format.NUMBER),
        _TRANSACTION,
    ),
    _ACCESS,
    section(
        "billing",
        "Billing",
        "计费",
        text(
            "billingNumber",
            "Billed to",
            "计费号码",
            "The number whose account pays.",
            "由此号码的账户付费。",
            format=Format.NUMBER,
            secret_where=("billingNumberType", (3,)),
        ),
        integer(
            "billingNumberType", "Billed through", "计费方式", "What the number billed is.", "计费号码属于哪一种。", codes=PLAY_BILLING
        ),
    ),
)

_REMAIN = integer(
    "timeRemain",
    "Time left",
    "可用时长",
    "Above 0: seconds; below 0: an end reason that forbids the call.",
    "大于 0 为秒数；小于 0 为不可呼叫的终止原因。",
    unit=Unit.SECONDS,
)
_MONEY_LEFT = money("accountMoney", "Balance", "余额", "Without the free money of suites.", "未计套餐赠送的部分。", moves=True)
AVAILABLE = Book(
    ACCOUNT,
    ACCOUNT_NAME,
    _MONEY_LEFT,
    _REMAIN,
    integer(
        "timeRemainRoutingGateway",
        "Time left at the routing gateway",
        "落地网关可用时长",
        "The same, for the routing gateway's clearing account.",
        "同上，针对落地网关的结算账户。",
        unit=Unit.SECONDS,
    ),
)
INFO_AVAILABLE_TIME = AVAILABLE.all("InfoAvailableTime", required="timeRemain")
INFO_IVR_SECOND_AVAILABLE_TIME = AVAILABLE.all("InfoIvrSecondAvailableTime", required="timeRemain", without="timeRemainRoutingGateway")

ASK_TIME = Book(
    text(
        "billingName",
        "Billed to",
        "计费对象",
        "Number or name, read by the next field.",
        "填号码或名称，按下一项解释。",
        secret_where=("billingMode", (3, 4)),
    ),
    integer("billingMode", "Billed through", "计费类型", "What the name before is.", "说明上一项属于哪一种。", codes=TIME_BILLING),
    _CALLEE,
    integer(
        "calleeEndpointType",
        "Called through",
        "被叫送达设备",
        "For a phone, free service numbers are taken into account.",
        "选平台话机时会考虑免费的特服号。",
        codes=CALLED_ENDPOINTS,
    ),
    text("routingGateway", "Routing gateway", "落地网关", "Where the call would go out.", "呼叫将由此送出。", ref="routing_gateway"),
    text(
        "calleeToGatewayE164",
        "Called sent out",
        "呼出被叫",
        "As the routing gateway's rules leave it; goes with that gateway where its clearing balance is checked.",
        "经落地网关规则处理后的写法；该网关须核对结算余额时与其一同填写。",
        format=Format.NUMBER,
    ),
)
ASK_SECOND_TIME = Book(
    section(
        "billing",
        "Billing",
        "计费",
        text(
            "billingNumber",
            "Billed to",
            "计费号码",
            "The number whose account pays.",
            "由此号码的账户付费。",
            format=Format.NUMBER,
            secret_where=("billingType", (1, 2)),
        ),
        integer("billingType", "Billed through", "计费类型", "How the account is found.", "凭什么寻找账户。", codes=SECOND_LEG_BILLING),
        text(
            "accessE164",
            "Access number",
            "接入号码",
            "Given, both accounts must share an agent billed by traffic or have none.",
            "填写后，双方账户须同属一个按流量计费的代理商，或都没有这样的代理商。",
            format=Format.NUMBER,
            ref="phone",
        ),
        integer(
            "mergeBillingType",
            "Added charge",
            "叠加计费",
            "Whose charge is added to the second leg.",
            "把谁的费用并入第二路。",
            codes=MERGING,
        ),
        text("mergeE164", "Added number", "叠加号码", "The number whose charge is added.", "并入其费用的号码。", format=Format.NUMBER),
    ),
    section(
        "legs",
        "Legs",
        "两路通话",
        _CALLEE,
        text("firstE164", "First leg called", "第一路被叫", "Whom the first leg reached.", "第一路接到了谁。", format=Format.NUMBER),
        instant("firstConnectTime", "First leg answered", "第一路接通", "When the first leg was answered.", "第一路何时接起。"),
        instant("firstStopTime", "First leg ended", "第一路结束", "Up to when the first leg is counted.", "第一路计算到何时为止。"),
    ),
)

RESERVE = Book(
    section(
        "call",
        "Call",
        "呼叫",
        text("callerE164", "Caller", "主叫", "Who will dial the access number.", "将要拨打接入号的一方。", format=Format.NUMBER),
        text("calleeE164", "Called", "被叫", "Who is then reached.", "届时接通的一方。", format=Format.NUMBER),
    ),
    _ACCESS,
)

DISCONNECT = Book(
    text(
        "callIdentifiers",
        "Call identifiers",
        "呼叫标识",
        "The calls to end, as the IVR named them.",
        "要结束的呼叫，用 IVR 给出的标识。",
        many=True,
        ref="ivr_call",
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="ivr_call",
        area="voice",
        title=Text("IVR call", "IVR 呼叫"),
        plural=Text("IVR calls", "IVR 呼叫"),
        key="callIdentifier",
    ),
    *ivr_audio.RESOURCES,
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CallBack",
        section="3.60",
        title=Text("Call back", "回拨"),
        help=Text("Calls the caller, then the called, and joins them.", "先后呼叫主叫与被叫并将其接通。"),
        nature=Nature.WRITE,
        area="voice",
        resource="ivr_call",
        action="call",
        scope=Scope(names={"callerE164": PAYER, "accessE164": "phone", "callbackBillingE164": PAYER, "calloutBillingE164": PAYER}),
        request=CALL_BACK.pick(
            "CallBackRequest",
            "callerE164! callerDisplayNumber calleeE164s! accessE164! accessE164Password! callbackBillingE164 callbackBillingPassword"
            " calloutBillingE164 calloutBillingPassword calloutDisplayInFrom transactionId",
        ),
        response=answer("CallBackAnswer", _TRANSACTION, _CALL_IDENTIFIER),
    ),
    Interface(
        name="PlayAudio",
        section="3.61, 5.1",
        title=Text("Play announcements", "播放语音"),
        help=Text("Calls a number and plays sound files to it.", "呼叫一个号码并向其播放语音文件。"),
        nature=Nature.WRITE,
        area="voice",
        resource="ivr_call",
        action="play",
        staff_only="It bills whatever number it is given.",
        request=PLAY.pick(
            "PlayAudioRequest",
            "audioes! language callerDisplayNumber callee! accessE164! accessE164Password! billingNumber billingNumberType transactionId",
        ),
        response=answer("PlayAudioAnswer", _TRANSACTION, _CALL_IDENTIFIER),
    ),
    Interface(
        name="GetAvailableTime",
        section="3.62",
        title=Text("Time left for a call", "可用通话时长"),
        help=Text("How long a call could last, or why it could not be made.", "一次呼叫最多能打多久，或为何打不成。"),
        nature=Nature.READ,
        area="voice",
        resource="ivr_call",
        action="read",
        staff_only="It tells the balance of whatever number it is given.",
        request=ASK_TIME.pick(
            "GetAvailableTimeRequest",
            "billingName! billingMode! calleeE164! calleeEndpointType routingGateway calleeToGatewayE164",
        ),
        response=answer(
            "GetAvailableTimeAnswer",
            part(
                "InfoAvailableTime", "Time left", "可用时长", INFO_AVAILABLE_TIME, "Who pays and how long it lasts.", "由谁付费、够打多久。"
            ),
        ),
    ),
    Interface(
        name="GetIvrSecondAvailableTime",
        section="3.63",
        title=Text("Time left for a second leg", "IVR 第二路可用时长"),
        help=Text("How long the second leg of an IVR call could last.", "IVR 呼叫的第二路最多能打多久。"),
        nature=Nature.READ,
        area="voice",
        resource="ivr_call",
        action="read",
        staff_only="It tells the balance of whatever number it is given.",
        rules=(Ordered("firstConnectTime", "firstStopTime"), Agree("mergeE164", "mergeBillingType", (1, 2))),
        request=ASK_SECOND_TIME.pick(
            "GetIvrSecondAvailableTimeRequest",
            "billingNumber! billingType! calleeE164! accessE164 mergeBillingType mergeE164 firstE164! firstConnectTime firstStopTime",
        ),
        response=answer(
            "GetIvrSecondAvailableTimeAnswer",
            part(
                "infoIvrSecondAvailableTime",
                "Time left",
                "可用时长",
                INFO_IVR_SECOND_AVAILABLE_TIME,
                "Who pays and how long it lasts.",
                "由谁付费、够打多久。",
            ),
        ),
    ),
    Interface(
        name="ReserveCalleeE164",
        section="3.66",
        title=Text("Reserve a called number", "预约被叫号码"),
        help=Text(
            "Whoever dials the access number next is put through to the number reserved.", "主叫随后拨打接入号，即转接到所预约的号码。"
        ),
        nature=Nature.WRITE,
        area="voice",
        resource="ivr_call",
        action="reserve",
        scope=Scope(names={"callerE164": "phone", "accessE164": "phone"}),
        request=RESERVE.pick("ReserveCalleeE164Request", "callerE164! calleeE164! accessE164! accessE164Password!"),
        response=OK,
    ),
    *ivr_audio.INTERFACES,
    Interface(
        name="DisconnectIvrCall",
        section="3.89",
        title=Text("End IVR calls", "中断 IVR 呼叫"),
        help=Text("Ends calls that the IVR has made.", "结束由 IVR 发起的呼叫。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="voice",
        resource="ivr_call",
        action="disconnect",
        staff_only="A call is named by a number that tells nothing of whose it is.",
        request=DISCONNECT.pick("DisconnectIvrCallRequest", "callIdentifiers!"),
        response=OK,
    ),
)
