"""Phone books of accounts: their entries, created, modified, deleted and read (manual 3.52 to 3.55)."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import AtLeastOne, Book, Format, Interface, Nature, Resource, Scope, Text
from portal.vos3000.schema.common import MEMO, OK, answer
from portal.vos3000.schema.words import Names, instant, integer, part, rows, section, text

DEVICE_TYPE: Names = {0: ("None", "无"), 1: ("Mobile", "移动电话"), 2: ("Landline", "固定电话"), 3: ("IP phone", "IP 电话")}
ADDRESS_TYPE: Names = {0: ("None", "无"), 1: ("Office", "办公"), 2: ("Home", "家庭")}
ORIGIN: Names = {0: ("By the user", "用户添加"), 1: ("Remembered automatically", "自动记忆")}

ACCOUNT = text("account", "Account", "账户", "The account whose phone book it is.", "电话簿所属的账户。", ref="account")
E164 = text("e164", "Number", "号码", "The telephone number of the entry.", "该条目的电话号码。", format=Format.NUMBER)

OVERWRITE = Book(
    replace(
        E164,
        label=Text("Entry by number", "按号码查找"),
        help=Text("Replaces the entry that has this number; not together with a short number.", "替换该号码的条目，不能与短号同时填写。"),
    ),
    text(
        "shortE164",
        "Entry by short number",
        "按短号查找",
        "Replaces the entry that has this short number; not together with a number.",
        "替换该短号的条目，不能与号码同时填写。",
        format=Format.NUMBER,
    ),
).all("InfoCustomerPhoneBookOverWrite")

ENTRY = Book(
    section(
        "entry",
        "Entry",
        "条目",
        ACCOUNT,
        E164,
        text(
            "newE164",
            "New number",
            "改为号码",
            "The number that takes the place of the present one.",
            "取代现有号码的号码。",
            format=Format.NUMBER,
        ),
        part(
            "infoCustomerPhoneBookOverWrite",
            "Replace an entry",
            "覆盖条目",
            OVERWRITE,
            "Writes over an entry that is there; where there is none, a number must be given as well.",
            "写在已有条目之上；若没有这样的条目，则还须填写号码。",
        ),
        text(
            "shortE164s",
            "Short numbers",
            "短号",
            "Short numbers that stand for this one.",
            "可以代替该号码拨打的短号。",
            many=True,
            format=Format.NUMBER,
        ),
        text("name", "Name", "姓名", "Whose number it is.", "该号码是谁的。"),
        text("department", "Department", "部门", "Where this person works.", "此人在哪个部门。"),
        integer("deviceType", "Device", "设备", "What kind of telephone it is.", "这是哪一种电话。", codes=DEVICE_TYPE, default=0),
        integer("addressType", "Place", "场所", "Where the telephone stands.", "电话位于何处。", codes=ADDRESS_TYPE, default=0),
        integer("type", "Origin", "来源", "How the entry came about.", "该条目是怎样来的。", codes=ORIGIN, default=0),
        instant("lastUpdateTime", "Updated", "更新时间", "When the entry was last changed.", "该条目最近一次变动的时间。", moves=True),
        MEMO,
    ),
)

INFO_CUSTOMER_PHONE_BOOK = ENTRY.pick(
    "InfoCustomerPhoneBook", "e164! shortE164s! name! department! deviceType! addressType! type! lastUpdateTime! memo!"
)

SELECTION = Book(
    ACCOUNT,
    E164,
    text(
        "e164s",
        "Numbers",
        "号码",
        "The numbers whose entries are meant.",
        "所指条目的电话号码。",
        many=True,
        format=Format.NUMBER,
    ),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="phone_book_entry",
        area="accounts",
        title=Text("Phone book entry", "电话簿条目"),
        plural=Text("Phone book", "电话簿"),
        key="e164",
        read="GetCustomerPhoneBook",
        read_by="e164",
        rows="infoCustomerPhoneBooks",
        create="CreateCustomerPhoneBook",
        modify="ModifyCustomerPhoneBook",
        delete="DeleteCustomerPhoneBook",
        listed_by="account",
        renamed_by="newE164",
        title_field="name",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="GetCustomerPhoneBook",
        section="3.52",
        title=Text("Look up a phone book", "查询电话簿"),
        help=Text("Reads the phone book of an account, or one entry of it.", "读取账户的电话簿，或其中一个条目。"),
        nature=Nature.READ,
        area="accounts",
        resource="phone_book_entry",
        action="read",
        scope=Scope(names={"account": "account"}, must=("account",)),
        request=SELECTION.pick("GetCustomerPhoneBookRequest", "account e164"),
        response=answer(
            "GetCustomerPhoneBookAnswer",
            rows("infoCustomerPhoneBooks", "Entries", "条目", INFO_CUSTOMER_PHONE_BOOK, "The entries found.", "查到的条目。"),
        ),
    ),
    Interface(
        name="CreateCustomerPhoneBook",
        section="3.53",
        title=Text("Add a phone book entry", "添加电话簿条目"),
        help=Text("Adds an entry to the phone book of an account, or replaces one.", "在账户的电话簿中添加或替换一个条目。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone_book_entry",
        action="create",
        scope=Scope(names={"account": "account"}, must=("account",)),
        rules=(AtLeastOne(("e164", "infoCustomerPhoneBookOverWrite")),),
        request=ENTRY.pick(
            "CreateCustomerPhoneBookRequest",
            "account! e164 infoCustomerPhoneBookOverWrite shortE164s name department deviceType addressType type memo",
        ),
        response=OK,
    ),
    Interface(
        name="ModifyCustomerPhoneBook",
        section="3.54",
        title=Text("Modify a phone book entry", "更改电话簿条目"),
        help=Text("Changes an entry, its number too if wanted.", "更改一个条目，也可换掉其号码。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="phone_book_entry",
        action="modify",
        scope=Scope(names={"account": "account"}, must=("account",)),
        request=ENTRY.pick(
            "ModifyCustomerPhoneBookRequest",
            "account! e164! newE164 shortE164s name department deviceType addressType type memo",
        ),
        response=OK,
    ),
    Interface(
        name="DeleteCustomerPhoneBook",
        section="3.55",
        title=Text("Delete phone book entries", "删除电话簿条目"),
        help=Text("Removes entries from the phone book of an account; this cannot be undone.", "从账户的电话簿移除条目，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="accounts",
        resource="phone_book_entry",
        action="delete",
        scope=Scope(names={"account": "account"}, must=("account",)),
        request=SELECTION.pick("DeleteCustomerPhoneBookRequest", "account! e164s!"),
        response=OK,
    ),
)
