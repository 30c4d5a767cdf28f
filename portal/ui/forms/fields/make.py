"""Which form field a declared field becomes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from portal.ui.forms.fields.base import LongTextField, PairsField, RulesField, SchemaField, SecretField, TextField
from portal.ui.forms.fields.files import HexField, WavField
from portal.ui.forms.fields.lists import CodecField, CommaListField, LinesField, SecretLinesField, WeekdaysField
from portal.ui.forms.fields.numbers import CodeField, DecimalField, LengthMaskField, MaskField, NumberField, YesNoField
from portal.ui.forms.fields.times import ClockField, DayField, InstantField, MomentField
from portal.vos3000.schema.base import Field, Format, Kind, Struct

BY_FORMAT = MappingProxyType(
    {
        Format.EPOCH_MS: InstantField,
        Format.SECOND_OF_DAY: ClockField,
        Format.DAY: DayField,
        Format.MOMENT: MomentField,
        Format.COMMA_LIST: CommaListField,
        Format.WEEKDAYS: WeekdaysField,
        Format.BIT_MASK: MaskField,
        Format.LENGTH_MASK: LengthMaskField,
        Format.WAV: WavField,
        Format.REWRITE_RULES: RulesField,
        Format.PAIRS: PairsField,
        Format.MONEY: DecimalField,
    }
)
BY_KIND = MappingProxyType(
    {
        Kind.STRING: TextField,
        Kind.LONG_STRING: LongTextField,
        Kind.HEX: HexField,
        Kind.INT32: NumberField,
        Kind.INT64: NumberField,
        Kind.DOUBLE: DecimalField,
        Kind.BOOLEAN: YesNoField,
    }
)


def kind_of(declared: Field) -> type[SchemaField]:
    """Return the class of the form field for a declared field that is no object."""
    if declared.many:
        if declared.secret:
            return SecretLinesField
        return CodecField if declared.format is Format.CODEC else LinesField
    if declared.secret and declared.kind in {Kind.STRING, Kind.LONG_STRING}:
        return SecretField
    if declared.codes:
        return CodeField
    return BY_FORMAT.get(declared.format) or BY_KIND[declared.kind]


@cache
def leaves(struct: Struct) -> Mapping[str, SchemaField]:
    """Return the form fields of a struct by wire name, objects left out; made once, since they hold nothing of a form."""
    return MappingProxyType({each.name: kind_of(each)(each) for each in struct if each.struct is None})
