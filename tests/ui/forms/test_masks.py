"""Masks: boxes that keep every bit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.ui.forms.fields.make import kind_of
from portal.ui.forms.typed import UNSET, Setting, Typed
from portal.vos3000.schema.base import Field, Format, Kind, Text

HERE = Setting()
FLAGS = Field(name="bits", kind=Kind.INT64, label=Text("Bits"), format=Format.BIT_MASK, flags={0: Text("One"), 1: Text("Two")})
LENGTHS = Field(name="lengths", kind=Kind.INT32, label=Text("Lengths"), format=Format.LENGTH_MASK)


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_every_mask_of_64_bits_comes_back(value: int) -> None:
    field = kind_of(FLAGS)(FLAGS)
    assert field.read(field.show(value, HERE), HERE) == value


@given(st.integers(min_value=-(2**31), max_value=2**31 - 1))
def test_every_mask_of_lengths_comes_back(value: int) -> None:
    field = kind_of(LENGTHS)(LENGTHS)
    assert field.read(field.show(value, HERE), HERE) == value


def test_bits_that_nobody_knows_have_boxes_of_their_own() -> None:
    field = kind_of(FLAGS)(FLAGS)
    options = field.context(field.show(1 << 40 | 1, HERE), HERE)["options"]
    assert [(option.value, option.chosen) for option in options] == [("0", True), ("1", False), ("40", True)]
    assert options[2].label == "40 – unknown"


def test_box_eleven_is_a_length_of_eleven() -> None:
    field = kind_of(LENGTHS)(LENGTHS)
    assert field.read(Typed(boxes=("3", "11")), HERE) == 1 << 3 | 1 << 11
    assert [option.value for option in field.context(Typed(), HERE)["options"]] == [str(length) for length in range(1, 32)]


def test_nothing_ticked_is_unset_unless_zero_is_asked_for() -> None:
    field = kind_of(LENGTHS)(LENGTHS)
    assert field.read(Typed(), HERE) is UNSET
    assert field.read(Typed(flag=True), HERE) == 0
