"""Values for reading."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from portal.ui.forms import UNSET, Setting, shown, shown_object
from portal.vos3000.schema.base import Field, Format, Kind, Struct, Text, Unit
from portal.vos3000.schema.registry import INTERFACES
from tests.ui.forms.browser import Page
from tests.ui.forms.samples import full

HERE = Setting(reader_zone="Asia/Shanghai", platform_zone="Europe/Berlin", currency="CNY")
LEVEL = {0: Text("Off"), 4: Text("Domestic")}


def field(kind: Kind = Kind.STRING, **more: object) -> Field:
    return Field(name="x", kind=kind, label=Text("X"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "value", "words"),
    [
        (field(), "plain", "plain"),
        (field(), "", "empty"),
        (field(), UNSET, "not set"),
        (field(Kind.INT32, codes=LEVEL), 4, "4 – Domestic"),
        (field(Kind.INT32, codes=LEVEL), 9, "9 – unknown code"),
        (field(Kind.INT32, special={-1: Text("System default")}, unit=Unit.SECONDS), -1, "-1 – System default"),
        (field(Kind.INT32, special={-1: Text("System default")}, unit=Unit.SECONDS), 1500, "1,500 s"),
        (field(Kind.DOUBLE, format=Format.MONEY), Decimal("1234.5"), "1,234.50 CNY"),
        (field(Kind.DOUBLE, format=Format.MONEY), Decimal("0.00125"), "0.00125 CNY"),
        (field(Kind.BOOLEAN), True, "Yes"),
        (field(Kind.BOOLEAN), False, "No"),
        (field(secret=True), "hunter2", "•••"),
        (field(secret=True, many=True), ["hunter2"], "•••"),
        (field(Kind.INT64, format=Format.EPOCH_MS), 1_764_000_000_000, "2025-11-25 00:00:00 (Asia/Shanghai)"),
        (field(Kind.INT64, format=Format.EPOCH_MS, special={0: Text("Never")}), 0, "0 – Never"),
        (field(Kind.INT64, format=Format.EPOCH_MS), 2**63 - 1, str(2**63 - 1)),
        (field(format=Format.DAY), "20260131", "2026-01-31 (Europe/Berlin)"),
        (field(format=Format.DAY), "soon", "soon"),
        (field(format=Format.MOMENT), "20260131235959", "2026-01-31 23:59:59 (Europe/Berlin)"),
        (field(Kind.INT32, format=Format.SECOND_OF_DAY), 86_400, "24:00"),
        (field(Kind.INT32, format=Format.SECOND_OF_DAY), 30_600, "08:30"),
        (field(Kind.INT32, format=Format.LENGTH_MASK), 1 << 3 | 1 << 11, "3, 11"),
        (field(Kind.INT32, format=Format.LENGTH_MASK), 0, "every length"),
        (field(Kind.INT64, format=Format.BIT_MASK, flags={0: Text("City")}), 0b101, "0 – City, 2 – unknown"),
        (field(format=Format.WEEKDAYS), "0,6,x", "0 – Sunday, 6 – Saturday, x"),
        (field(many=True), ["a", "b"], "a, b"),
        (field(many=True), [], "empty"),
        (field(Kind.INT32), "not a number", "not a number"),
        (field(Kind.INT32, codes=LEVEL), {"odd": 1}, "{'odd': 1}"),
    ],
)
def test_a_value_in_words(declared: Field, value: object, words: str) -> None:
    assert str(shown(declared, value, HERE)) == words


@pytest.mark.parametrize("interface", INTERFACES.values(), ids=list(INTERFACES))
def test_every_answer_can_be_shown_and_no_secret_is(interface: object) -> None:
    struct: Struct = interface.response  # type: ignore[attr-defined]
    values = full(struct)
    html = render_to_string("ui/forms/value.html", {"value": shown_object(struct, values, HERE)})
    assert Page(html)
    for secret in secrets_of(struct, values):
        assert secret not in html


def secrets_of(struct: Struct, values: dict[str, object]) -> list[str]:
    """Return the values of secrets at every depth."""
    found: list[str] = []
    for declared in struct:
        value = values[declared.name]
        items = value if isinstance(value, list) else [value]
        if declared.secret:
            found += [str(item) for item in items]
        elif declared.struct is not None:
            found += [secret for item in items for secret in secrets_of(declared.struct, item)]  # type: ignore[arg-type]
    return found


def test_hostile_text_is_shown_as_text() -> None:
    html = render_to_string("ui/forms/value.html", {"value": shown(field(), "<script>alert(1)</script>", HERE)})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
