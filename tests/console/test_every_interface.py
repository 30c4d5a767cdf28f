"""Every declared interface from its console form to the softswitch's journal and back, made from the declarations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.platforms.models import Platform
from portal.ui.forms import Setting, as_post, form_for, shown
from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.fields.files import LARGEST_WAV
from portal.ui.forms.layout import walk
from portal.vos3000.codes import return_code_text
from portal.vos3000.mask import secrets_in
from portal.vos3000.schema.base import Field, Interface, Nature, Struct
from portal.vos3000.schema.common import OK
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.handlers import HANDLERS
from portal.vos3000.simulator.journal import Entry
from tests.console.conftest import Browse, People
from tests.console.walk import address, body, confirmed, text_of
from tests.ui.forms.browser import Page
from tests.ui.forms.samples import HOSTILE, WAV, Attempt, agreeing, bad, full, minimal
from tests.ui.forms.test_every_interface import all_texts, assert_kept, bad_post, posted

every = pytest.mark.parametrize("interface", INTERFACES.values(), ids=list(INTERFACES))
SURROUNDINGS: dict[str, Any] = {"actor_zone": "UTC", "platform_zone": "Asia/Shanghai", "currency": "CNY", "mode": "console"}
SETTING = Setting(reader_zone="UTC", platform_zone="Asia/Shanghai", currency="CNY")
HOSTILE_TEXT = HOSTILE["html"]


@pytest.fixture
def admin(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["administrator"])


def sample(interface: Interface, *, whole: bool) -> dict[str, Any]:
    """Return valid values; money goes to an account that is there, since its owner is looked up before anything is sent."""
    values = agreeing(interface, full(interface.request) if whole else minimal(interface.request))
    return {**values, "ownerName": "1000", "ownerType": 2} if interface.nature is Nature.MONEY and "ownerType" in values else values


def typed(interface: Interface, values: dict[str, Any]) -> dict[str, Any]:
    return as_post(form_for(interface, **SURROUNDINGS), values)


def sent_by(admin: Client, softswitch: Simulator, interface: Interface, values: dict[str, Any]) -> tuple[Entry, str]:
    """Fill in the form and send it; return the one entry of the journal and the page."""
    post = typed(interface, values)
    page = body(admin.post(address(interface.name), post)) if interface.repeatable else confirmed(admin, interface.name, post)
    entries = [entry for entry in softswitch.journal if entry.interface == interface.name]
    asked = [entry for entry in entries if entry.request == as_sent(interface, values, entry)]
    assert len(asked) == 1, [entry.request for entry in entries]
    if not interface.repeatable:
        assert len(entries) == 1
    return asked[0], page


def as_sent(interface: Interface, values: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """Return the request that is expected: as typed, with the portal's reference before the memo of a payment."""
    if not interface.reference:
        return values
    memo = (entry.request or {}).get(interface.reference, "")
    assert memo.startswith("P-")
    assert memo.endswith(f" {values.get(interface.reference, '')}".rstrip())
    return {**values, interface.reference: memo}


@every
@pytest.mark.parametrize("extent", ["least", "everything"])
def test_what_is_typed_is_sent_field_by_field_and_the_answer_is_told(
    interface: Interface, extent: str, admin: Client, softswitch: Simulator
) -> None:
    values = sample(interface, whole=extent == "everything")
    entry, page = sent_by(admin, softswitch, interface, values)
    for name, value in values.items():
        if name != interface.reference:
            assert entry.request[name] == value, name
    words = text_of(page)
    if entry.answer is not None:
        assert return_code_text(entry.answer["retCode"]).en in words
        assert entry.answer.get("exception", "") in words
    for secret in secrets_in(interface.request, values):
        assert secret not in text_of(page) or secret.isdigit()


