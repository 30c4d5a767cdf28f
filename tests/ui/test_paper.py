"""What stands on paper, which is as narrow as a phone and holds still."""

from __future__ import annotations

import pytest

from tests.ui.test_style_guide import PHONE, Opened, opened  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_on_paper_a_table_is_a_table_and_a_chart_is_drawn_wide(opened: Opened) -> None:  # noqa: F811 - asked for by its name
    page = opened(size=PHONE)
    assert page.evaluate("getComputedStyle(document.querySelector('table.data-cards')).display") == "block"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('table.data-cards')).display") == "table"
    assert page.evaluate("getComputedStyle(document.querySelector('table.data tfoot')).display") == "table-row-group"
    assert page.locator(".chart-wide").first.is_visible()
    assert not page.locator(".chart-narrow").first.is_visible()
    dark = page.evaluate("getComputedStyle(document.querySelector('.chart-word')).fill")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.chart-word')).fill") == dark
