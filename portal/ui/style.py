"""Sample data of the style guide: what a day at an operator of softswitches puts on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.ui.badges import BADGES, badge
from portal.ui.charts import Chart, Series, bars, lines, spark
from portal.ui.components import Action, AsOf, Change, Chip, Choice, Column, Crumb, Fact, Node, Pager, Row, Tab, Table
from portal.ui.templatetags.portal_ui import duration, instant, money, number, phone

AT = datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC)
ACCOUNTS = (
    ("800801", "Blue Harbour Trading", "1284.50", "5000", 12, "active"),
    ("800802", "深圳市海港贸易有限公司", "-36.125", "0", 4, "overdrawn"),
    ("800803", "Kestrel Logistics", "0.00125", "100", 0, "locked"),
    ("800804", "北辰通信", "102934.10", "250000", 230, "online"),
    ("800805", "Old Mill Hotel (closed)", "0", "0", 1, "cancelled"),
)
CALLS = (
    ("13800138000", "+4930901820", 62, "0.155"),
    ("02188887777", "008613912345678", 3723, "12.40"),
    ("800801", "10086", 0, "0"),
)


def _key(account: str) -> SafeString:
    return format_html('<a class="key" href="?account={}">{}</a>', account, account)


def _accounts() -> Table:
    head = (
        Column(key="account", label="Account", sort="?sort=-account", order="ascending"),
        Column(key="name", label="Name", kind="wide", sort="?sort=name"),
        Column(key="balance", label="Balance (CNY)", kind="num", sort="?sort=balance"),
        Column(key="limit", label="Credit limit", kind="num", sort="?sort=limit"),
        Column(key="phones", label="Phones", kind="num"),
        Column(key="state", label="State"),
    )
    rows = [
        Row(
            (_key(key), name, money(balance), money(limit), number(phones), badge(state)),
            url=f"?account={key}",
            css="is-muted" if state == "cancelled" else "",
        )
        for key, name, balance, limit, phones, state in ACCOUNTS
    ]
    total = Row(("Total", "", money(sum(Decimal(row[2]) for row in ACCOUNTS)), "", number(sum(row[4] for row in ACCOUNTS)), ""))
    return Table(label="Accounts", columns=head, rows=rows, total=total)


def _calls() -> Table:
    head = (
        Column(key="start", label="Start"),
        Column(key="caller", label="Caller"),
        Column(key="callee", label="Callee"),
        Column(key="gateway", label="Routing gateway"),
        Column(key="duration", label="Duration", kind="num"),
        Column(key="fee", label="Fee (EUR)", kind="num"),
        Column(key="reason", label="End reason", kind="wide"),
    )
    rows = [
        Row((instant(AT, "bare"), phone(caller), phone(callee), "frankfurt-2", duration(seconds), money(fee), "16 Normal call clearing"))
        for caller, callee, seconds, fee in CALLS
    ]
    return Table(label="Calls", columns=head, rows=rows, scroll=True)


def _tree() -> list[Node]:
    leaves = [Node(name, f"?account={key}", money(balance, "CNY"), (state,)) for key, name, balance, _limit, _phones, state in ACCOUNTS]
    inner = Node("South region", "?account=7002", money("90.00", "CNY"), ("agent",), leaves[2:4])
    return [Node("Pearl River Resale", "?account=7001", money("15300.75", "CNY"), ("agent",), [*leaves[:2], inner], open=True), leaves[4]]


def _charts() -> list[Chart | None]:
    days = [f"2026-11-{day:02}" for day in range(1, 23)]
    fees = [Decimal(310 + 37 * (day * 7 % 11) - (400 if day % 7 == 0 else 0)) for day in range(22)]
    asr = [None if day in {9, 10} else Decimal(41 + day * 3 % 13) for day in range(22)]
    names = [name for _key, name, *_rest in ACCOUNTS]
    balances = Series(label="Balance", values=[Decimal(balance) for _key, _name, balance, *_rest in ACCOUNTS])
    both = [Series(label="ASR", values=asr), Series(label="A week before", values=asr[::-1])]
    return [
        bars("Net by day", days, [Series(label="Net", values=fees)], kind="money", unit="CNY"),
        lines("ASR by day", days, both, kind="percent"),
        bars("Balances", names, [balances], kind="money", unit="CNY", names=True),
    ]


def samples(query: Mapping[str, str]) -> dict[str, Any]:
    """Return the context of the style guide: sample data for every component, by the name its partial wants."""
    page = int(query.get("page", "7")) if query.get("page", "7").isdecimal() else 1
    return {
        "at": AT,
        "crumbs": [Crumb("Accounts", "?"), Crumb("Harbour", "?")],
        "head_actions": [
            Action(label="Recharge", url="?", icon="wallet", kind="primary"),
            Action(label="Change", url="?", icon="pencil"),
            Action(label="Lock", url="?", icon="lock", kind="danger-quiet"),
        ],
        "button_kinds": ["primary", "secondary", "quiet", "danger", "danger-quiet"],
        "tokens": ["page", "surface", "sunken", "raised", "line", "accent", "accent-soft", "good", "warn", "bad", "info"],
        "figures": [
            Fact("Balance", money("102934.10", "CNY"), "Credit limit 250,000.00"),
            Fact("Calls now", number(37), "of 120 lines"),
            Fact("ASR today", number("46.2", "%")),
            Fact("ACD today", duration(183)),
        ],
        "facts": [
            Fact("Account", "800804", copy="800804"),
            Fact("Name", "北辰通信"),
            Fact("Balance", money("102934.10", "CNY"), "moves by itself"),
            Fact("Valid until", instant(AT)),
            Fact("Telephone", phone("+86 755 8888 7777")),
            Fact("Memo", None),
        ],
        "states": list(BADGES),
        "accounts": _accounts(),
        "charts": _charts(),
        "spark": spark("Calls in the last hour: between 3 and 41", [Decimal(3 + number * 7 % 39) for number in range(24)]),
        "calls": _calls(),
        "pager": Pager(number=page, count=2417, size=50, query=[("sort", "-balance")]),
        "asof": AsOf(at=AT, refresh_url="?"),
        "asof_old": AsOf(at=AT, old=True, error="The platform could not be reached."),
        "chips": [Chip("Balance below 100", "?"), Chip("Agent: Pearl River Resale", "?")],
        "choices": [
            Choice(key, label, key != "phones")
            for key, label in (("name", "Name"), ("balance", "Balance"), ("phones", "Phones"), ("state", "State"))
        ],
        "kept": [("q", "harbour")],
        "changes": [
            Change("Credit limit", money("5000.00", "CNY"), money("7500.00", "CNY"), numeric=True),
            Change("Lock type", "0 Unlocked", "3 Locked"),
            Change("Memo", None, "asked by phone"),
            Change("Name", "Blue Harbour Trading", "Blue Harbour Trading"),
        ],
        "tabs": [
            Tab(label="Overview", url="?", current=True, icon="layout-dashboard"),
            Tab(label="Sub-accounts", url="?", count=12),
            Tab(label="Phones", url="?", count=230),
            Tab(label="Payments", url="?"),
            Tab(label="Audit", url="?"),
        ],
        "given": [Fact("Password of phone 800801001", "k7Qp-29xL-tt4W")],
        "nodes": _tree(),
        "sent": '{"account":"800804","limitMoney":7500.00,"lockType":0,"name":"北辰通信","password":"•••"}',
        "problems": [Action(label="Open the operation", url="?", icon="list-checks")],
    }
