"""The template vocabulary: what a template writes is what a reader sees."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import timezone, translation
from django.utils.html import strip_tags

from portal.ui.components import Action, Column, Pager, Row, Table, under_each_other
from portal.ui.templatetags.portal_ui import money, number
from portal.vos3000.schema.base import Text


def drawn(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load portal_ui %}" + source).render(context)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html)).replace("\xa0", " ").replace("&nbsp;", " ").strip()


@pytest.mark.parametrize("css", ["is-negative"])
def test_negative_money_is_marked_and_keeps_its_sign(css: str) -> None:
    html = drawn('{{ sum|money:"CNY" }}', sum=Decimal("-36.125"))
    assert css in html
    assert words(html) == "-36.125 CNY"


@pytest.mark.parametrize("name", ["money", "number", "phone", "instant", "epoch_ms", "day", "duration", "or_none"])
def test_nothing_is_said_to_be_nothing(name: str) -> None:
    assert words(drawn("{{ value|" + name + " }}", value=None)) == "–none"


@pytest.mark.parametrize("name", ["money", "number", "phone", "instant", "epoch_ms", "day", "duration", "badge", "say"])
def test_hostile_text_stays_text(name: str) -> None:
    html = drawn("{{ value|" + name + " }}", value="<script>alert(1)</script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_instant_is_told_in_the_readers_zone() -> None:
    at = datetime(2026, 11, 23, 1, 5, 9, tzinfo=UTC)
    with timezone.override("Asia/Shanghai"):
        assert words(drawn("{{ at|instant }}", at=at)) == "2026-11-23 09:05:09 UTC+8"
        assert words(drawn('{{ ms|epoch_ms:"bare" }}', ms=1795395909000)) == "2026-11-23 09:05:09"


def test_numbers_that_mean_never_are_no_instants() -> None:
    assert words(drawn("{{ ms|epoch_ms }}", ms=2**63 - 1)) == "9,223,372,036,854,775,807"


def test_a_text_of_the_schema_is_said_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        assert drawn("{{ text|say }}", text=Text("Balance", "余额")) == "余额"
    with translation.override("en"):
        assert drawn("{{ text|say }}", text=Text("Balance", "余额")) == "Balance"


def test_a_badge_has_a_word_beside_its_icon() -> None:
    html = drawn('{% badge "locked" %}')
    assert words(html) == "Locked"
    assert 'aria-hidden="true"' in html
    assert words(drawn('{% badge "of-a-newer-version" %}')) == "of-a-newer-version"


def test_decimal_points_stand_under_each_other() -> None:
    head = [Column(key="name", label="Name"), Column(key="sum", label="Sum", kind="num")]
    rows = [Row(("a", money("1284.5", "CNY"))), Row(("b", money("0.00125", "CNY"))), Row(("c", money(None))), Row(("d", "unlimited"))]
    table = Table(label="Sums", columns=head, rows=rows, total=Row(("Total", money(Decimal("1284.50125")))))
    few, many, *others = [cells for _row, _first, cells in table.lines()]
    assert '1,284.50<span class="pad" data-pad="000"></span>&nbsp;<span class="unit">CNY' in few
    assert words(few) == words(money("1284.5", "CNY"))
    assert "data-pad" not in "".join([many, *others, table.totals()])


def test_a_whole_number_stands_left_of_the_points_of_its_column() -> None:
    whole, fine = under_each_other([number(17), number("51.67")])
    assert 'data-pad=".00"' in str(whole)
    assert str(fine) == str(number("51.67"))


def test_json_keeps_its_numbers_exact() -> None:
    sent = drawn("{{ text|pretty_json }}", text='{"limitMoney":7500.10,"n":0.1000000000000000055}')
    assert "7500.10" in sent
    assert "0.1000000000000000055" in sent
    assert drawn("{{ value|pretty_json }}", value={"fee": Decimal("1.10")}).count("1.10") == 1
    assert drawn("{{ text|pretty_json }}", text="{cut") == "{cut"


def test_a_panel_stands_around_its_content() -> None:
    html = drawn('{% panel "Balance" icon="wallet" flush=True %}<p>inside</p>{% endpanel %}')
    assert '<section class="panel">' in html
    assert "panel-body" not in html
    assert "<p>inside</p>" in html


class Clerk:
    """Somebody with one right."""

    def may(self, right: str) -> bool:
        return right == "accounts:account:modify"


def test_a_button_is_not_shown_where_it_would_be_refused() -> None:
    actions = [
        Action(label="Change", url="/c", right="accounts:account:modify"),
        Action(label="Delete", url="/d", right="accounts:account:delete"),
        Action(label="Back", url="/"),
    ]
    html = drawn('{% include "ui/actions.html" with actions=actions|allowed:actor %}', actions=actions, actor=Clerk())
    assert words(html) == "Change Back"


def test_a_table_says_how_it_is_sorted_and_aligns_numbers() -> None:
    table = Table(
        label="Accounts",
        columns=[Column(key="a", label="Account", sort="?sort=-a", order="ascending"), Column(key="b", label="Balance", kind="num")],
        rows=[Row(("800801", "1.00"), url="/x"), Row(("<b>", "2.00"))],
        total=Row(("Total", "3.00")),
    )
    html = drawn('{% include "ui/table.html" %}', table=table)
    assert '<th scope="col" aria-sort="ascending">' in html
    assert html.count('<td class="num" data-label="Balance">') == 3
    assert 'data-go="/x"' in html
    assert '<th scope="row">&lt;b&gt;</th>' in html
    assert 'role="group" tabindex="0" aria-label="Accounts"' in html


@pytest.mark.parametrize(
    ("number", "linked"),
    [(1, [1, 2, 3, 0, 49]), (7, [1, 0, 5, 6, 7, 8, 9, 0, 49]), (3, [1, 2, 3, 4, 5, 0, 49]), (49, [1, 0, 47, 48, 49])],
)
def test_a_pager_links_what_is_near(number: int, linked: list[int]) -> None:
    pager = Pager(number=number, count=2417, size=50, query=[("q", "海港"), ("sort", "-balance")])
    assert [page for page, _url in pager.links()] == linked
    assert pager.url(2) == "?q=%E6%B5%B7%E6%B8%AF&sort=-balance&page=2"
    assert bool(pager.previous_url()) is (number > 1)
    assert bool(pager.next_url()) is (number < 49)


def test_an_empty_list_has_one_page_and_no_rows() -> None:
    pager = Pager(number=1, count=0, size=50)
    assert (pager.first_row, pager.last_row, pager.last) == (0, 0, 1)
    assert drawn('{% include "ui/pager.html" %}', pager=pager).strip() == ""
