"""Routing gateways, through which calls go out: manual 3.16-3.20."""

from __future__ import annotations

from portal.vos3000.schema.base import Agree, Book, Format, Interface, Nature, Ordered, Resource, Text, Unit
from portal.vos3000.schema.common import OK, answer
from portal.vos3000.schema.gateway_fields import (
    ONLINE,
    ONLINE_SOFTSWITCH,
    required_but,
)
from portal.vos3000.schema.gateway_routing_fields import ROUTING_GATEWAY
from portal.vos3000.schema.words import big, double, integer, rows, text

INFO_GATEWAY_ROUTING = ROUTING_GATEWAY.all(
    "InfoGatewayRouting",
    required=required_but(
        ROUTING_GATEWAY,
        "switchAllowRing switchAllowSdp switchAllowRtp switchAllowBusy switchAllowErrorCode sipPrivacy sipPPreferredIdentity "
        "sipPAssertedIdentity softswitchName forwardSignalRewriteE164GroupEnable forwardSignalRewriteE164Group memo "
        "dynamicBlackListInStandalone mediaRecord externalNumberVerifyBits externalNumberVerifyRewriteCaller "
        "externalNumberVerifyRewriteCallee scheduledCallinPrefixes rewriteRulesInCallerUseE164GroupEnable "
        "rewriteRulesInCallerUseE164Group rewriteRulesInCallerUseE164Line signalPortLocal calculateRouteQuality",
    ),
)

ROUTING_GATEWAY_ONLINE = Book(
    integer("id", "Number", "编号", "The softswitch's own number of the gateway.", "软交换内部给该网关的编号。"),
    text("name", "Routing gateway", "落地网关", "The gateway that is online.", "处于在线状态的网关。", ref="routing_gateway"),
    *ONLINE,
    text("prefix", "Prefixes", "网关前缀", "The prefixes whose calls it takes.", "该网关承接哪些前缀的呼叫。", format=Format.COMMA_LIST),
    double("responseRatio", "Response ratio", "回应率", "Share of calls that it responds to.", "送去的呼叫中得到回应的比例。", moves=True),
    double("connectedRatio", "Connected ratio", "接通率", "Share of calls that it connects.", "送去的呼叫中得以接通的比例。", moves=True),
    text(
        "remoteIp",
        "Gateway address",
        "网关地址",
        "The address that it is online at.",
        "网关此刻所用的地址。",
        format=Format.ADDRESS,
        moves=True,
    ),
    text(
        "registerName",
        "Registered as",
        "注册身份",
        "The name under which we are registered at the other platform; only where we register there.",
        "本平台以什么标识注册到对方；仅在由本平台去注册时才有。",
    ),
    big(
        "retryAfter",
        "Out of use for",
        "停用时长",
        "How long it is left out because it answered with Retry-After.",
        "对方应答带了 Retry-After，因此在多长时间内不用它。",
        unit=Unit.MILLISECONDS,
        moves=True,
    ),
)
INFO_GATEWAY_ROUTING_ONLINE = ROUTING_GATEWAY_ONLINE.all(
    "InfoGatewayRoutingOnline", required=required_but(ROUTING_GATEWAY_ONLINE, "natIp registerName")
)

ROUTING_GATEWAY_QUERY = Book(
    text(
        "names",
        "Routing gateways",
        "落地网关",
        "Which gateways to read; left out, all of them.",
        "要读取哪些网关，不填则全部读取。",
        many=True,
        ref="routing_gateway",
    ),
    ONLINE_SOFTSWITCH,
)

RULES = (
    Ordered("maxCallDurationLower", "maxCallDurationUpper"),
    Agree("leastCostRouting", "feerateRestrict"),
    Agree("minProfitPercentEnable", "feerateRestrict"),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="routing_gateway",
        area="gateways",
        title=Text("Routing gateway", "落地网关"),
        plural=Text("Routing gateways", "落地网关"),
        key="name",
        read="GetGatewayRouting",
        read_by="names",
        rows="infoGatewayRoutings",
        create="CreateGatewayRouting",
        modify="ModifyGatewayRouting",
        delete="DeleteGatewayRouting",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateGatewayRouting",
        section="3.16",
        title=Text("Create a routing gateway", "新建落地网关"),
        help=Text("Adds a gateway through which calls leave for a carrier.", "添加把呼叫送往运营商的网关。"),
        nature=Nature.WRITE,
        area="gateways",
        resource="routing_gateway",
        action="create",
        staff_only="Carriers are the operator's.",
        rules=RULES,
        request=ROUTING_GATEWAY.all("CreateGatewayRoutingRequest", required="name"),
        response=OK,
    ),
    Interface(
        name="ModifyGatewayRouting",
        section="3.17",
        title=Text("Modify a routing gateway", "更改落地网关"),
        help=Text("Changes the settings of a routing gateway.", "更改落地网关的设置。"),
        nature=Nature.WRITE,
        area="gateways",
        resource="routing_gateway",
        action="modify",
        staff_only="Carriers are the operator's.",
        rules=RULES,
        request=ROUTING_GATEWAY.all("ModifyGatewayRoutingRequest", required="name"),
        response=OK,
    ),
    Interface(
        name="DeleteGatewayRouting",
        section="3.18",
        title=Text("Delete a routing gateway", "删除落地网关"),
        help=Text("Removes a routing gateway; this cannot be undone.", "移除落地网关，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="gateways",
        resource="routing_gateway",
        action="delete",
        staff_only="Carriers are the operator's.",
        request=ROUTING_GATEWAY.pick("DeleteGatewayRoutingRequest", "name!"),
        response=OK,
    ),
    Interface(
        name="GetGatewayRouting",
        section="3.19",
        title=Text("Look up routing gateways", "查询落地网关"),
        help=Text("Reads the settings of some or all routing gateways.", "读取部分或全部落地网关的设置。"),
        nature=Nature.READ,
        area="gateways",
        resource="routing_gateway",
        action="read",
        staff_only="Carriers are the operator's.",
        request=ROUTING_GATEWAY_QUERY.pick("GetGatewayRoutingRequest", "names"),
        response=answer(
            "GetGatewayRoutingAnswer",
            rows(
                "infoGatewayRoutings",
                "Routing gateways",
                "落地网关",
                INFO_GATEWAY_ROUTING,
                "The gateways found, with all their settings.",
                "查到的网关及其全部设置。",
            ),
        ),
    ),
    Interface(
        name="GetGatewayRoutingOnline",
        section="3.20",
        title=Text("Routing gateways online", "在线落地网关"),
        help=Text(
            "Shows which routing gateways are online, with their calls, ASR and ACD now.",
            "查看哪些落地网关在线及其此刻的并发、ASR 与 ACD。",
        ),
        nature=Nature.READ,
        area="gateways",
        resource="routing_gateway",
        action="read",
        staff_only="Carriers are the operator's.",
        request=ROUTING_GATEWAY_QUERY.all("GetGatewayRoutingOnlineRequest"),
        response=answer(
            "GetGatewayRoutingOnlineAnswer",
            rows(
                "infoGatewayRoutingOnlines",
                "Online",
                "在线网关",
                INFO_GATEWAY_ROUTING_ONLINE,
                "The gateways that are online now.",
                "此刻处于在线状态的网关。",
            ),
        ),
    ),
)
