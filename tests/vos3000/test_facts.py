"""The declarations hold the facts of the manual, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.vos3000.schema.base import AtLeastOne, Field, Format, Interface, Kind, Ordered, Push, Rule, Struct, Text
from portal.vos3000.schema.registry import INTERFACES, PUSHES, RESOURCES

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("facts.json").read_text(encoding="utf-8"))
CALLS: list[Interface | Push] = [*INTERFACES.values(), *PUSHES.values()]
AREAS = {"accounts", "gateways", "billing", "calls", "voice", "system"}


def shapes() -> Iterator[tuple[str, list[str], Struct]]:
    """Yield every shape of the manual with the rows that it has there: requests, answers and nested types."""
    for book, declared in (("operations", INTERFACES), ("pushes", PUSHES)):
        for name, facts in FACTS[book].items():
            call = declared[name]
            yield f"{name} request", facts["request"], call.request
            yield f"{name} response", facts["response"], call.response
    for struct in nested():
        yield struct.name, FACTS["types"][struct.name], struct


def nested() -> list[Struct]:
    found: dict[int, Struct] = {}

    def walk(struct: Struct) -> None:
        for each in struct:
            if each.struct is not None:
                found[id(each.struct)] = each.struct
                walk(each.struct)

    for call in CALLS:
        walk(call.request)
        walk(call.response)
    return list(found.values())


def fact_of(each: Field) -> str:
    """Write a declared field the way facts.json does; special values and more codes may be known than the manual prints."""
    kind = each.struct.name if each.kind is Kind.OBJECT and each.struct else str(each.kind)
    return f"{each.name} {kind}{'[]' if each.many else ''}{'!' if each.required else ''}"


def split(row: str) -> tuple[str, dict[str, set[int]]]:
    name, kind, *more = row.split(" ")
    return f"{name} {kind}", {key: {int(n) for n in numbers.split(",")} for key, _, numbers in (word.partition("=") for word in more)}


@pytest.mark.parametrize(("where", "facts", "struct"), [pytest.param(*shape, id=shape[0]) for shape in shapes()])
def test_shape_is_that_of_the_manual(where: str, facts: list[str], struct: Struct) -> None:
    rows = [split(row) for row in facts]
    assert {fact_of(each) for each in struct} == {plain for plain, _ in rows}
    for plain, numbers in rows:
        each = struct[plain.split(" ")[0]]
        assert numbers.get("codes", set()) | numbers.get("items", set()) <= set(each.codes or ()), each.name
        assert numbers.get("flags", set()) <= set(each.flags or ()), each.name
        assert numbers.get("special", set()) <= set(each.special or ()), each.name
        assert not numbers.get("bits") or each.format is Format.LENGTH_MASK, each.name


def test_nothing_is_missing_and_nothing_is_made_up() -> None:
    assert set(INTERFACES) == set(FACTS["operations"])
    assert set(PUSHES) == set(FACTS["pushes"])
    assert {struct.name for struct in nested()} == set(FACTS["types"])


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_section_is_that_of_the_manual(call: Interface | Push) -> None:
    facts = FACTS["operations" if isinstance(call, Interface) else "pushes"][call.name]
    assert call.section == ", ".join(facts["sections"])


def both(text: Text) -> bool:
    return bool(text.en.strip() and text.zh.strip()) and text.en != text.zh and any("\u4e00" <= sign <= "\u9fff" for sign in text.zh)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_call_speaks_both_languages(call: Interface | Push) -> None:
    assert both(call.title)
    assert not call.help or both(call.help)


@pytest.mark.parametrize(("where", "struct"), [pytest.param(w, s, id=w) for w, _, s in shapes()])
def test_every_field_speaks_both_languages(where: str, struct: Struct) -> None:
    for each in struct:
        assert all(each.label), each.name
        assert bool(each.help.en) == bool(each.help.zh), each.name
        for names in (each.codes, each.flags, each.special):
            assert all(text.en and text.zh for text in (names or {}).values()), each.name
        assert not each.section or (struct.sections[each.section].en and struct.sections[each.section].zh)


@pytest.mark.parametrize("interface", INTERFACES.values(), ids=lambda each: each.name)
def test_interface_has_a_right_and_a_place(interface: Interface) -> None:
    assert interface.area in AREAS
    assert interface.resource in RESOURCES
    assert interface.right.count(":") == 2
    assert interface.action.isidentifier()


def fields_of(rule: Rule) -> set[str]:
    if isinstance(rule, AtLeastOne):
        return set(rule.fields)
    return {rule.low, rule.high} if isinstance(rule, Ordered) else {rule.field, rule.switch}


@pytest.mark.parametrize("interface", INTERFACES.values(), ids=lambda each: each.name)
def test_rules_scope_and_secrets_name_fields_that_exist(interface: Interface) -> None:
    for rule in interface.rules:
        assert fields_of(rule) <= set(interface.request.by_name)
    assert set(interface.gives) <= set(interface.response.by_name)
    assert not interface.reference or interface.reference in interface.request
    if interface.scope is not None:
        named = {name.split(".")[0] for name in interface.scope.names}
        assert named <= set(interface.request.by_name)
        assert {name.split(".")[0] for name in interface.scope.rows} <= set(interface.response.by_name)


@pytest.mark.parametrize("struct", nested(), ids=lambda struct: struct.name)
def test_references_lead_to_resources(struct: Struct) -> None:
    assert {each.ref for each in struct if each.ref} <= set(RESOURCES)


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda each: each.name)
def test_resource_names_interfaces_that_exist(resource: Any) -> None:
    used = [resource.read, resource.create, resource.modify, resource.delete]
    assert all(name in INTERFACES for name in used if name)
    if resource.read_by:
        assert resource.read_by in INTERFACES[resource.read].request
    if resource.rows:
        row = INTERFACES[resource.read].response[resource.rows]
        assert row.many or row.kind is Kind.OBJECT
        assert row.struct is None or not resource.key or resource.key in row.struct


@pytest.mark.parametrize("name", ["password", "pin", "accessE164Password", "customerPassword"])
def test_what_opens_something_is_secret_everywhere(name: str) -> None:
    for call in CALLS:
        for struct in (call.request, call.response, *nested()):
            assert name not in struct or struct[name].secret, f"{struct.name}.{name}"
