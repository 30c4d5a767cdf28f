"""Accounts: create, modify, delete, read one, some or all (manual 3.1 to 3.5 and 3.65)."""

from __future__ import annotations

from dataclasses import replace

from portal.vos3000.schema.base import AtLeastOne, Book, Format, Interface, Nature, Resource, Scope, Text
from portal.vos3000.schema.common import LOCKED_OR_NOT, MEMO, OK, answer
from portal.vos3000.schema.media import UNLIMITED
from portal.vos3000.schema.words import Names, boolean, instant, integer, money, part, rows, section, text

ACCOUNT_TYPE: Names = {0: ("Ordinary account", "普通账户"), 1: ("Phone card", "电话卡"), 2: ("Clearing account", "结算账户")}
CATEGORY: Names = {0: ("Ordinary account", "普通账户"), 1: ("Agent", "代理商")}
CALLBACK_BILLING: Names = {0: ("Ordinary", "普通"), 1: ("By traffic", "按流量")}
CARD_TYPE: Names = {
    0: ("Identity card", "身份证"),
    1: ("Passport", "护照"),
    2: ("Officer's card", "军官证"),
    3: ("Work permit", "工作证"),
    4: ("Student card", "学生证"),
    5: ("Other", "其他"),
}
REPORT_TYPE: Names = {0: ("Never", "不发"), 1: ("Daily", "每天"), 2: ("Weekly", "每周"), 3: ("Monthly", "每月")}
TREE_DEPTH: Names = {0: ("Accounts at every level below", "全部各级下属"), 1: ("Direct sub-accounts only", "仅直接下级")}
LISTING: Names = {0: ("Account numbers only", "仅账户号码"), 1: ("With balance and credit limit", "含余额与透支额度")}
SYSTEM_EXPIRY: Names = {0: ("Set by the system", "由系统参数决定")}

# Selections that other domains offer as well.
ACCOUNTS = text("accounts", "Accounts", "账户", "Numbers of the accounts to look up.", "要查找的账户号码。", many=True, ref="account")
PHONES = text(
    "e164s", "Phones", "话机", "Numbers of the phones to look up.", "要查找的话机号码。", many=True, format=Format.NUMBER, ref="phone"
)

CONTACT = Book(
    section(
        "identity",
        "Identity",
        "身份",
        integer(
            "cardType",
            "Identity document",
            "证件种类",
            "The kind of document that proves who the holder is.",
            "用来证明账户持有人身份的证件。",
            codes=CARD_TYPE,
            default=0,
        ),
        text("cardNumber", "Document number", "证件编号", "The number printed on that document.", "该证件上印制的编号。"),
        text("companyName", "Company", "公司", "The company that the account belongs to.", "账户所属的企业名称。"),
        text("bank", "Bank", "开户银行", "The bank that the holder pays from.", "持有人付款所用的银行。"),
    ),
    section(
        "contact",
        "Contact",
        "联系方式",
        text("linkMan", "Contact person", "联系人", "Whom to ask for about this account.", "与该账户有关的事宜找谁。"),
        text("telephone", "Telephone", "联系电话", "Where the contact person can be called.", "可以打通联系人的号码。"),
        text("fax", "Fax", "传真", "The fax number of the holder.", "持有人的传真号码。"),
        text("address", "Address", "通讯地址", "Street and town of the holder.", "持有人的街道与城市。"),
        text("postCode", "Postcode", "邮编", "The postcode of that address.", "上述地址的邮编。"),
    ),
    section(
        "reports",
        "Reports by e-mail",
        "邮件报表",
        text("email", "E-mail", "邮箱", "Reports are sent here.", "报表发往此邮箱。", format=Format.EMAIL),
        text(
            "emailCc", "Copy to", "抄送", "Gets a copy; commas between several.", "同时收到副本，多个用逗号隔开。", format=Format.COMMA_LIST
        ),
        text(
            "emailBcc",
            "Blind copy to",
            "密送",
            "Gets a copy unseen by the others; commas between several.",
            "收到副本而不为其他收件人所见，多个用逗号隔开。",
            format=Format.COMMA_LIST,
        ),
        integer(
            "reportType",
            "Send reports",
            "报表周期",
            "How often the softswitch e-mails a report.",
            "软交换每隔多久以邮件寄出一次报表。",
            codes=REPORT_TYPE,
            default=0,
        ),
    ),
)

INFO_CUSTOMER_ADDITIONAL = CONTACT.pick(
    "InfoCustomerAdditional",
    "cardType cardNumber address postCode linkMan telephone fax email emailCc emailBcc reportType companyName bank",
)

