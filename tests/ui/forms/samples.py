"""Values for any declared field: valid ones for the wire, and what people type that is not."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.ui.forms.controls import Boxes, Control, Radios, Select, Split, Upload
from portal.ui.forms.fields.files import LARGEST_WAV
from portal.ui.forms.fields.make import kind_of
from portal.ui.forms.typed import Typed
from portal.vos3000.schema.base import Field, Format, Interface, Kind, Ordered, Rule, Struct
from portal.vos3000.schema.media import CODECS

WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x00\x00\x00\x00"
HOSTILE = {
    "html": "<script>alert(1)</script><b>",
    "quotes": """'"`\\ O'Brien "x" </textarea>""",
    "formula": "=HYPERLINK(1)+A1",
    "emoji": "小白🦊 \u202e ok",
    "nul": "a\x00b",
}
BIGGEST = {Kind.INT32: 2**31 - 1, Kind.INT64: 2**63 - 1}

_TEXTS: dict[Format, list[str]] = {
    Format.DAY: ["20260131", "20240229"],
    Format.MOMENT: ["20260131235959", "20260301000000"],
    Format.COMMA_LIST: ["g2,g1", "一组"],
    Format.WEEKDAYS: ["0,1,6", "3"],
    Format.REWRITE_RULES: ["00:+,0:86", "9*:*"],
    Format.PAIRS: ["486:600,0:503", "0:0"],
    Format.CODEC: [*CODECS[:2], "audio/X-NEW"],
    Format.NUMBER: ["8613800138000", "+4930123456"],
    Format.ADDRESS: ["192.0.2.1", "2001:db8::1"],
    Format.EMAIL: ["a@example.org", "用户@example.cn"],
}

_FORMATTED: dict[Format, list[int]] = {
    Format.EPOCH_MS: [1_764_000_000_000, 1_767_225_599_123, 1_000],
    Format.SECOND_OF_DAY: [30_600, 0, 86_399, 86_400],
    Format.LENGTH_MASK: [1 << 11 | 1 << 3, 0, -(2**31) | 1 << 5, 2**31 - 2],
}


def item(field: Field, turn: int = 0) -> Any:
    """Return a valid wire value of one item of a field; ``turn`` 0, 1, 2 … gives different ones where there are."""
    if field.struct is not None:
        return full(field.struct, turn=turn)
    if field.format is Format.WAV:
        return (WAV + bytes([turn])).hex()
    if field.kind in BIGGEST or field.kind is Kind.DOUBLE:
        return pick(_numbers(field), turn)
    if field.kind is Kind.BOOLEAN:
        return turn % 2 == 0
    if field.kind is Kind.HEX:
        return pick(["0aff", "00"], turn)
    return pick(_TEXTS.get(field.format, [f"{field.name} {turn} é", f"甲 {field.name[:20]}"]), turn)


def pick(values: list[Any], turn: int) -> Any:
    return values[turn % len(values)]


def _numbers(field: Field) -> list[Any]:
    """Return valid numbers of a field: ordinary, special, unknown codes, the boundaries."""
    special = list(field.special or {})
    if field.format in _FORMATTED:
        return [_FORMATTED[field.format][0], *special, *_FORMATTED[field.format][1:]]
    if field.flags:
        return [0b101, 0, 1 << 40 | 1 if field.kind is Kind.INT64 else 1 << 20, -1]
    if field.codes:
        return [*field.codes, 77]
    if field.kind is Kind.DOUBLE:
        least = Decimal(-3 if field.low is None else field.low)
        return [Decimal("12.50"), least + Decimal("0.00125"), least]
    low, high = field.low if field.low is not None else 7, field.high if field.high is not None else BIGGEST[field.kind]
    return [low, *special, high]


def value(field: Field, turn: int = 0) -> Any:
    """Return a valid wire value of a field."""
    return [item(field, turn), item(field, turn + 1)] if field.many else item(field, turn)


def full(struct: Struct, turn: int = 0) -> dict[str, Any]:
    """Return a value for every field of a struct."""
    return {field.name: value(field, turn) for field in struct}


def minimal(struct: Struct) -> dict[str, Any]:
    """Return a value for every required field of a struct."""
    return {field.name: value(field) if field.struct is None else _least(field) for field in struct if field.required}


def _least(field: Field) -> Any:
    assert field.struct is not None
    least = minimal(field.struct) or {next(iter(field.struct)).name: value(next(iter(field.struct)))}
    return [least] if field.many else least


def agreeing(interface: Interface, values: dict[str, Any]) -> dict[str, Any]:
    """Return values that keep the interface's rules: the lower end of what must be ordered is not above the upper."""
    kept = dict(values)
    for rule in interface.rules:
        _agree(rule, interface.request, kept)
    return kept


