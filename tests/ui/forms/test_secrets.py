"""Secrets: written, kept, cleared; never shown."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from portal.ui.forms import SchemaForm, form_for
from portal.ui.forms.seen import read
from portal.vos3000.schema.registry import INTERFACES
from tests.ui.forms.browser import Page

PHONE = {"e164": "800", "account": "8001", "password": "s3cret-word", "customerPassword": "an0ther"}
MODIFY = INTERFACES["ModifyPhone"]


def modified(**typed: str) -> SchemaForm:
    shown = Page(render_to_string("ui/forms/form.html", {"form": form_for(MODIFY, initial=PHONE, mode="modify")}))
    data = {name: texts[-1] for name, texts in shown.posted.items()}
    return form_for(MODIFY, data={**data, **typed}, initial=PHONE, mode="modify")


@pytest.mark.parametrize("mode", ["create", "modify", "console"])
def test_a_secret_that_was_read_is_nowhere_on_the_page(mode: str) -> None:
    html = render_to_string("ui/forms/form.html", {"form": form_for(MODIFY, initial=PHONE, mode=mode)})
    assert "s3cret-word" not in html
    assert 'autocomplete="new-password"' in html


def test_the_signed_values_hold_no_secret() -> None:
    form = form_for(MODIFY, initial=PHONE, mode="modify")
    assert read({"_seen": form.seen}, MODIFY.request) == {"e164": "800", "account": "8001"}


def test_left_empty_it_is_kept() -> None:
    form = modified(account="8002")
    assert form.is_valid(), form.error_summary
    assert form.request == {"e164": "800", "account": "8002"}


def test_typed_it_is_sent_and_shown_as_changed_but_not_as_what() -> None:
    form = modified(password="n3w-word")
    assert form.is_valid(), form.error_summary
    assert form.request == {"e164": "800", "password": "n3w-word"}
    assert [str(change.after) for change in form.changes] == ["•••"]
    assert [leaf.path for leaf in form.typed_secrets] == ["password"]
    assert "n3w-word" not in str(form.carried)
    assert ("account", "8001") in form.carried


def test_cleared_by_its_box() -> None:
    form = modified(password__flag="1")
    assert form.request == {"e164": "800", "password": ""}
    assert [(change.path, str(change.after)) for change in form.changes] == [("password", "empty")]


def test_after_an_error_it_must_be_typed_again_and_the_page_says_so() -> None:
    form = modified(password="n3w-word", displayNumber="x" * 300)
    assert not form.is_valid()
    html = render_to_string("ui/forms/form.html", {"form": form})
    assert "n3w-word" not in html
    assert "Type it again." in html


def test_several_secrets_are_not_shown_again_either() -> None:
    form = form_for(INTERFACES["GetActivePhoneCard"], data={"pins": "111\n222"})
    assert form.request == {"pins": ["111", "222"]}
    html = render_to_string("ui/forms/form.html", {"form": form})
    assert "222" not in html


def test_a_fixed_secret_is_masked() -> None:
    form = form_for(MODIFY, initial=PHONE, mode="modify", fixed={"password": "s3cret-word"})
    assert [str(value) for _label, value in form.fixed_shown] == ["•••"]
    assert "s3cret-word" not in render_to_string("ui/forms/form.html", {"form": form})
