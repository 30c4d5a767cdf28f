"""What return codes and end reasons mean, as far as anybody outside the vendor knows.

Neither table of the vendor is public. What is here was seen on running softswitches; the rest shows its number, and the
softswitch's own sentence stands beside a return code as it came.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from portal.vos3000.schema.base import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCode:
    """What a return code means and what to do about it.

    ``empty``: there is simply no data. ``halve``: the period is too long, so ask for its halves. ``keeps_rows``: a warning; the
    rows that came with it count. ``late``: it may have been done all the same, so money must be looked for before anything else.
    """

    meaning: Text
    empty: bool = False
    halve: bool = False
    keeps_rows: bool = False
    late: bool = False


RETURN_CODES: Mapping[int, ReturnCode] = MappingProxyType(
    {
        0: ReturnCode(meaning=Text("Done", "已执行")),
        -10004: ReturnCode(meaning=Text("Already there or already used", "已存在或已被使用")),
        -10007: ReturnCode(meaning=Text("Not found", "未找到")),
        -10031: ReturnCode(meaning=Text("No data", "没有数据"), empty=True),
        -10033: ReturnCode(meaning=Text("The period asked for is too long", "查询的时间跨度过长"), halve=True),
        -10049: ReturnCode(meaning=Text("Not logged in, or the session is over", "尚未登录或会话已结束")),
        -10052: ReturnCode(meaning=Text("Probably busy or too late; it passes", "可能繁忙或超时，属暂时情况"), late=True),
        -10124: ReturnCode(meaning=Text("A parameter is wrong", "参数有误")),
        -10126: ReturnCode(meaning=Text("A warning; probably not all rows came", "属警告；返回的行可能不全"), keeps_rows=True),
        -12103: ReturnCode(meaning=Text("Parameters are missing", "缺少参数")),
    }
)

SIP_STATUSES: Mapping[int, Text] = MappingProxyType(
    {
        400: Text("Bad request", "请求有误"),
        401: Text("Unauthorized", "未认证"),
        402: Text("Payment required", "需要付费"),
        403: Text("Forbidden", "被禁止"),
        404: Text("Not found", "号码不存在"),
        405: Text("Method not allowed", "方法不允许"),
        406: Text("Not acceptable", "不可接受"),
        407: Text("Proxy authentication required", "需要代理认证"),
        408: Text("Request timeout", "请求超时"),
        410: Text("Gone", "已不存在"),
        412: Text("Conditional request failed", "条件请求失败"),
        413: Text("Request entity too large", "请求体过大"),
        414: Text("Request URI too long", "请求 URI 过长"),
        415: Text("Unsupported media type", "不支持的媒体类型"),
        416: Text("Unsupported URI scheme", "不支持的 URI 方案"),
        417: Text("Unknown resource priority", "未知的资源优先级"),
        420: Text("Bad extension", "扩展有误"),
        421: Text("Extension required", "需要扩展"),
        422: Text("Session interval too small", "会话间隔过小"),
        423: Text("Interval too brief", "时间间隔过短"),
        424: Text("Bad location information", "位置信息有误"),
        428: Text("Use identity header", "需要身份头域"),
        429: Text("Provide referrer identity", "需要引荐方身份"),
        430: Text("Flow failed", "流失效"),
        433: Text("Anonymity disallowed", "不允许匿名"),
        436: Text("Bad identity info", "身份信息有误"),
        437: Text("Unsupported credential", "不支持的凭证"),
        438: Text("Invalid identity header", "身份头域无效"),
        439: Text("First hop lacks outbound support", "首跳不支持 outbound"),
        440: Text("Max-breadth exceeded", "超出最大分支数"),
        469: Text("Bad info package", "信息包有误"),
        470: Text("Consent needed", "需要许可"),
        480: Text("Temporarily unavailable", "暂时不可用"),
        481: Text("Call or transaction does not exist", "呼叫或事务不存在"),
        482: Text("Loop detected", "检测到环路"),
        483: Text("Too many hops", "跳数过多"),
        484: Text("Address incomplete", "号码不完整"),
        485: Text("Ambiguous", "号码有歧义"),
        486: Text("Busy here", "用户忙"),
        487: Text("Request terminated", "请求已终止"),
        488: Text("Not acceptable here", "此处不可接受"),
        489: Text("Bad event", "事件有误"),
        491: Text("Request pending", "请求待处理"),
        493: Text("Undecipherable", "无法解密"),
        494: Text("Security agreement required", "需要安全协商"),
        500: Text("Server internal error", "服务器内部错误"),
        501: Text("Not implemented", "未实现"),
        502: Text("Bad gateway", "网关错误"),
        503: Text("Service unavailable", "服务不可用"),
        504: Text("Server time-out", "服务器超时"),
        505: Text("Version not supported", "版本不支持"),
        513: Text("Message too large", "消息过大"),
        555: Text("Push notification service not supported", "不支持的推送服务"),
        580: Text("Precondition failure", "前提条件失败"),
        600: Text("Busy everywhere", "各处均忙"),
        603: Text("Decline", "拒绝接听"),
        604: Text("Does not exist anywhere", "各处均不存在"),
        606: Text("Not acceptable", "不可接受"),
        607: Text("Unwanted", "不愿接听"),
        608: Text("Rejected", "被中间方拒绝"),
    }
)

Q850_CAUSES: Mapping[int, Text] = MappingProxyType(
    {
        1: Text("Unallocated number", "空号"),
        2: Text("No route to transit network", "无到转接网的路由"),
        3: Text("No route to destination", "无到目的地的路由"),
        4: Text("Send special information tone", "发送特殊信息音"),
        5: Text("Misdialled trunk prefix", "误拨中继前缀"),
        6: Text("Channel unacceptable", "信道不可接受"),
        7: Text("Call awarded and delivered in an established channel", "呼叫已交付到已建立的信道"),
        8: Text("Preemption", "被抢占"),
        9: Text("Preemption, circuit reserved", "被抢占，电路留用"),
        14: Text("Number ported", "号码已携带"),
        16: Text("Normal call clearing", "正常挂断"),
        17: Text("User busy", "用户忙"),
        18: Text("No user responding", "用户无响应"),
        19: Text("No answer", "无人应答"),
        20: Text("Subscriber absent", "用户不在"),
        21: Text("Call rejected", "呼叫被拒"),
        22: Text("Number changed", "号码已变更"),
        23: Text("Redirection to new destination", "转向新目的地"),
        24: Text("Call rejected by a feature at the destination", "被目的地业务拒绝"),
        25: Text("Exchange routing error", "交换机路由错误"),
        26: Text("Non-selected user clearing", "未选中用户的清除"),
        27: Text("Destination out of order", "目的地故障"),
        28: Text("Invalid number format", "号码格式无效"),
        29: Text("Facility rejected", "补充业务被拒"),
        30: Text("Response to status enquiry", "对状态询问的响应"),
        31: Text("Normal, unspecified", "正常，未指明"),
        34: Text("No circuit available", "无可用电路"),
        38: Text("Network out of order", "网络故障"),
        39: Text("Permanent frame mode connection out of service", "永久帧连接停用"),
        40: Text("Permanent frame mode connection operational", "永久帧连接可用"),
        41: Text("Temporary failure", "临时故障"),
        42: Text("Switching equipment congestion", "交换设备拥塞"),
        43: Text("Access information discarded", "接入信息被丢弃"),
        44: Text("Requested circuit not available", "所请求的电路不可用"),
        46: Text("Precedence call blocked", "优先呼叫被阻塞"),
        47: Text("Resource unavailable, unspecified", "资源不可用，未指明"),
        49: Text("Quality of service unavailable", "服务质量不可用"),
        50: Text("Facility not subscribed", "未订购该业务"),
        53: Text("Outgoing calls barred in closed user group", "闭合用户群内禁止呼出"),
        55: Text("Incoming calls barred in closed user group", "闭合用户群内禁止呼入"),
        57: Text("Bearer capability not authorized", "承载能力未授权"),
        58: Text("Bearer capability not available", "承载能力暂不可用"),
        62: Text("Inconsistent access information and subscriber class", "接入信息与用户类别不符"),
        63: Text("Service not available, unspecified", "业务不可用，未指明"),
        65: Text("Bearer capability not implemented", "承载能力未实现"),
        66: Text("Channel type not implemented", "信道类型未实现"),
        69: Text("Facility not implemented", "业务未实现"),
        70: Text("Only restricted digital information available", "仅提供受限数字信息"),
        79: Text("Service not implemented, unspecified", "业务未实现，未指明"),
        81: Text("Invalid call reference", "呼叫参考无效"),
        82: Text("Channel does not exist", "信道不存在"),
        83: Text("Suspended call exists, but not this identity", "有挂起的呼叫，但标识不符"),
        84: Text("Call identity in use", "呼叫标识已占用"),
        85: Text("No call suspended", "没有挂起的呼叫"),
        86: Text("Call with this identity has been cleared", "该标识的呼叫已清除"),
        87: Text("User not in closed user group", "用户不在闭合用户群内"),
        88: Text("Incompatible destination", "目的地不兼容"),
        90: Text("Closed user group does not exist", "闭合用户群不存在"),
        91: Text("Invalid transit network", "转接网选择无效"),
        95: Text("Invalid message, unspecified", "消息无效，未指明"),
        96: Text("Mandatory information missing", "缺少必需信息"),
        97: Text("Message type not implemented", "消息类型未实现"),
        98: Text("Message does not fit the call state", "消息与呼叫状态不符"),
        99: Text("Information element not implemented", "信息单元未实现"),
        100: Text("Invalid information element", "信息单元内容无效"),
        101: Text("Message not compatible with call state", "消息与呼叫状态不兼容"),
        102: Text("Recovery on timer expiry", "定时器超时恢复"),
        103: Text("Parameter not implemented, passed on", "参数未实现，已透传"),
        110: Text("Message with unknown parameter discarded", "含未知参数的消息被丢弃"),
        111: Text("Protocol error, unspecified", "协议错误，未指明"),
        127: Text("Interworking, unspecified", "互通问题，未指明"),
    }
)

END_REASONS: Mapping[int, Text] = MappingProxyType(
    {0: Text("Normal", "正常"), **Q850_CAUSES, 200: Text("Normal (SIP OK)", "正常（SIP OK）"), **SIP_STATUSES}
)
"""What a positive end reason means: a Q.850 cause below 128, a SIP status from 200 on; 0 and 200 by integrators' experience."""

