"""Where the printed manual is taken to mean something else than it says, and where a running softswitch spells differently."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.vos3000.schema.base import Text


class Key(StrEnum):
    """What about a field is printed otherwise than it is meant."""

    NAME = "name"
    TYPE = "type"
    REQUIRED = "required"
    CODES = "codes"
    LABEL = "label"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Misprint:
    """One such place.

    ``where`` is an interface, a push or a nested type; ``field`` is empty where it is the whole shape. ``printed`` and ``meant``
    are the same where the print only looks wrong.
    """

    where: str
    field: str
    key: Key
    printed: object
    meant: object
    why: Text


_EVERY_GATEWAY = Text(
    "Left out, every gateway is read; a field that must be given could not be left out.", "正文允许省略以读取全部网关，故不可能是必填。"
)
_EMPTY_COLUMN = Text("The manual leaves the column empty.", "手册此栏空白。")
_A_NUMBER_IS_TEXT = Text("A telephone number is text everywhere else and may begin with a zero.", "号码在别处均为字符串，且可能以零开头。")
_LEVELS = Text(
    "Everywhere else domestic is 4 and international 5, so a 4 written by this table's word means another thing than it says.",
    "别处均以 4 为国内、5 为国际；照此表填 4，实际含义便与字面不同。",
)
_CODECS = Text("A name from Java for what is an array of strings in JSON.", "沿用 Java 的写法，在 JSON 中即字符串数组。")
_LOWER_CASE = Text("The type is named with a small letter in this place only.", "仅此处类型名以小写字母开头。")
_CUT = Text("Cut by a line break; without the final s the list looks empty.", "被换行截断；少了末尾的 s 便总是读到空列表。")
_SMALL = Text("Small letters on the wire, unlike callerIp and calleeIp elsewhere.", "实际报文为全小写，与别处的 callerIp、calleeIp 不同。")
_COPIED = Text("The description was copied from another table.", "说明文字误抄自另一张表。")

MISPRINTS: tuple[Misprint, ...] = (
    Misprint(
        "GetAlarmCurrent",
        "infoAlarmCurrents",
        Key.TYPE,
        "InfoAlarmCurrent",
        "InfoAlarmCurrent[]",
        Text("Its own text calls it a list, and the push of the same name is an array.", "文字写明为列表，同名推送也是数组。"),
    ),
    Misprint("GetGatewayMapping", "names", Key.REQUIRED, True, False, _EVERY_GATEWAY),
    Misprint("GetGatewayRouting", "names", Key.REQUIRED, True, False, _EVERY_GATEWAY),
    Misprint(
        "CreateActivePhoneCard",
        "password",
        Key.TYPE,
        "int32",
        "string",
        Text("The password that the softswitch made up; passwords are text everywhere else.", "由软交换生成的密码，别处的密码均为字符串。"),
    ),
    Misprint("InfoCustomerPhoneBookOverWrite", "e164", Key.TYPE, "int32", "string", _A_NUMBER_IS_TEXT),
    Misprint("InfoCustomerPhoneBookOverWrite", "shortE164", Key.TYPE, "int32", "string", _A_NUMBER_IS_TEXT),
    Misprint(
        "InfoConsumption",
        "consumptionName",
        Key.TYPE,
        "int32",
        "string",
        Text("It names what was charged for, and a name is text.", "其内容为收费来源的名称，自然是字符串。"),
    ),
    Misprint("CreateAlarm", "level", Key.REQUIRED, None, True, _EMPTY_COLUMN),
    Misprint("GetIvrSecondAvailableTime", "firstConnectTime", Key.REQUIRED, None, False, _EMPTY_COLUMN),
    Misprint("GetIvrSecondAvailableTime", "firstStopTime", Key.REQUIRED, None, False, _EMPTY_COLUMN),
    Misprint("ModifyPhone", "callLevel", Key.CODES, (1, 2, 3, 4), (1, 2, 4, 5), _LEVELS),
    Misprint("InfoPhone", "callLevel", Key.CODES, (1, 2, 3, 4), (1, 2, 4, 5), _LEVELS),
    Misprint(
        "ModifyIvrAudioData",
        "data",
        Key.TYPE,
        "string",
        "hex",
        Text(
            "It carries a whole sound file in hexadecimal, which 255 characters cannot hold.",
            "内容是整个声音文件的十六进制，255 个字符容纳不下。",
        ),
    ),
    Misprint(
        "GetAllCustomers",
        "type",
        Key.NAME,
        "Key",
        "type",
        Text(
            "Printed twice: 3.5 says Key, 3.65 says type with its codes, and the vendor's own test page uses type.",
            "该接口印了两处：3.5 作 Key，3.65 作 type 并列出取值；厂商测试页用的是 type。",
        ),
    ),
    Misprint(
        "GetAllCustomers",
        "accounts",
        Key.TYPE,
        "string",
        "string[]",
        Text("3.5 prints one string, 3.65 an array, and it holds every account.", "3.5 作单个字符串，3.65 作数组；其内容为全部账户。"),
    ),
    Misprint(
        "GetAllCustomers",
        "",
        Key.FIELDS,
        ("retCode", "accounts"),
        ("retCode", "exception", "accounts", "infoCustomerBriefs"),
        Text("3.5 leaves out what 3.65 gives.", "3.5 未列出 3.65 所给的字段。"),
    ),
    *(
        Misprint(where, field, Key.TYPE, "Vector<String>", "string[]", _CODECS)
        for where in (
            "CreateGatewayMapping",
            "ModifyGatewayMapping",
            "InfoGatewayMapping",
            "CreateGatewayRouting",
            "ModifyGatewayRouting",
            "InfoGatewayRouting",
        )
        for field in ("h323Codecs", "sipCodecs")
    ),
    Misprint("GetLimitE164Group", "infoLimitE164Groups", Key.TYPE, "infoLimitE164Group[]", "InfoLimitE164Group[]", _LOWER_CASE),
    Misprint("GetLimitE164", "infoLimitE164s", Key.TYPE, "infoLimitE164[]", "InfoLimitE164[]", _LOWER_CASE),
    Misprint(
        "InfoLimitE164",
        "e164",
        Key.REQUIRED,
        False,
        True,
        Text("Optional where 3.73 reads it, required where 3.71 writes it.", "3.73 读取时标为可选，3.71 写入时标为必填。"),
    ),
    Misprint("InfoE164Convert", "memo", Key.LABEL, "缴费后账户余额", "备注", _COPIED),
    Misprint("GetE164Convert", "infoE164Converts", Key.LABEL, "缴费历史记录", "号码变换", _COPIED),
    Misprint("GetCurrentSuite", "infoCurrentSuites", Key.LABEL, "套餐订单列表", "生效套餐", _COPIED),
    Misprint("InfoPhoneCard", "money", Key.LABEL, "起始时间", "金额", _COPIED),
    *(
        Misprint(f"Get{online}", f"info{online}s", Key.LABEL, "套餐订单列表", "在线网关", _COPIED)
        for online in ("GatewayMappingOnline", "GatewayRoutingOnline")
    ),
    Misprint("CallStateReport", "callState", Key.LABEL, "Connet", "Connect", Text("A letter is missing.", "漏印一个字母。")),
    Misprint(
        "CreateSuiteOrder",
        "expireTime",
        Key.LABEL,
        "GMT",
        "UTC",
        Text("Milliseconds since 1970 in UTC, as in every other place.", "与各处一样，是自 1970 年起的 UTC 毫秒数。"),
    ),
    Misprint(
        "InfoCdr",
        "calleeBilling",
        Key.NAME,
        "calleeBilling",
        "billingType",
        Text("Seen on the wire under the other name; both are read.", "实际报文中见到的是另一名称，两者都认。"),
    ),
    Misprint("InfoCdr", "callerip", Key.NAME, "callerip", "callerip", _SMALL),
    Misprint("InfoCdr", "calleeip", Key.NAME, "calleeip", "calleeip", _SMALL),
    *(
        Misprint(f"Get{online}", f"info{online}s", Key.NAME, f"info{online.removesuffix('e')} es", f"info{online}s", _CUT)
        for online in ("GatewayMappingOnline", "GatewayRoutingOnline")
    ),
    Misprint(
        "GetLimitE164Group",
        "exception",
        Key.FIELDS,
        ("retCode", "infoLimitE164Groups"),
        ("retCode", "infoLimitE164Groups"),
        Text(
            "The only answer printed with no exception beside its list; one that comes all the same is read.",
            "唯一未印 exception 的列表应答；若实际带回也照样读取。",
        ),
    ),
    Misprint(
        "DeleteIpLimit",
        "ips",
        Key.TYPE,
        "string",
        "string",
        Text(
            "The name is a plural, yet one text is asked for; how several would be written is not said.",
            "名称为复数，却只收一个字符串；多个如何书写并无说明。",
        ),
    ),
)
