"""Every interface from its form to the wire and back: what was typed is what would be sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from portal.ui.forms import SchemaForm, as_post, form_for
from portal.ui.forms.bound import SchemaBoundField
from portal.ui.forms.layout import walk
from portal.ui.forms.seen import without_secrets
from portal.ui.forms.typed import Typed
from portal.vos3000.schema.base import Format, Interface, Struct
from portal.vos3000.schema.registry import INTERFACES
from tests.ui.forms.browser import Page
from tests.ui.forms.samples import HOSTILE, Attempt, agreeing, bad, full, minimal

every = pytest.mark.parametrize("interface", INTERFACES.values(), ids=list(INTERFACES))
SURROUNDINGS: dict[str, Any] = {"actor_zone": "America/St_Johns", "platform_zone": "Asia/Shanghai", "currency": "CNY"}


def rendered(form: SchemaForm) -> str:
    return render_to_string("ui/forms/form.html", {"form": form})


def query(names: dict[str, Any]) -> tuple[QueryDict, MultiValueDict[str, UploadedFile[Any]]]:
    """Return the data and the files of a post as Django hands them to a view."""
    data = QueryDict(mutable=True)
    files: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
    for name, found in names.items():
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, UploadedFile):
                files.appendlist(name, each)
            else:
                data.appendlist(name, each)
    return data, files


def posted(interface: Interface, names: dict[str, Any], **options: Any) -> SchemaForm:
    data, files = query(names)
    return form_for(interface, data=data, files=files, **{**SURROUNDINGS, **options})


@every
@pytest.mark.parametrize("mode", ["create", "console"])
def test_the_least_that_must_be_given_is_sent_and_nothing_else(interface: Interface, mode: str) -> None:
    values = agreeing(interface, minimal(interface.request))
    form = posted(interface, as_post(form_for(interface, mode=mode, **SURROUNDINGS), values), mode=mode)
    assert form.is_valid(), form.error_summary
    assert form.request == values


@every
@pytest.mark.parametrize("turn", range(4))
def test_everything_that_was_typed_is_sent_as_typed(interface: Interface, turn: int) -> None:
    values = agreeing(interface, full(interface.request, turn))
    form = posted(interface, as_post(form_for(interface, mode="console", **SURROUNDINGS), values), mode="console")
    assert form.is_valid(), form.error_summary
    assert form.request == values
    assert {change.path.split(".")[0] for change in form.changes} == set(values)


@every
@pytest.mark.parametrize("turn", range(3))
def test_a_page_posts_back_the_values_it_shows(interface: Interface, turn: int) -> None:
    values = without_secrets(interface.request, agreeing(interface, full(interface.request, turn)))
    page = Page(rendered(form_for(interface, initial=values, mode="create", **SURROUNDINGS)))
    form = posted(interface, dict(page.posted), initial=values)
    form.is_valid()
    without_files = {name: value for name, value in values.items() if interface.request[name].format is not Format.WAV}
    assert form.request == without_files


@every
def test_a_page_for_nothing_sends_nothing(interface: Interface) -> None:
    form = posted(interface, dict(Page(rendered(form_for(interface, mode="console", **SURROUNDINGS))).posted), mode="console")
    form.is_valid()
    assert form.request == {}


@every
def test_an_untouched_modify_sends_only_what_is_required(interface: Interface) -> None:
    values = without_secrets(interface.request, full(interface.request))
    page = Page(rendered(form_for(interface, initial=values, mode="modify", **SURROUNDINGS)))
    form = posted(interface, dict(page.posted), initial=values, mode="modify")
    form.is_valid()
    assert form.request == {field.name: values[field.name] for field in interface.request if field.required and field.name in values}
    assert form.changes == []


@every
def test_a_page_is_well_made(interface: Interface) -> None:
    html = rendered(form_for(interface, initial=full(interface.request), mode="console", resolver="/c/{resource}/", **SURROUNDINGS))
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    for tag, given in page.tags:
        assert not {name for name in given if name.startswith("on") or name == "style"}, (tag, given)
        for each in given.get("aria-describedby", "").split() + given.get("for", "").split() + given.get("list", "").split():
            assert each in page.ids, (tag, given)
    labelled = {given["for"] for tag, given in page.tags if tag == "label" and "for" in given}
    for tag, given in page.tags:
        if tag in {"select", "textarea"} or (tag == "input" and given["type"] not in {"hidden", "radio", "checkbox"}):
            assert given.get("id") in labelled or "aria-label" in given or "id" not in given, given


def bad_post(struct: Struct, attempt: Attempt, path: str = "") -> dict[str, Any]:
    """Return a post in which every field, nested ones and one row included, is wrong in one way, where it can be."""
    post: dict[str, Any] = {}
    for field in struct:
        place = f"{path}.{field.name}" if path else field.name
        if field.struct is not None:
            post |= bad_post(field.struct, attempt, f"{place}.0" if field.many else place)
        elif found := bad(field, attempt):
            post |= form_for(Struct("One", (field,)))[field.name].field.control.as_post(place, found.typed)
    return post


@every
@pytest.mark.parametrize("attempt", Attempt)
def test_a_sentence_stands_beside_every_field_that_is_wrong(interface: Interface, attempt: Attempt) -> None:
    post = bad_post(interface.request, attempt)
    form = posted(interface, post)
    page = Page(rendered(form))
    assert post == {} or not form.is_valid()
    leaves = [leaf for leaf in walk(form.items) if isinstance(leaf, SchemaBoundField)]
    for leaf in leaves:
        wrong = bad(leaf.declared, attempt)
        if wrong is None:
            continue
        assert leaf.messages, (leaf.path, wrong)
        assert leaf.id in [each.id for each in form.error_summary]
        assert leaf.id in page.ids
        if wrong.kept and not leaf.declared.secret:
            assert_kept(page, leaf, wrong.typed)


def assert_kept(page: Page, leaf: SchemaBoundField, typed: Typed) -> None:
    for name, text in leaf.field.control.as_post(leaf.path, typed).items():
        wanted = text if isinstance(text, list) else [text.replace("\n", "\r\n")]
        assert page.posted.get(name) == wanted, leaf.path


def all_texts(struct: Struct, text: str, path: str = "") -> dict[str, Any]:
    """Return a post with the same text in every input of every field."""
    post: dict[str, Any] = {}
    for field in struct:
        place = f"{path}.{field.name}" if path else field.name
        if field.struct is not None:
            post |= all_texts(field.struct, text, f"{place}.0" if field.many else place)
        else:
            post |= {place: text, f"{place}__special": text, f"{place}__other": text, f"{place}__flag": text}
    return post


@every
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_is_sent_exactly_or_refused_with_a_sentence_and_never_becomes_markup(interface: Interface, kind: str) -> None:
    text = HOSTILE[kind]
    form = posted(interface, all_texts(interface.request, text))
    form.is_valid()
    html = rendered(form)
    assert "<script>alert(1)" not in html
    assert html.count("</textarea>") == html.count("<textarea")
    page = Page(html)
    for leaf in walk(form.items):
        if isinstance(leaf, SchemaBoundField) and not leaf.messages and not leaf.declared.many:
            sent = leaf.form.cleaned_data.get(leaf.name)
            assert not isinstance(sent, str) or sent in (text, text.strip()), leaf.path
        if isinstance(leaf, SchemaBoundField) and leaf.declared.secret:
            assert page.posted.get(leaf.path) == [""]


@every
def test_the_page_of_a_post_of_junk_can_be_shown(interface: Interface) -> None:
    junk = {f"{name}.{row}.{name}": "x" for name in ("retCode", "infoGiftTimes", "", "__") for row in (0, 5, 99999, "٣")}
    form = posted(interface, {**junk, "_seen": "junk", **{str(number): "x" for number in range(5000)}})
    form.is_valid()
    assert rendered(form)
