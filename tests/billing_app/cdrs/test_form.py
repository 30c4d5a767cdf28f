"""The form of a search: what its fields mean, and what they offer."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from portal.access.models import User
from portal.platforms.models import Platform
from portal.vos3000.codes import END_REASONS
from tests.billing_app.cdrs.calls import calls
from tests.billing_app.cdrs.conftest import ALL, flow_numbers, text_of
from tests.console.conftest import People

PAGE = "/p/one/cdrs/"


def _form(html: str) -> str:
    return html.partition('role="search" aria-label="Search for calls"')[2].partition("</form>")[0]


def test_every_field_is_described_by_words_that_everybody_reaches(past: Platform, finance: Client, agent: Client) -> None:
    for reader in (finance, agent):
        form = _form(reader.get(PAGE, ALL).content.decode())
        helps = dict(re.findall(r'<dd id="(h-[^"]+)">([^<]+)</dd>', form))
        described = re.findall(r'aria-describedby="(h-[^"]+)"', form)

        assert len(described) > 20
        assert set(described) == helps.keys()
        assert not re.search(r'<label [^>]*title="', form)
        assert form.count("What these fields mean") == 3
    assert unescape(helps["h-answered"]) == "Whether there was talk time; the end reason does not tell."


def test_a_field_with_a_mistake_is_described_by_both(past: Platform, finance: Client) -> None:
    form = _form(finance.get(PAGE, {**ALL, "endReason": "busy"}).content.decode())

    assert 'aria-describedby="e-endReason h-endReason"' in form


def test_end_reasons_are_offered_by_name_and_others_can_be_typed(past: Platform, finance: Client) -> None:
    html = finance.get(PAGE, {**ALL, "endReason": "486, -9"}).content.decode()
    listed = html.partition('<datalist id="cdr-endReason-list">')[2].partition("</datalist>")[0]
    offered = dict(re.findall(r'<option value="(\d+)">([^<]+)</option>', listed))

    assert 'list="cdr-endReason-list"' in html
    assert {str(number): f"{number} – {name.en}" for number, name in END_REASONS.items()}.items() <= offered.items()
    assert "End reason is 486 – Busy here, -9" in text_of(html)
    assert set(flow_numbers(html)) == {call["flowNo"] for call in calls() if call["endReason"] in {486, -9}}


def test_whose_calls_are_shown_is_said_in_the_language_of_the_reader(past: Platform, people: People, finance: Client) -> None:
    User.objects.filter(pk=people["finance"].pk).update(language="zh-hans")
    html = finance.get(PAGE, {**ALL, "account": "1000", "below": "yes"}).content.decode()

    assert "账户: 1000 及全部下属账户" in text_of(html)
