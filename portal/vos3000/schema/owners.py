"""The fields that say whose something is and which days are meant, shared by billing, CDRs, reports and voice."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from portal.vos3000.schema.base import Format
from portal.vos3000.schema.words import Names, integer, text

ACCOUNT = text("account", "Account", "账户", "The billing account, by its number.", "按号码指明的计费账户。", ref="account")
ACCOUNT_NAME = text("accountName", "Account name", "账户名称", "The readable name of the account.", "便于辨认的账户称呼。")
AGENT_ACCOUNT = text(
    "agentAccount", "Agent account", "代理商账户", "The agent above the account, by its number.", "账户上级代理商的号码。", ref="account"
)
AGENT_NAME = text("agentName", "Agent name", "代理商名称", "The readable name of the agent.", "便于辨认的代理商称呼。")

OWNER_RESOURCES: Mapping[int, str] = MappingProxyType(
    {2: "account", 6: "phone", 11: "phone_card", 25: "bound_number", 44: "mapping_gateway"}
)
"""Which resource an ``ownerName`` names, by its ``ownerType``."""

PAYER = "number"
"""What a bare number names in a scope: a phone or a bound number, whichever the softswitch takes it for; it must be the same actor's as both."""

_SUITE_OWNERS: Names = {2: ("Account", "账户"), 6: ("Phone", "话机")}
_PAY_OWNERS: Names = {
    **_SUITE_OWNERS,
    11: ("Phone card in use", "在用电话卡"),
    25: ("Bound number", "绑定号码"),
    44: ("Mapping gateway", "对接网关"),
}
OWNER_NAME = text(
    "ownerName",
    "Owner",
    "所有者",
    "Number or name of the owner, read by the owner type.",
    "填号码或名称，按所选类型解释。",
    secret_where=("ownerType", (11,)),
)
SUITE_OWNER_TYPE = integer(
    "ownerType", "Owner type", "所有者类型", "What kind of thing the owner is.", "说明所有者属于哪一种。", codes=_SUITE_OWNERS
)
PAY_OWNER_TYPE = integer(
    "ownerType",
    "Owner type",
    "所有者类型",
    "What kind of thing is named; the money reaches the account behind it.",
    "说明所填的是哪一种；款项进入其背后的账户。",
    codes=_PAY_OWNERS,
)

FIRST_DAY = text("beginTime", "From day", "起始日", "First day, in the softswitch's zone.", "首日，按软交换所在时区计。", format=Format.DAY)
LAST_DAY = text(
    "endTime",
    "To day",
    "截止日",
    "Last day, included; the same day twice asks for that day alone.",
    "末日，当天包含在内；首末同日即只查一天。",
    format=Format.DAY,
)
