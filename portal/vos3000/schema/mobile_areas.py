"""Mobile areas: sections 3.90 to 3.92 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.base import Backend, Book, Format, Interface, Nature, Resource, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.words import rows, text

AREA = Book(
    text(
        "mobilePrefix",
        "Mobile prefix",
        "手机前缀",
        "Exactly seven digits, such as 1300000.",
        "恰好七位数字，如 1300000。",
        format=Format.NUMBER,
    ),
    text("areaCode", "Area code", "区号", "Without the leading zero, such as 10 for Beijing.", "不带开头的零，如北京写作 10。"),
    text("areaName", "Area", "地区名称", "The readable name of the area.", "便于辨认的地区称呼。"),
    MEMO,
)
INFO_MOBILE_AREA = AREA.pick("InfoMobileArea", "mobilePrefix! areaCode! areaName memo")
_AREAS = rows(
    "infoMobileAreas", "Mobile areas", "手机地区", INFO_MOBILE_AREA, "Prefixes with the areas they belong to.", "前缀及其归属的地区。"
)

ASK = Book(
    _AREAS,
    text(
        "mobilePrefixes",
        "Mobile prefixes",
        "手机前缀",
        "The prefixes to remove.",
        "要移除的前缀。",
        many=True,
        format=Format.NUMBER,
        ref="mobile_area",
    ),
    text(
        "mobilePrefix",
        "Mobile prefix",
        "手机前缀",
        "Leave out to read all of them.",
        "不填则读出全部。",
        format=Format.NUMBER,
        ref="mobile_area",
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="mobile_area",
        area="system",
        title=Text("Mobile area", "手机地区"),
        plural=Text("Mobile areas", "手机地区"),
        key="mobilePrefix",
        read="GetMobileArea",
        read_by="mobilePrefix",
        rows="infoMobileAreas",
        create="CreateMobileArea",
        delete="DeleteMobileArea",
        title_field="areaName",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateMobileArea",
        section="3.90",
        title=Text("Create mobile areas", "新建手机地区"),
        help=Text("Adds prefixes; one that is already there is overwritten.", "新增前缀；已有的会被直接改写。"),
        nature=Nature.WRITE,
        backend=Backend.HISTORY,
        dangerous=True,
        area="system",
        resource="mobile_area",
        action="create",
        staff_only="Mobile areas hold for everybody.",
        request=ASK.pick("CreateMobileAreaRequest", "infoMobileAreas!"),
        response=OK,
    ),
    Interface(
        name="DeleteMobileArea",
        section="3.91",
        title=Text("Delete mobile areas", "删除手机地区"),
        help=Text("Removes prefixes from the table of areas.", "从地区表中移除前缀。"),
        nature=Nature.WRITE,
        backend=Backend.HISTORY,
        dangerous=True,
        area="system",
        resource="mobile_area",
        action="delete",
        staff_only="Mobile areas hold for everybody.",
        request=ASK.pick("DeleteMobileAreaRequest", "mobilePrefixes!"),
        response=OK,
    ),
    Interface(
        name="GetMobileArea",
        section="3.92",
        title=Text("Read mobile areas", "查询手机地区"),
        help=Text("The area of one prefix, or the whole table.", "某一前缀的地区，或整张地区表。"),
        nature=Nature.READ,
        backend=Backend.HISTORY,
        area="system",
        resource="mobile_area",
        action="read",
        staff_only="Mobile areas hold for everybody.",
        request=ASK.pick("GetMobileAreaRequest", "mobilePrefix"),
        response=answer("GetMobileAreaAnswer", _AREAS),
    ),
)
