"""Number groups and the numbers in them: sections 3.67 to 3.73 of the manual."""

from __future__ import annotations

from portal.vos3000.schema.base import Book, Format, Interface, Nature, Resource, Struct, Text
from portal.vos3000.schema.common import ANSWER, MEMO, OK, answer
from portal.vos3000.schema.words import rows, text

GROUP = Book(
    text("name", "Name", "名称", "The number group's name is its key.", "号码群组以名称作为标识。"),
    MEMO,
    text("names", "Number groups", "号码群组", "Leave out to read all of them.", "不填则读出全部。", many=True, ref="number_group"),
)
INFO_LIMIT_E164_GROUP = GROUP.pick("InfoLimitE164Group", "name memo")

NUMBER = Book(
    text("e164", "Number", "号码", "A number that belongs to the group.", "归入群组的号码。", format=Format.NUMBER),
    MEMO,
)
INFO_LIMIT_E164 = NUMBER.pick("InfoLimitE164", "e164! memo")
_NUMBERS = rows("infoLimitE164s", "Numbers", "号码", INFO_LIMIT_E164, "The group's numbers with their memos.", "群组中的号码及其备注。")

ENTRY = Book(
    text("limitE164GroupName", "Number group", "号码群组", "The group they belong to.", "号码归属的群组。", ref="number_group"),
    _NUMBERS,
    text(
        "e164s",
        "Numbers",
        "号码",
        "The numbers to take out of the group.",
        "要移出群组的号码。",
        many=True,
        format=Format.NUMBER,
        ref="number_group_entry",
    ),
    text(
        "e164",
        "Numbers",
        "号码",
        "Only these numbers, apart by commas; leave out for all.",
        "只看这些号码，以逗号隔开；不填即全部。",
        format=Format.COMMA_LIST,
        ref="number_group_entry",
    ),
)

# This answer has no reason beside its code, unlike every other.
_GROUPS_FOUND = Struct(
    "GetLimitE164GroupAnswer",
    (
        *ANSWER.pick("Answer", "retCode!").fields,
        rows("infoLimitE164Groups", "Number groups", "号码群组", INFO_LIMIT_E164_GROUP, "The groups found.", "查到的群组。"),
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="number_group",
        area="system",
        title=Text("Number group", "号码群组"),
        plural=Text("Number groups", "号码群组"),
        key="name",
        read="GetLimitE164Group",
        read_by="names",
        rows="infoLimitE164Groups",
        create="CreateLimitE164Group",
        modify="ModifyLimitE164Group",
        delete="DeleteLimitE164Group",
        title_field="name",
    ),
    Resource(
        name="number_group_entry",
        area="system",
        title=Text("Group number", "群组号码"),
        plural=Text("Group numbers", "群组号码"),
        key="e164",
        read="GetLimitE164",
        read_by="e164",
        rows="infoLimitE164s",
        create="CreateLimitE164",
        delete="DeleteLimitE164",
        title_field="e164",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateLimitE164Group",
        section="3.67",
        title=Text("Create a number group", "新建号码群组"),
        help=Text("Adds an empty group of numbers.", "新增一个尚无号码的群组。"),
        nature=Nature.WRITE,
        area="system",
        resource="number_group",
        action="create",
        staff_only="Number groups are the operator's rules for everybody.",
        request=GROUP.pick("CreateLimitE164GroupRequest", "name! memo"),
        response=OK,
    ),
    Interface(
        name="ModifyLimitE164Group",
        section="3.68",
        title=Text("Change a number group", "更改号码群组"),
        help=Text("Changes the memo; the name is the key and stays.", "只能改备注；名称即标识，不可改。"),
        nature=Nature.WRITE,
        area="system",
        resource="number_group",
        action="modify",
        staff_only="Number groups are the operator's rules for everybody.",
        request=GROUP.pick("ModifyLimitE164GroupRequest", "name! memo"),
        response=OK,
    ),
    Interface(
        name="DeleteLimitE164Group",
        section="3.69",
        title=Text("Delete a number group", "删除号码群组"),
        help=Text("Removes a group by its name.", "按名称移除一个群组。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="system",
        resource="number_group",
        action="delete",
        staff_only="Number groups are the operator's rules for everybody.",
        request=GROUP.pick("DeleteLimitE164GroupRequest", "name!"),
        response=OK,
    ),
    Interface(
        name="GetLimitE164Group",
        section="3.70",
        title=Text("Read number groups", "查询号码群组"),
        help=Text("Some groups by name, or all of them.", "按名称读取若干群组，或读取全部。"),
        nature=Nature.READ,
        area="system",
        resource="number_group",
        action="read",
        staff_only="Number groups are the operator's rules for everybody.",
        request=GROUP.pick("GetLimitE164GroupRequest", "names"),
        response=_GROUPS_FOUND,
    ),
    Interface(
        name="CreateLimitE164",
        section="3.71",
        title=Text("Add numbers to a group", "向群组添加号码"),
        help=Text("Puts numbers into a group.", "把号码放进群组。"),
        nature=Nature.WRITE,
        area="system",
        resource="number_group_entry",
        action="create",
        staff_only="Number groups are the operator's rules for everybody.",
        request=ENTRY.pick("CreateLimitE164Request", "limitE164GroupName! infoLimitE164s!"),
        response=OK,
    ),
    Interface(
        name="DeleteLimitE164",
        section="3.72",
        title=Text("Take numbers out of a group", "从群组移出号码"),
        help=Text("Removes numbers from a group; the group stays.", "把号码移出群组，群组本身保留。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="system",
        resource="number_group_entry",
        action="delete",
        staff_only="Number groups are the operator's rules for everybody.",
        request=ENTRY.pick("DeleteLimitE164Request", "limitE164GroupName! e164s!"),
        response=OK,
    ),
    Interface(
        name="GetLimitE164",
        section="3.73",
        title=Text("Read a group's numbers", "查询群组号码"),
        help=Text("The numbers of one group, some or all.", "某一群组的号码，可只看一部分。"),
        nature=Nature.READ,
        area="system",
        resource="number_group_entry",
        action="read",
        staff_only="Number groups are the operator's rules for everybody.",
        request=ENTRY.pick("GetLimitE164Request", "limitE164GroupName! e164"),
        response=answer("GetLimitE164Answer", _NUMBERS),
    ),
)
