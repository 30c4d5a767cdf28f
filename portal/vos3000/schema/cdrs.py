"""Call detail records: sections 3.47 and 3.51 of the manual."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.accounts import ACCOUNTS
from portal.vos3000.schema.base import Backend, Book, Format, Interface, Nature, Ordered, Resource, Scope, Text, Unit
from portal.vos3000.schema.common import CALL_LEVEL, OK, answer
from portal.vos3000.schema.owners import ACCOUNT, ACCOUNT_NAME, AGENT_ACCOUNT, AGENT_NAME, FIRST_DAY, LAST_DAY
from portal.vos3000.schema.words import Names, big, instant, integer, money, rows, section, text

BILLED_SIDE: Names = {0: ("Caller pays", "主叫计费"), 1: ("Called pays", "被叫计费")}
BILLED_BY: Names = {**BILLED_SIDE, 2: ("Billed from outside", "外部计费")}
BILLING_MODES: Names = {
    0: ("Account of the phone", "话机的账户"),
    1: ("Account of the mapping gateway", "对接网关的账户"),
    2: ("Account of the bound number", "绑定号码的账户"),
    3: ("Account of the phone card in use", "在用电话卡的账户"),
}
ENDED_BY: Names = {0: ("Caller", "主叫"), 1: ("Called", "被叫"), 2: ("Softswitch", "软交换")}

_CALLER = text("callerE164", "Caller billed", "计费主叫", "The caller's number as billed.", "计费时所用的主叫。", format=Format.NUMBER)
_CALLEE = text("calleeE164", "Called billed", "计费被叫", "The called number as billed.", "计费时所用的被叫。", format=Format.NUMBER)
_CALLER_OUT = text(
    "callerToGatewayE164", "Caller sent out", "呼出主叫", "The caller's number as it left.", "送出时的主叫。", format=Format.NUMBER
)
_CALLEE_OUT = text(
    "calleeToGatewayE164", "Called sent out", "呼出被叫", "The called number as it left.", "送出时的被叫。", format=Format.NUMBER
)
_CALLER_DEVICE = text("callerProductId", "Caller's device", "主叫设备", "What the equipment calls itself.", "设备自报的型号。")
_CALLEE_DEVICE = text("calleeProductId", "Called device", "被叫设备", "What the equipment calls itself.", "设备自报的型号。")
_ENDED_BY = integer("endDirection", "Ended by", "挂断方", "Which side ended the call.", "由哪一侧结束通话。", codes=ENDED_BY)
_END_REASON = integer(
    "endReason",
    "End reason",
    "终止原因",
    "Positive: a SIP or Q.850 code; negative: the softswitch's own decision.",
    "正数为 SIP 或 Q.850 代码，负数为软交换自行决定。",
)

CDR = Book(
    section(
        "caller",
        "Caller",
        "主叫",
        _CALLER,
        text(
            "callerAccessE164", "Caller received", "呼入主叫", "The caller's number as it came in.", "接入时的主叫。", format=Format.NUMBER
        ),
        _CALLER_DEVICE,
        _CALLER_OUT,
        text("callerGateway", "Caller's gateway", "主叫网关", "Where the call came in.", "呼叫由此接入。", ref="mapping_gateway"),
        text(
            "callerip",
            "Caller's IP",
            "主叫 IP",
            "Where the call came from.",
            "呼叫来自何处。",
            format=Format.ADDRESS,
            other_names=("callerIp",),
        ),
    ),
    section(
        "callee",
        "Called",
        "被叫",
        _CALLEE,
        text("calleeAccessE164", "Called received", "呼入被叫", "The called number as it came in.", "接入时的被叫。", format=Format.NUMBER),
        _CALLEE_DEVICE,
        _CALLEE_OUT,
        text(
            "calleeGateway",
            "Called gateway",
            "被叫网关",
            "Where the call went out; empty where it never did.",
            "呼叫由此送出；从未送出则为空。",
            ref="routing_gateway",
        ),
        text(
            "calleeip",
            "Called IP",
            "被叫 IP",
            "Where the call went to.",
            "呼叫送往何处。",
            format=Format.ADDRESS,
            other_names=("calleeIp",),
        ),
    ),
    section(
        "time",
        "Time",
        "时间",
        instant("start", "Start", "起始", "When the call began.", "通话何时开始。"),
        instant("stop", "End", "终止", "When the call was over.", "通话何时结束。"),
        integer("holdTime", "Talk time", "通话时长", "Above 0 means that it was answered.", "大于 0 即曾接通。", unit=Unit.SECONDS),
        integer("feeTime", "Billed time", "计费时长", "Talk time as it was charged.", "实际收费的时间。", unit=Unit.SECONDS),
    ),
    section(
        "charge",
        "Charge",
        "费用",
        money("fee", "Charge", "费用", "Taken from the account.", "从账户扣除的数额。"),
        text("feePrefix", "Rate prefix", "计费前缀", "The prefix whose rate applied.", "所适用费率的前缀。"),
        money("suiteFee", "Suite charge", "套餐费用", "The part that fell to a suite.", "落在套餐上的数额。"),
        integer("suiteFeeTime", "Suite time", "套餐时长", "Free time of a suite that was used.", "用去的套餐赠送时间。", unit=Unit.SECONDS),
    ),
    section(
        "agent",
        "Agent",
        "代理商",
        money("agentFee", "Agent's charge", "代理商费用", "Taken from the agent.", "从代理商扣除的数额。"),
        integer(
            "agentFeeTime", "Agent's billed time", "代理商计费时长", "Time charged to the agent.", "向代理商收费的时间。", unit=Unit.SECONDS
        ),
        text("agentFeePrefix", "Agent's rate prefix", "代理商计费前缀", "The prefix of the agent's rate.", "代理商所适用费率的前缀。"),
        money(
            "agentSuiteFee",
            "Agent's suite charge",
            "代理商套餐费用",
            "The part that fell to the agent's suite.",
            "落在代理商套餐上的数额。",
        ),
        integer(
            "agentSuiteFeeTime",
            "Agent's suite time",
            "代理商套餐时长",
            "Free time of the agent's suite used.",
            "用去的代理商套餐赠送时长。",
            unit=Unit.SECONDS,
        ),
    ),
    section(
        "whose",
        "Whose call",
        "归属",
        integer("callLevel", "Call level", "通话级别", "How the call is classed.", "通话归为哪一级。", codes=CALL_LEVEL),
        ACCOUNT,
        ACCOUNT_NAME,
        AGENT_ACCOUNT,
        AGENT_NAME,
    ),
    section(
        "end",
        "End and billing",
        "结束与计费",
        _ENDED_BY,
        _END_REASON,
        integer(
            "calleeBilling",
            "Billed side",
            "计费方式",
            "Who pays for the call.",
            "通话由哪一方付费。",
            codes=BILLED_BY,
            other_names=("billingType",),
        ),
        integer("billingMode", "Billed through", "计费模式", "What led to the account.", "凭什么找到账户。", codes=BILLING_MODES),
        big("flowNo", "Flow number", "流水号", "Unique on one platform only.", "只在单个平台内唯一。"),
    ),
)
#: Whom the operator hands calls on to, and what they are made into on the way.
ROUTING = "callerToGatewayE164 calleeToGatewayE164 calleeProductId calleeGateway calleeip"
#: What the agent above pays is told to that agent alone.
OF_AGENT = "agentFee agentFeeTime agentFeePrefix agentSuiteFee agentSuiteFeeTime agentName"
CDR = (
    CDR.marked(ROUTING, seen_by="see_routing", staff=True)
    .marked(OF_AGENT, tells_of="agentAccount")
    .marked("callerip callerProductId", tells_of="callerGateway")
)
INFO_CDR = CDR.all("InfoCdr", required=" ".join(CDR.fields))

ASK = Book(
    ACCOUNTS,
    text("callerE164", "Caller", "主叫", "Only calls from this number.", "只看此号码打出的。", format=Format.NUMBER),
    text("calleeE164", "Called", "被叫", "Only calls to this number.", "只看打给此号码的。", format=Format.NUMBER),
    text("callerGateway", "Caller's gateway", "主叫网关", "Only calls that came in here.", "只看由此接入的。", ref="mapping_gateway"),
    text(
        "calleeGateway",
        "Called gateway",
        "被叫网关",
        "Only calls that went out here.",
        "只看由此送出的。",
        ref="routing_gateway",
        seen_by="see_routing",
        staff=True,
    ),
    FIRST_DAY,
    LAST_DAY,
)

BILL = Book(
    section(
        "billing",
        "Billing",
        "计费",
        integer(
            "billingMode",
            "Billed through",
            "计费模式",
            "How the account is found where none is named.",
            "未指明账户时凭什么寻找。",
            codes=BILLING_MODES,
        ),
        text("account", "Account", "账户", "Left out, it follows from the billing mode.", "不填则由计费模式推出。", ref="account"),
    ),
    section(
        "caller",
        "Caller",
        "主叫",
        replace(_CALLER, secret_where=("billingMode", (3,))),
        text("callerIp", "Caller's IP", "主叫 IP", "Where the call came from.", "呼叫来自何处。", format=Format.ADDRESS),
        text("callerGatewayId", "Caller's gateway", "主叫网关", "Where the call came in.", "呼叫由此接入。", ref="mapping_gateway"),
        _CALLER_DEVICE,
        _CALLER_OUT,
    ),
    section(
        "callee",
        "Called",
        "被叫",
        _CALLEE,
        text("calleeIp", "Called IP", "被叫 IP", "Where the call went to.", "呼叫送往何处。", format=Format.ADDRESS),
        text("calleeGatewayId", "Called gateway", "被叫网关", "Where the call went out.", "呼叫由此送出。", ref="routing_gateway"),
        _CALLEE_DEVICE,
        _CALLEE_OUT,
    ),
    section(
        "call",
        "Call",
        "通话",
        instant("startTime", "Start", "起始", "Left out, the softswitch's present time.", "不填则取软交换此刻的时间。"),
        instant("stopTime", "End", "终止", "Left out, the same as the start.", "不填则与起始相同。"),
        integer(
            "billingTime",
            "Talk time",
            "通话时长",
            "What is charged follows from it and the called number's rate.",
            "收费时间由它与被叫的费率得出。",
            unit=Unit.SECONDS,
        ),
        _ENDED_BY,
        _END_REASON,
        big(
            "flowNo",
            "Flow number",
            "流水号",
            "A number already taken is neither recorded nor charged.",
            "若该号已被占用，则不记话单也不收费。",
            special={-1: ("Made by the softswitch", "由软交换编号")},
        ),
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="cdr",
        area="calls",
        title=Text("CDR", "话单"),
        plural=Text("CDRs", "话单"),
        key="flowNo",
        read="GetCdr",
        rows="infoCdrs",
        create="CreateCdr",
        owner="account",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetCdr",
        section="3.47",
        title=Text("Read CDRs", "查询历史话单"),
        help=Text("Past calls by account and day; slow, so ask seldom and for little.", "按账户与日期取历史通话；较慢，宜少查、小范围查。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="calls",
        resource="cdr",
        action="read",
        scope=Scope(
            names={"accounts": "account", "callerGateway": "mapping_gateway"},
            fill="accounts",
            rows={"infoCdrs": ("account", "account")},
            times={"infoCdrs": ("start",)},
        ),
        rules=(Ordered("beginTime", "endTime"),),
        request=ASK.pick("GetCdrRequest", "accounts! callerE164 calleeE164 callerGateway calleeGateway beginTime! endTime!"),
        response=answer("GetCdrAnswer", rows("infoCdrs", "CDRs", "话单", INFO_CDR, "One row for each call.", "每次通话一行。")),
    ),
    Interface(
        name="CreateCdr",
        section="3.51",
        title=Text("Bill a call from outside", "外部计费"),
        help=Text("Records a call made elsewhere and charges it; it cannot be taken back.", "为别处完成的通话补记话单并收费，无法撤回。"),
        nature=Nature.MONEY,
        dangerous=True,
        area="calls",
        resource="cdr",
        action="create",
        staff_only="It charges an account for a call that the softswitch never saw.",
        rules=(Ordered("startTime", "stopTime"),),
        request=BILL.pick(
            "CreateCdrRequest",
            "billingMode! account callerE164 calleeE164 callerIp callerGatewayId callerProductId callerToGatewayE164 calleeIp"
            " calleeGatewayId calleeProductId calleeToGatewayE164 startTime stopTime billingTime! endDirection endReason flowNo",
        ),
        response=OK,
    ),
)