TYPE = integer(
    "type",
    "Account type",
    "账户种类",
    "What the account is for: calls, phone cards, or clearing with a carrier.",
    "账户的用途：通话、电话卡，或与运营商结算。",
    codes=ACCOUNT_TYPE,
    default=0,
    not_on_own=True,
)
VALID_TIME = instant(
    "validTime",
    "Valid until",
    "到期时间",
    "After this moment the account can make no more calls.",
    "过了这一时刻，账户便不能再呼叫。",
    special=SYSTEM_EXPIRY,
    not_on_own=True,
)
MONEY = money("money", "Balance", "余额", "What is left on the account now.", "账户当前剩余的金额。", moves=True)
LIMIT_MONEY = money(
    "limitMoney",
    "Credit limit",
    "透支额度",
    "How far the balance may go below zero.",
    "余额最多可以低于零多少。",
    default=0,
    set_by="set_credit",
    staff=True,
)
#: What staff note about a customer is not for that customer; an operator may let a role read and write it all the same.
STAFF_MEMO = replace(MEMO, seen_by="see_memo")

ACCOUNT = Book(
    section(
        "basic",
        "Account",
        "账户",
        text(
            "account", "Account number", "账户号码", "The unique number that names the account everywhere.", "在各处标识该账户的唯一号码。"
        ),
        text("name", "Name", "名称", "The name people know the account by.", "便于辨认该账户的称呼。"),
        TYPE,
        integer(
            "category",
            "Category",
            "类别",
            "Whether the account is an agent with sub-accounts.",
            "是否为拥有下属账户的代理商。",
            codes=CATEGORY,
        ),
        text(
            "agentAccount",
            "Agent",
            "代理商",
            "The agent account that this account belongs to; empty for none.",
            "该账户归属的代理商账户，留空即不属于任何代理商。",
            ref="account",
            not_on_own=True,
        ),
        integer(
            "lockType",
            "Lock",
            "锁定",
            "A locked account makes no calls.",
            "锁定后该账户无法呼叫。",
            codes=LOCKED_OR_NOT,
            default=0,
            not_on_own=True,
        ),
        boolean("canceled", "Cancelled", "已销户", "Whether the account has been closed.", "账户是否已经注销。"),
        STAFF_MEMO,
    ),
    section(
        "billing",
        "Money",
        "资金",
        MONEY,
        LIMIT_MONEY,
        money(
            "todayConsumption", "Spent today", "今日消费", "What the account has used since midnight.", "当天零点起累计的花费。", moves=True
        ),
        text(
            "feeRateGroup",
            "Rate group",
            "费率组",
            "The rate group that prices the calls of this account; empty for none.",
            "为该账户的通话计价的费率组，留空即没有。",
            ref="rate_group",
            set_by="set_rate_group",
            not_on_own=True,
        ),
        integer(
            "ctdBillingType",
            "Callback billing of an agent",
            "代理商回拨计费",
            "How callback calls are billed to an agent.",
            "代理商的回拨通话按何种方式收费。",
            codes=CALLBACK_BILLING,
            default=0,
            not_on_own=True,
        ),
    ),
    section(
        "validity",
        "Validity and limits",
        "有效期与限额",
        instant(
            "startTime",
            "Opened",
            "开户时间",
            "When the account was opened.",
            "账户自何时起开通。",
            special=SYSTEM_EXPIRY,
        ),
        VALID_TIME,
        integer(
            "phoneBookLimit",
            "Phone book size",
            "电话簿容量",
            "How many entries the phone book of the account may hold.",
            "该账户的电话簿最多可存的条目数。",
            special=UNLIMITED,
            default=0,
            not_on_own=True,
        ),
        text(
            "bindedE164s",
            "Bound numbers",
            "绑定号码",
            "Caller numbers that are billed to this account.",
            "以这些号码作主叫时由该账户付费。",
            many=True,
            format=Format.NUMBER,
            ref="bound_number",
        ),
    ),
    section(
        "additional",
        "Holder",
        "持有人",
        part(
            "infoCustomerAdditional",
            "Holder",
            "持有人资料",
            INFO_CUSTOMER_ADDITIONAL,
            "Who holds the account and how to reach them.",
            "账户由谁持有、怎样联系。",
        ),
    ),
)

CREATE_CUSTOMER = ACCOUNT.pick(
    "CreateCustomerRequest",
    "account! name! money limitMoney feeRateGroup type lockType agentAccount phoneBookLimit validTime ctdBillingType memo "
    "infoCustomerAdditional",
    money=money(
        "money",
        "Opening balance",
        "初始余额",
        "What the account starts with.",
        "开户时账上已有的金额。",
        default=0,
        set_by="set_balance",
        staff=True,
    ),
)
MODIFY_CUSTOMER = ACCOUNT.pick(
    "ModifyCustomerRequest",
    "account! name limitMoney feeRateGroup type lockType agentAccount phoneBookLimit validTime ctdBillingType memo infoCustomerAdditional",
    validTime=replace(VALID_TIME, special=None),
)
DELETE_CUSTOMER = ACCOUNT.pick("DeleteCustomerRequest", "account!")
INFO_CUSTOMER = ACCOUNT.pick(
    "InfoCustomer",
    "account! name! money! limitMoney! feeRateGroup! type! lockType! agentAccount! phoneBookLimit! canceled! startTime! validTime! "
    "todayConsumption! ctdBillingType! category! bindedE164s! memo! infoCustomerAdditional!",
)
INFO_CUSTOMER_BRIEF = ACCOUNT.pick("InfoCustomerBrief", "account! money! limitMoney!")

