"""Mapping gateways, through which calls come in: manual 3.11-3.15."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import (
    Book,
    Format,
    Interface,
    Nature,
    Ordered,
    Resource,
    Scope,
    Text,
)
from portal.vos3000.schema.common import OK, answer
from portal.vos3000.schema.gateway_fields import (
    ONLINE,
    ONLINE_SOFTSWITCH,
    lock_type,
    required_but,
)
from portal.vos3000.schema.gateway_mapping_fields import MAPPING_GATEWAY
from portal.vos3000.schema.phones import PHONE_LOCK
from portal.vos3000.schema.words import integer, rows, text

#: What whoever sends calls in needs to know of their gateway; all else is how the operator deals with those calls.
OF_CUSTOMER = (
    "name language registerType remoteIps password customerPassword lockType callLevel capacity maxCallDurationLower"
    " maxCallDurationUpper account accountName"
)
MAPPING_GATEWAY = MAPPING_GATEWAY.marked(besides=OF_CUSTOMER, seen_by="see_routing", staff=True)
INFO_GATEWAY_MAPPING = MAPPING_GATEWAY.all(
    "InfoGatewayMapping",
    required=required_but(
        MAPPING_GATEWAY,
        "sipPrivacySupport mediaRecord dynamicBlackListInStandalone calculateRouteQuality proportionCalleePrefixs",
    ),
    lockType=lock_type(PHONE_LOCK),
)

MAPPING_GATEWAY_ONLINE = Book(
    integer("id", "Number", "编号", "The softswitch's own number of the gateway.", "软交换内部给该网关的编号。"),
    text("name", "Mapping gateway", "对接网关", "The gateway that is online.", "处于在线状态的网关。", ref="mapping_gateway"),
    text(
        "remoteIps",
        "Gateway addresses",
        "网关 IP",
        "The addresses it is online from, apart by commas.",
        "网关此刻所用的地址，多个之间加逗号。",
        format=Format.COMMA_LIST,
    ),
    *ONLINE,
).marked("localIp softswitchName softswitchIp", seen_by="see_routing", staff=True)
INFO_GATEWAY_MAPPING_ONLINE = MAPPING_GATEWAY_ONLINE.all("InfoGatewayMappingOnline", required=required_but(MAPPING_GATEWAY_ONLINE, "natIp"))

MAPPING_GATEWAY_QUERY = Book(
    text(
        "names",
        "Mapping gateways",
        "对接网关",
        "Which gateways to read; left out, all of them.",
        "要读取哪些网关，不填则全部读取。",
        many=True,
        ref="mapping_gateway",
    ),
    replace(ONLINE_SOFTSWITCH, seen_by="see_routing", staff=True),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="mapping_gateway",
        area="gateways",
        title=Text("Mapping gateway", "对接网关"),
        plural=Text("Mapping gateways", "对接网关"),
        key="name",
        read="GetGatewayMapping",
        read_by="names",
        rows="infoGatewayMappings",
        create="CreateGatewayMapping",
        modify="ModifyGatewayMapping",
        delete="DeleteGatewayMapping",
        owner="account",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateGatewayMapping",
        section="3.11",
        title=Text("Create a mapping gateway", "新建对接网关"),
        help=Text("Adds a gateway through which a customer or carrier sends calls in.", "添加供客户或运营商送入呼叫的网关。"),
        nature=Nature.WRITE,
        area="gateways",
        resource="mapping_gateway",
        action="create",
        staff_only="A gateway decides by which carriers calls leave.",
        rules=(Ordered("maxCallDurationLower", "maxCallDurationUpper"),),
        request=MAPPING_GATEWAY.all("CreateGatewayMappingRequest", required="name", without="accountName"),
        response=OK,
    ),
    Interface(
        name="ModifyGatewayMapping",
        section="3.12",
        title=Text("Modify a mapping gateway", "更改对接网关"),
        help=Text("Changes a mapping gateway; its softswitch stays as it was made.", "更改对接网关的设置，所在软交换不能改。"),
        nature=Nature.WRITE,
        area="gateways",
        resource="mapping_gateway",
        action="modify",
        staff_only="A gateway decides by which carriers calls leave.",
        keeps_unset=True,
        rules=(Ordered("maxCallDurationLower", "maxCallDurationUpper"),),
        request=MAPPING_GATEWAY.all("ModifyGatewayMappingRequest", required="name", without="accountName softswitchName"),
        response=OK,
    ),
    Interface(
        name="GetGatewayMapping",
        section="3.13",
        title=Text("Look up mapping gateways", "查询对接网关"),
        help=Text("Reads the settings of some or all mapping gateways.", "读取部分或全部对接网关的设置。"),
        nature=Nature.READ,
        area="gateways",
        resource="mapping_gateway",
        action="read",
        scope=Scope(names={"names": "mapping_gateway"}, fill="names", rows={"infoGatewayMappings": ("account", "account")}),
        request=MAPPING_GATEWAY_QUERY.pick("GetGatewayMappingRequest", "names"),
        response=answer(
            "GetGatewayMappingAnswer",
            rows(
                "infoGatewayMappings",
                "Mapping gateways",
                "对接网关",
                INFO_GATEWAY_MAPPING,
                "The gateways found, with all their settings.",
                "查到的网关及其全部设置。",
            ),
        ),
    ),
    Interface(
        name="DeleteGatewayMapping",
        section="3.14",
        title=Text("Delete a mapping gateway", "删除对接网关"),
        help=Text("Removes a mapping gateway; this cannot be undone.", "移除对接网关，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="gateways",
        resource="mapping_gateway",
        action="delete",
        staff_only="A gateway decides by which carriers calls leave.",
        request=MAPPING_GATEWAY.pick("DeleteGatewayMappingRequest", "name!"),
        response=OK,
    ),
    Interface(
        name="GetGatewayMappingOnline",
        section="3.15",
        title=Text("Mapping gateways online", "在线对接网关"),
        help=Text(
            "Shows which mapping gateways are online, with their calls, ASR and ACD now.",
            "查看哪些对接网关在线及其此刻的并发、ASR 与 ACD。",
        ),
        nature=Nature.READ,
        area="gateways",
        resource="mapping_gateway",
        action="read",
        scope=Scope(names={"names": "mapping_gateway"}, fill="names", rows={"infoGatewayMappingOnlines": ("name", "mapping_gateway")}),
        request=MAPPING_GATEWAY_QUERY.all("GetGatewayMappingOnlineRequest"),
        response=answer(
            "GetGatewayMappingOnlineAnswer",
            rows(
                "infoGatewayMappingOnlines",
                "Online",
                "在线网关",
                INFO_GATEWAY_MAPPING_ONLINE,
                "The gateways that are online now.",
                "此刻处于在线状态的网关。",
            ),
        ),
    ),
)