def wire(value: Any) -> Any:
    """Return a value as a softswitch writes it: doubles as JSON numbers."""
    if isinstance(value, dict):
        return {name: wire(each) for name, each in value.items()}
    if isinstance(value, list):
        return [wire(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def answering(monkeypatch: pytest.MonkeyPatch, interface: Interface, answer: Mapping[str, Any]) -> None:
    monkeypatch.setitem(HANDLERS, interface.name, lambda _state, _values: wire(answer))


def leaves(struct: Struct, values: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
    """Yield every field of an answer that is no object, at every depth, with its value."""
    for each in struct:
        value = values.get(each.name)
        if value is None or each.name in OK:
            continue
        if each.struct is None:
            yield each, value
        else:
            for inner in value if each.many else [value]:
                yield from leaves(each.struct, inner)


@every
def test_everything_that_is_answered_is_shown(
    interface: Interface, admin: Client, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {name: value for name, value in full(interface.response).items() if name not in OK}
    answering(monkeypatch, interface, answer)
    _entry, page = sent_by(admin, softswitch, interface, sample(interface, whole=False))
    words = text_of(page)
    assert "did not fit" not in words
    for field, value in leaves(interface.response, answer):
        if field.secret:
            assert (str(value) in words) is (field.name in interface.gives), field.name
        else:
            told = shown(field, value, SETTING)
            for part in told.parts or (told,):
                assert text_of(part.text) in words, (field.name, part)
                assert part.note in words


@every
def test_hostile_answers_never_become_markup(
    interface: Interface, admin: Client, softswitch: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, interface, {**_hostile(interface.response), "exception": HOSTILE_TEXT})
    _entry, page = sent_by(admin, softswitch, interface, sample(interface, whole=False))
    assert "<script>alert(1)" not in page
    assert HOSTILE_TEXT in unescape(page)


def _hostile(struct: Struct) -> dict[str, Any]:
    def value(field: Field) -> Any:
        one = _hostile(field.struct) if field.struct else HOSTILE_TEXT
        return [one, one] if field.many else one

    return {field.name: value(field) for field in struct if field.struct or field.kind.value in {"string", "longstring"}}


@every
def test_a_sentence_stands_beside_every_wrong_field_and_nothing_is_sent(interface: Interface, admin: Client, softswitch: Simulator) -> None:
    for attempt in Attempt:
        if post := wrong_post(interface, attempt):
            answer = admin.post(address(interface.name), post)
            assert answer.status_code == 422
            assert_told_beside(interface, attempt, body(answer))
    assert len(softswitch.journal) == 0


def wrong_post(interface: Interface, attempt: Attempt) -> dict[str, Any]:
    """Return a post in which every field is wrong; a file that is too large is one here, not only called so."""
    post = bad_post(interface.request, attempt)
    for name, typed in post.items():
        if isinstance(typed, SimpleUploadedFile) and attempt is Attempt.TOO_LONG:
            post[name] = SimpleUploadedFile("x.wav", WAV.ljust(LARGEST_WAV + 1, b"\0"), "audio/wav")
    return post


def assert_told_beside(interface: Interface, attempt: Attempt, html: str) -> None:
    page, words = Page(html), text_of(html)
    form = posted(interface, bad_post(interface.request, attempt), mode="console")
    form.is_valid()
    for leaf in (each for each in walk(form.items) if isinstance(each, SchemaBoundField)):
        if wrong := bad(leaf.declared, attempt):
            assert leaf.messages, leaf.path
            assert leaf.control["error_id"] in page.ids, leaf.path
            assert all(text_of(message) in words for message in leaf.messages), leaf.path
            if wrong.kept and not leaf.declared.secret:
                assert_kept(page, leaf, wrong.typed)


@every
def test_hostile_text_is_sent_exactly_or_not_at_all(interface: Interface, admin: Client, softswitch: Simulator) -> None:
    for text in HOSTILE.values():
        softswitch.journal.clear()
        post = all_texts(interface.request, text)
        html = body(admin.post(address(interface.name), post))
        assert "<script>alert(1)" not in html
        expected = posted(interface, post, mode="console")
        if not expected.is_valid():
            assert len(softswitch.journal) == 0
            assert expected.error_summary[0].message in text_of(html)
        elif interface.repeatable:
            assert softswitch.journal[0].request == expected.request
        else:
            assert len(softswitch.journal) == 0
            assert "This will be sent to" in text_of(html)
