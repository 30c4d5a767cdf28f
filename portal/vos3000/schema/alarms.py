"""Alarms and IP limits: sections 3.85 to 3.88 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Format, Interface, Nature, Ordered, Resource, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.words import Names, double, instant, integer, rows, section, text

ALARM_LEVELS: Names = {0: ("Ordinary", "一般"), 1: ("Minor", "次要"), 2: ("Major", "主要"), 3: ("Critical", "紧急")}
ALARM_TYPES: Names = {
    20000: ("Routing gateway ASR", "落地网关 ASR"),
    20001: ("Routing gateway ACD", "落地网关 ACD"),
    20002: ("Routing gateway concurrency fell", "落地网关并发下降"),
    20003: ("CPU load", "CPU 利用率"),
    20004: ("Memory use", "内存占用率"),
    20005: ("Disk", "硬盘"),
    20006: ("CDRs waiting", "待处理话单"),
    20007: ("Account balance", "账户余额"),
    20009: ("Packets received", "接收包速率"),
    20010: ("Data received", "接收数据流量"),
    20011: ("Packets sent", "发送包速率"),
    20012: ("Data sent", "发送数据流量"),
    20013: ("Mapping gateway ASR", "对接网关 ASR"),
    20014: ("Mapping gateway ACD", "对接网关 ACD"),
    20015: ("Mapping gateway concurrency fell", "对接网关并发下降"),
    20016: ("Call length", "通话时长"),
    20017: ("Database", "数据库"),
    20018: ("Process stopped", "进程终止"),
    20019: ("Standby took over", "备机启用"),
    20020: ("Illegal call", "非法呼叫"),
    20021: ("Clock drift", "时钟偏差"),
    20022: ("Routing gateway concurrency rose", "落地网关并发上升"),
    20023: ("Mapping gateway concurrency rose", "对接网关并发上升"),
    20026: ("Login refused by MAC", "登录 MAC 受限"),
    20027: ("Database service, main host", "主机数据库服务"),
    20028: ("Database service, standby", "备机数据库服务"),
}
_LOWEST, _HIGHEST = -(2**31), 2**31 - 1

ALARM = Book(
    section(
        "alarm",
        "Alarm",
        "告警",
        integer("id", "Alarm id", "告警编号", "Given by the softswitch.", "由软交换分配。"),
        integer("type", "Type", "类型", "What the softswitch watches.", "软交换所监视的内容。", codes=ALARM_TYPES),
        integer("level", "Level", "级别", "How grave it is.", "严重到何种程度。", codes=ALARM_LEVELS),
        text("name", "Name", "名称", "What the alarm is about.", "告警针对什么。"),
        text("alarmInfo", "Text", "说明", "What to tell whoever reads it.", "给查看者的说明。"),
        MEMO,
    ),
    section(
        "time",
        "Time",
        "时间",
        instant("startTime", "Began", "开始时间", "When the alarm began.", "告警何时开始。"),
        instant("stopTime", "Ended", "结束时间", "Empty while it lasts.", "尚在持续则为空。"),
    ),
    section(
        "value",
        "Value",
        "数值",
        double("value", "Value", "告警值", "The value that was measured.", "所测得的数值。", moves=True),
        double("upper", "Upper threshold", "阈值上限", "An alarm above this.", "高于此值即告警。"),
        double("lower", "Lower threshold", "阈值下限", "An alarm below this.", "低于此值即告警。"),
    ),
    section(
        "confirmed",
        "Confirmed",
        "确认",
        text("confirmUser", "Confirmed by", "确认人", "Who took note of it.", "由谁确认。"),
        instant("confirmTime", "Confirmed at", "确认时间", "When it was taken note of.", "何时确认。"),
    ),
)
INFO_ALARM_CURRENT = ALARM.pick(
    "InfoAlarmCurrent", "id! type! level! name! startTime! stopTime value! upper lower confirmUser confirmTime memo!"
)
ALARMS = rows("infoAlarmCurrents", "Alarms", "告警", INFO_ALARM_CURRENT, "What is alarming now.", "眼下的各项告警。")

IP_LIMIT = Book(
    text("area", "Area", "地区", "The area the addresses are in.", "这些地址所在的地区。"),
    text(
        "ip",
        "First IP",
        "起始 IP",
        "First IPv4 address of the range; it is the key.",
        "范围的首个 IPv4 地址，兼作标识。",
        format=Format.ADDRESS,
    ),
    integer("count", "Addresses", "地址数", "How many follow from the first one on.", "自首个地址起共多少个。"),
    MEMO,
    text(
        "ips",
        "First IP",
        "起始 IP",
        "The range is named by its first address.",
        "以首个地址指明该范围。",
        format=Format.ADDRESS,
        ref="ip_limit",
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="alarm",
        area="system",
        title=Text("Alarm", "告警"),
        plural=Text("Alarms", "告警"),
        key="id",
        read="GetAlarmCurrent",
        rows="infoAlarmCurrents",
        create="CreateAlarm",
        title_field="name",
    ),
    Resource(
        name="ip_limit",
        area="system",
        title=Text("IP limit", "地理围栏"),
        plural=Text("IP limits", "地理围栏"),
        key="ip",
        create="CreateIpLimit",
        delete="DeleteIpLimit",
        title_field="area",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateAlarm",
        section="3.85",
        title=Text("Raise an alarm", "创建告警"),
        help=Text("Reports an alarm of your own to the softswitch.", "向软交换上报自己的告警。"),
        nature=Nature.WRITE,
        area="system",
        resource="alarm",
        action="create",
        staff_only="It is about the whole platform.",
        rules=(Ordered("startTime", "stopTime"), Ordered("lower", "upper")),
        request=ALARM.pick(
            "CreateAlarmRequest",
            "name! level! value alarmInfo startTime stopTime upper lower",
            value=double(
                "value",
                "Value",
                "告警值",
                "Left out, the largest 32-bit number is taken.",
                "不填则取 32 位整数的最大值。",
                default=float(_HIGHEST),
            ),
            upper=double("upper", "Upper threshold", "阈值上限", "Within 32 bits.", "限 32 位整数范围。", low=_LOWEST, high=_HIGHEST),
            lower=double("lower", "Lower threshold", "阈值下限", "Within 32 bits.", "限 32 位整数范围。", low=_LOWEST, high=_HIGHEST),
        ),
        response=OK,
    ),
    Interface(
        name="CreateIpLimit",
        section="3.86",
        title=Text("Create an IP limit", "新建地理围栏"),
        help=Text("Adds a range of addresses to the geographic fence.", "把一段地址加入围栏。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="system",
        resource="ip_limit",
        action="create",
        staff_only="It is about the whole platform.",
        request=IP_LIMIT.pick("CreateIpLimitRequest", "area ip! count memo"),
        response=OK,
    ),
    Interface(
        name="DeleteIpLimit",
        section="3.87",
        title=Text("Delete an IP limit", "删除地理围栏"),
        help=Text("Removes the range that begins with an address.", "移除从某地址开始的那一段。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="system",
        resource="ip_limit",
        action="delete",
        staff_only="It is about the whole platform.",
        request=IP_LIMIT.pick("DeleteIpLimitRequest", "ips!"),
        response=OK,
    ),
    Interface(
        name="GetAlarmCurrent",
        section="3.88",
        title=Text("Read alarms", "查询当前告警"),
        help=Text("Every alarm that is on now.", "眼下存在的全部告警。"),
        nature=Nature.READ,
        area="system",
        resource="alarm",
        action="read",
        staff_only="It is about the whole platform.",
        request=ALARM.pick("GetAlarmCurrentRequest", ""),
        response=answer("GetAlarmCurrentAnswer", ALARMS),
    ),
)
