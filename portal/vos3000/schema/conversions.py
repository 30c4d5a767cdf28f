"""Number conversions: sections 3.45 and 3.79 to 3.81 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Format, Interface, Nature, Resource, Scope, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.owners import ACCOUNT
from portal.vos3000.schema.words import integer, rows, text

CONVERSION = Book(
    integer("id", "Conversion id", "变换编号", "Given by the softswitch.", "由软交换分配。"),
    ACCOUNT,
    text("e164", "Number", "号码", "The number the conversion is for.", "此变换为哪个号码而设。", format=Format.NUMBER, ref="phone"),
    text(
        "mappingGatewayCallerE164",
        "Caller at the mapping gateway",
        "对接侧主叫",
        "The caller's number as a mapping gateway brings it.",
        "主叫由对接网关送来时的写法。",
        format=Format.NUMBER,
    ),
    text(
        "routingGatewayCalleeE164",
        "Called at the routing gateway",
        "落地侧被叫",
        "The called number as a routing gateway is given it.",
        "被叫交给落地网关时的写法。",
        format=Format.NUMBER,
        seen_by="see_routing",
        staff=True,
    ),
    MEMO,
)
INFO_E164_CONVERT = CONVERSION.all("InfoE164Convert", required=" ".join(CONVERSION.fields))

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="conversion",
        area="voice",
        title=Text("Number conversion", "号码变换"),
        plural=Text("Number conversions", "号码变换"),
        key="id",
        read="GetE164Convert",
        rows="infoE164Converts",
        create="CreateE164Convert",
        modify="ModifyE164Convert",
        delete="DeleteE164Convert",
        owner="account",
        listed_by="account",
        title_field="e164",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetE164Convert",
        section="3.45",
        title=Text("Read number conversions", "查询号码变换"),
        help=Text("The conversions of an account or of one number.", "某一账户或某一号码的变换。"),
        nature=Nature.READ,
        area="voice",
        resource="conversion",
        action="read",
        scope=Scope(names={"account": "account", "e164": "phone"}, rows={"infoE164Converts": ("account", "account")}),
        request=CONVERSION.pick("GetE164ConvertRequest", "account e164"),
        response=answer(
            "GetE164ConvertAnswer",
            rows("infoE164Converts", "Number conversions", "号码变换", INFO_E164_CONVERT, "The conversions found.", "查到的变换。"),
        ),
    ),
    Interface(
        name="CreateE164Convert",
        section="3.79",
        title=Text("Create a number conversion", "新建号码变换"),
        help=Text("Ties a number to the form it has at the gateways.", "把号码与其在网关侧的写法对应起来。"),
        nature=Nature.WRITE,
        area="voice",
        resource="conversion",
        action="create",
        staff_only="It decides in what form a number leaves by the operator's carriers.",
        request=CONVERSION.pick("CreateE164ConvertRequest", "mappingGatewayCallerE164! e164! routingGatewayCalleeE164! memo!"),
        response=answer("CreateE164ConvertAnswer", CONVERSION.fields["id"]),
    ),
    Interface(
        name="ModifyE164Convert",
        section="3.80",
        title=Text("Change a number conversion", "更改号码变换"),
        help=Text("Changes the gateway side of a conversion, not its number.", "改动变换的网关一侧，号码本身不变。"),
        nature=Nature.WRITE,
        area="voice",
        resource="conversion",
        action="modify",
        staff_only="It decides in what form a number leaves by the operator's carriers.",
        request=CONVERSION.pick("ModifyE164ConvertRequest", "id! mappingGatewayCallerE164 routingGatewayCalleeE164 memo"),
        response=OK,
    ),
    Interface(
        name="DeleteE164Convert",
        section="3.81",
        title=Text("Delete a number conversion", "删除号码变换"),
        help=Text("Removes one conversion by its id.", "按编号移除一条变换。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="voice",
        resource="conversion",
        action="delete",
        scope=Scope(names={"id": "conversion"}),
        request=CONVERSION.pick("DeleteE164ConvertRequest", "id!"),
        response=OK,
    ),
)