SOFTSWITCH = 2
_SIDES: Mapping[int | None, Text] = MappingProxyType({0: Text("caller's side", "主叫侧"), 1: Text("called side", "被叫侧")})
_OWN_DECISION = Text("softswitch decision", "软交换自行决定")
_UNKNOWN = Text("meaning unknown", "含义未知")


def return_code_text(code: int) -> Text:
    """Say what a return code means; its number stands first, and alone with a word where nobody knows more."""
    known = RETURN_CODES.get(code)
    meaning = known.meaning if known else _UNKNOWN
    return Text(f"{code}: {meaning.en}", f"{code}：{meaning.zh}")


def end_reason_text(code: int, direction: int | None = None) -> Text:
    """Say why a call ended; ``direction`` is the CDR's ``endDirection`` (0 caller, 1 called, 2 softswitch).

    Whether a call was answered is told by its talk time, never by this.
    """
    if code < 0 or (direction == SOFTSWITCH and code not in END_REASONS):
        return Text(f"{code}: {_OWN_DECISION.en}", f"{code}：{_OWN_DECISION.zh}")
    meaning = END_REASONS.get(code, _UNKNOWN)
    if side := _SIDES.get(direction):
        return Text(f"{code}: {meaning.en} ({side.en})", f"{code}：{meaning.zh}（{side.zh}）")
    return Text(f"{code}: {meaning.en}", f"{code}：{meaning.zh}")