FILTER_AGENT_ACCOUNT = Book(
    text(
        "filterAgentAccount",
        "Agent",
        "代理商",
        "The agent account whose sub-accounts are wanted.",
        "要列出其下属账户的代理商。",
        ref="account",
    ),
    integer("querySonMode", "Depth", "层级", "How far down the tree to look.", "沿下级向下查到哪一层。", codes=TREE_DEPTH),
).all("FilterAgentAccount", required="filterAgentAccount querySonMode")

SELECTION = Book(
    ACCOUNTS,
    PHONES,
    part(
        "filterAgentAccount",
        "Sub-accounts of an agent",
        "代理商下属",
        FILTER_AGENT_ACCOUNT,
        "Looks up the accounts of one agent.",
        "只查某一代理商名下的账户。",
    ),
    replace(TYPE, help=Text("Leaves out accounts of other types.", "不显示其他种类的账户。"), default=None),
)

RESOURCES: tuple[Resource, ...] = (
    Resource(
        name="account",
        area="accounts",
        title=Text("Account", "账户"),
        plural=Text("Accounts", "账户"),
        key="account",
        read="GetCustomer",
        read_by="accounts",
        rows="infoCustomers",
        create="CreateCustomer",
        modify="ModifyCustomer",
        delete="DeleteCustomer",
        owner="account",
        title_field="name",
    ),
)

INTERFACES: tuple[Interface, ...] = (
    Interface(
        name="CreateCustomer",
        section="3.1",
        title=Text("Create an account", "新建账户"),
        help=Text("Opens a billing account; an agent cannot be made this way.", "开立计费账户；不能以此方式新建代理商。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="account",
        action="create",
        scope=Scope(names={"agentAccount": "account", "feeRateGroup": "rate_group"}, must=("agentAccount",)),
        request=CREATE_CUSTOMER,
        response=OK,
    ),
    Interface(
        name="ModifyCustomer",
        section="3.2",
        title=Text("Modify an account", "更改账户"),
        help=Text("Changes an account; its balance only changes by paying.", "更改账户设置；余额只能经充值变动。"),
        nature=Nature.WRITE,
        area="accounts",
        resource="account",
        action="modify",
        scope=Scope(
            names={"account": "account", "agentAccount": "account", "feeRateGroup": "rate_group"},
            apart=("account", "agentAccount"),
        ),
        request=MODIFY_CUSTOMER,
        response=OK,
    ),
    Interface(
        name="DeleteCustomer",
        section="3.3",
        title=Text("Delete an account", "删除账户"),
        help=Text("Removes an account; this cannot be undone.", "移除账户，无法恢复。"),
        nature=Nature.WRITE,
        dangerous=True,
        area="accounts",
        resource="account",
        action="delete",
        scope=Scope(names={"account": "account"}, below=("account",)),
        request=DELETE_CUSTOMER,
        response=OK,
    ),
    Interface(
        name="GetCustomer",
        section="3.4",
        title=Text("Look up accounts", "查询账户"),
        help=Text("Reads accounts by number, by phone or by agent.", "按账户号码、话机或代理商读取账户。"),
        nature=Nature.READ,
        area="accounts",
        resource="account",
        action="read",
        scope=Scope(
            names={"accounts": "account", "e164s": "phone", "filterAgentAccount.filterAgentAccount": "account"},
            fill="accounts",
            rows={"infoCustomers": ("account", "account")},
        ),
        rules=(AtLeastOne(("accounts", "e164s", "filterAgentAccount")),),
        request=SELECTION.all("GetCustomerRequest"),
        response=answer(
            "GetCustomerAnswer",
            rows("infoCustomers", "Accounts", "账户", INFO_CUSTOMER, "The accounts found.", "查到的账户。"),
        ),
    ),
    Interface(
        name="GetAllCustomers",
        section="3.5, 3.65",
        title=Text("List all accounts", "列出全部账户"),
        help=Text("Lists every account of the platform, with balances if asked.", "列出平台的每一个账户，可附带余额。"),
        nature=Nature.READ,
        area="accounts",
        resource="account",
        action="read",
        scope=Scope(rows={"accounts": ("", "account"), "infoCustomerBriefs": ("account", "account")}),
        request=Book(
            integer(
                "type",
                "Content",
                "内容",
                "Whether to list numbers only or balances as well.",
                "只列号码，还是连同余额一并列出。",
                codes=LISTING,
                default=0,
                other_names=("Key",),
            ),
        ).all("GetAllCustomersRequest"),
        response=answer(
            "GetAllCustomersAnswer",
            replace(ACCOUNTS, help=Text("Numbers of all accounts, where only these were asked for.", "仅要求号码时给出的全部账户号码。")),
            rows(
                "infoCustomerBriefs",
                "Accounts in brief",
                "账户概要",
                INFO_CUSTOMER_BRIEF,
                "Balance and credit limit of each account, where these were asked for.",
                "要求余额时给出的各账户余额与透支额度。",
            ),
        ),
    ),
)