def _agree(rule: Rule, struct: Struct, kept: dict[str, Any]) -> None:
    if isinstance(rule, Ordered):
        if rule.low in kept and rule.high in kept:
            kept[rule.high] = kept[rule.low]
    elif hasattr(rule, "fields") and not any(name in kept for name in rule.fields):
        kept[rule.fields[0]] = value(struct[rule.fields[0]]) if struct[rule.fields[0]].struct is None else _least(struct[rule.fields[0]])


class Attempt(StrEnum):
    """What is wrong with what somebody types."""

    TOO_LONG = "too-long"
    WRONG_TYPE = "wrong-type"
    OUT_OF_RANGE = "out-of-range"


class Bad(NamedTuple):
    """What is typed into the inputs of a field that cannot be right."""

    typed: Typed
    kept: bool = True


def bad(field: Field, attempt: Attempt) -> Bad | None:
    """Return what to type so that the field must object; None where nothing is wrong in this way."""
    if field.format is Format.WEEKDAYS:
        return Bad(Typed(boxes=("9" * 300,))) if attempt is Attempt.TOO_LONG else None
    control = kind_of(field).widget
    judge = next((judge for kind, judge in _BAD.items() if issubclass(control, kind)), _bad_text)
    return judge(field, attempt)


def _bad_file(_field: Field, attempt: Attempt) -> Bad | None:
    return None if attempt is Attempt.OUT_OF_RANGE else Bad(Typed(upload=_file(attempt)), kept=False)


def _bad_choice(_field: Field, _attempt: Attempt) -> Bad:
    return Bad(Typed(choice="maybe"), kept=False)


def _bad_boxes(_field: Field, attempt: Attempt) -> Bad:
    return Bad(Typed(boxes=({Attempt.TOO_LONG: "9" * 300, Attempt.WRONG_TYPE: "x"}.get(attempt, "64"),)))


def _bad_code(_field: Field, attempt: Attempt) -> Bad:
    return Bad(Typed(choice={Attempt.TOO_LONG: "9" * 300, Attempt.WRONG_TYPE: "four"}.get(attempt, str(2**63))))


def _file(attempt: Attempt) -> SimpleUploadedFile:
    made = SimpleUploadedFile("x.wav", WAV if attempt is Attempt.TOO_LONG else b"MZ" + WAV, "audio/wav")
    if attempt is Attempt.TOO_LONG:
        made.size = LARGEST_WAV + 1
    return made


def _bad_number(field: Field, attempt: Attempt) -> Bad | None:
    if attempt is Attempt.TOO_LONG:
        return Bad(Typed(text="9" * 300))
    if attempt is Attempt.WRONG_TYPE:
        return Bad(Typed(text="twelve & <half>"))
    if field.format in {Format.EPOCH_MS, Format.SECOND_OF_DAY}:
        return Bad(Typed(choice=str(2**63)))
    if field.kind is Kind.DOUBLE:
        return None if field.high is None else Bad(Typed(text=str(field.high + 1)))
    return Bad(Typed(text=str((field.high if field.high is not None else BIGGEST[field.kind]) + 1)))


def _bad_text(field: Field, attempt: Attempt) -> Bad | None:
    if attempt is Attempt.TOO_LONG:
        return Bad(Typed(text="x" * ((field.limit or 65_535) + 1)))
    if field.many and field.kind in BIGGEST:
        return Bad(Typed(text="7\nseven" if attempt is Attempt.WRONG_TYPE else f"7\n{2**63}"))
    if field.format in {Format.DAY, Format.MOMENT}:
        return Bad(Typed(text="soon" if attempt is Attempt.WRONG_TYPE else "2026-02-30"))
    if attempt is Attempt.WRONG_TYPE and (field.kind is Kind.HEX or field.format in {Format.ADDRESS, Format.EMAIL}):
        return Bad(Typed(text="zz{}"))
    return None


_BAD: dict[type[Control], Callable[[Field, Attempt], Bad | None]] = {
    Upload: _bad_file,
    Radios: _bad_choice,
    Boxes: _bad_boxes,
    Select: _bad_code,
    Split: _bad_number,
}
