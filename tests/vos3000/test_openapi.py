"""The document is OpenAPI 3.1, and what it says of the interfaces is what the schema says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from portal.vos3000.openapi import document
from portal.vos3000.schema.registry import INTERFACES, PUSHES

DOCUMENT: dict[str, Any] = json.loads(json.dumps(document()))
SCHEMAS = DOCUMENT["components"]["schemas"]


def request_schema(name: str) -> dict[str, Any]:
    operation = DOCUMENT["paths"][f"/external/server/{name}"]["post"]
    return operation["requestBody"]["content"]["application/json"]["schema"]  # type: ignore[no-any-return]


def complaints(name: str, values: object) -> list[str]:
    schema = {**request_schema(name), "components": DOCUMENT["components"]}
    return ["/".join(map(str, error.instance_path)) for error in Draft202012Validator(schema).iter_errors(values)]


def test_every_interface_and_push_is_there() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert {path.rsplit("/", 1)[1] for path in DOCUMENT["paths"]} == set(INTERFACES)
    assert set(DOCUMENT["webhooks"]) == set(PUSHES)


@pytest.mark.parametrize("name", INTERFACES)
def test_schemas_are_json_schema(name: str) -> None:
    operation = DOCUMENT["paths"][f"/external/server/{name}"]["post"]
    for body in (operation["requestBody"], operation["responses"]["200"]):
        [content] = body["content"].values()
        assert meta.is_valid(content["schema"])


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def test_references_lead_somewhere_and_nothing_is_left_over() -> None:
    assert references(DOCUMENT) == {f"#/components/schemas/{name}" for name in SCHEMAS}


def test_fields_carry_their_meaning() -> None:
    lock = request_schema("CreateCustomer")["properties"]["lockType"]
    assert (lock["type"], lock["format"]) == ("integer", "int32")
    assert set(lock["x-codes"]) == {"0", "1"}
    assert lock["x-codes"]["1"]["zh"]
    assert "enum" not in lock
    assert request_schema("CreatePhone")["properties"]["password"]["x-secret"] is True
    assert request_schema("CreateCustomer")["required"] == ["account", "name"]


def test_it_judges_requests() -> None:
    assert complaints("CreateCustomer", {"account": "a", "name": "b", "lockType": 9, "infoCustomerAdditional": {}}) == []
    assert complaints("CreateCustomer", {"account": 5, "name": "x" * 256}) == ["account", "name"]
    assert complaints("GetPhone", {}) == [""]
    assert complaints("GetPhone", {"e164s": ["1"]}) == []
