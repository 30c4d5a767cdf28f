"""What forms.js adds: the filter, tags, completion. The form itself works without."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import find
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route, expect

from portal.ui.forms import form_for
from portal.vos3000.schema.registry import INTERFACES

pytestmark = pytest.mark.browser
FEW = 10
ADDRESS = "http://portal.test/"
INITIAL = {"name": "g1", "gatewayGroups": "g2,g1", "sipCodecs": ["audio/PCMA", "audio/G729"], "callerAllowLength": 8}


def shell(name: str, initial: dict[str, object]) -> str:
    form = form_for(INTERFACES[name], initial=initial, mode="modify", resolver="/complete/{resource}/")
    inside = render_to_string("ui/forms/form.html", {"form": form})
    return f'<!doctype html><html lang="en"><title>x</title><form method="get" novalidate>{inside}<button>Send</button></form>'


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    script = Path(str(find("portal/forms.js"))).read_text()

    def answer(route: Route) -> None:
        if "/complete/" in route.request.url:
            route.fulfill(content_type="application/json", body=json.dumps({"results": [{"value": "vip", "text": "<b>V</b>"}]}))
        else:
            route.fulfill(content_type="text/html", body=shell("ModifyGatewayMapping", INITIAL))

    page = browser.new_page()
    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.add_style_tag(content=".is-out { display: none }")
    page.add_script_tag(content=script)
    yield page
    page.close()


def posted(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("Object.fromEntries(new FormData(document.querySelector('form')))")
    return found


def test_the_filter_leaves_the_fields_that_match(browser_page: Page) -> None:
    browser_page.fill("#sf-filter", "codec")
    expect(browser_page.locator("[data-sf-count]")).not_to_have_text("")
    visible = browser_page.locator("[data-sf-field]:visible .form-label").all_inner_texts()
    assert {"SIP codecs", "H.323 codecs", "Transcode audio"} <= set(visible)
    assert "Memo" not in visible
    assert len(visible) < FEW
    browser_page.fill("#sf-filter", "")
    expect(browser_page.locator("[data-sf-count]")).to_have_text("")
    assert browser_page.locator(".is-out").count() == 0


def test_a_list_is_edited_as_tags_and_posted_as_text(browser_page: Page) -> None:
    tags = browser_page.get_by_label("Gateway groups", exact=True)
    tags.fill("g3")
    tags.press("Enter")
    assert posted(browser_page)["gatewayGroups"] == "g2,g1,g3"
    browser_page.get_by_role("button", name="g2 ×").click()
    browser_page.get_by_role("button", name="g3 ←").click()
    assert posted(browser_page)["gatewayGroups"] == "g3,g1"


def test_a_link_of_the_index_opens_its_section(browser_page: Page) -> None:
    section = browser_page.locator(".sf-section:not([open])").first
    target = section.locator(".sf-grid").first.get_attribute("id")
    browser_page.locator(f'.sf-index a[href="#{target}"]').click()
    expect(browser_page.locator(f".sf-section:has(> #{target})")).to_have_attribute("open", "")


def test_a_reference_is_completed_by_text_not_markup(browser_page: Page) -> None:
    browser_page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    field = browser_page.locator("input[data-complete][list]:visible").first
    field.press_sequentially("v", delay=20)
    name = field.get_attribute("list")
    option = browser_page.locator(f"#{name} option")
    expect(option).to_have_count(1)
    assert option.get_attribute("value") == "vip"
    assert option.get_attribute("label") == "<b>V</b>"
