"""What may be asked of calls: for every column that a reader sees a question that fits its declaration, and some over several.

A question is put in words of its own (:class:`Condition`), which travel in addresses, in jobs and with what somebody saved. Only
here do they become SQL: column names come from declarations, values go as parameters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.cdrs.datasets import CDRS, Column
from portal.vos3000.codes import END_REASONS
from portal.vos3000.schema.base import Field, Format, Kind, Text

LONGEST = 255
MOST_VALUES = 20
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_WHOLE_OF_ANY_SIZE = re.compile(r"-?[0-9]+")
_AMOUNT = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,8})?")
_AMOUNT_OF_ANY_SIZE = re.compile(r"-?[0-9]+(\.[0-9]{1,8})?")
YES, NO = "yes", "no"


class How(StrEnum):
    """How a value is compared."""

    IS = "is"
    BEGINS = "begins"
    CONTAINS = "contains"
    FROM = "from"
    TO = "to"


#: The ways that have parameters of their own in an address.
BOUNDS = (How.FROM, How.TO)


class Look(StrEnum):
    """What is asked for: a text, one or several whole numbers, a code, a lowest and a highest amount, or yes or no."""

    TEXT = "text"
    WHOLE = "whole"
    CODE = "code"
    RANGE = "range"
    YES_NO = "yes-no"


_WAYS: Mapping[Look, tuple[How, ...]] = MappingProxyType(
    {
        Look.TEXT: (How.IS, How.BEGINS, How.CONTAINS),
        Look.WHOLE: (How.IS,),
        Look.CODE: (How.IS,),
        Look.RANGE: (How.FROM, How.TO),
        Look.YES_NO: (How.IS,),
    }
)


_OF_DIGITS = frozenset({Look.WHOLE, Look.CODE, Look.RANGE})
_FORMATS_OF_DIGITS = frozenset({Format.NUMBER, Format.ADDRESS})


class Misread(ValueError):
    """A value that a question cannot be asked with; ``sentence`` says why."""

    def __init__(self, sentence: Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of calls: the question's name, how it compares, and the value as it was typed."""

    name: str
    how: How
    value: str

    @property
    def amount(self) -> Decimal:
        """The value of a lowest or highest amount; raises :class:`Misread` for any other."""
        return _amount(self.value)

    def as_json(self) -> list[str]:
        """Return it as it is kept."""
        return [self.name, self.how.value, self.value]

    def pairs(self) -> list[tuple[str, str]]:
        """Return it as parameters of an address."""
        if self.how in BOUNDS:
            return [(f"{self.name}_{self.how}", self.value)]
        return [(self.name, self.value), *([] if self.how is How.IS else [(f"{self.name}_how", self.how.value)])]

    @staticmethod
    def of_json(kept: Any) -> Condition:
        """Return what :meth:`as_json` gave; raises ``ValueError`` for anything else."""
        name, how, value = kept
        return Condition(str(name), How(how), str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that may be asked: of one column, of any of several alike, or (``sql``) of all of several together.

    ``offers`` are numbers that have a name; others can be asked for as well.
    """

    name: str
    columns: tuple[str, ...]
    look: Look
    label: Text
    help: Text
    declared: Field | None = None
    offers: Mapping[int, Text] = field(default_factory=dict)
    sql: str = ""

    @property
    def ways(self) -> tuple[How, ...]:
        """How its values can be compared."""
        return _WAYS[self.look]

    @property
    def codes(self) -> Mapping[int, Text]:
        """The known codes to choose from."""
        return (self.declared.codes if self.declared else None) or {}

    def read(self, how: How, typed: str) -> Condition:
        """Return the condition that somebody typed; raises :class:`Misread` where it makes no sense."""
        if how not in self.ways:
            raise Misread(_("Choose one of the list."))
        value = self._plain(typed).strip()
        _READERS[self.look](value)
        return Condition(self.name, how, value)

    def _plain(self, typed: str) -> str:
        """Return what was typed; where digits are meant, those of a Chinese keyboard (１２) as the usual ones. A name stays as it is."""
        digits = self.look in _OF_DIGITS or all(CDRS.struct[each].format in _FORMATS_OF_DIGITS for each in self.columns)
        return unicodedata.normalize("NFKC", typed) if digits else typed

    def meant(self, condition: Condition, place: str) -> tuple[str, dict[str, Any]]:
        """Return a condition as SQL and its parameters, whose names begin with ``place``; raises :class:`Misread`."""
        value = _READERS[self.look](condition.value)
        if self.look is Look.YES_NO:
            return (f"({self.sql})" if value else f"NOT ({self.sql})"), {}
        given = {f"{place}_{n}": each for n, each in enumerate(value)} if isinstance(value, list) else {place: value}
        test = _TESTS[condition.how].format(value=", ".join(f"${name}" for name in given))
        return "(" + " OR ".join(test.replace("column", f'"{each}"') for each in self.columns) + ")", given


_TESTS: Mapping[How, str] = MappingProxyType(
    {
        How.IS: "column IN ({value})",
        How.BEGINS: "starts_with(column, {value})",
        How.CONTAINS: "contains(column, {value})",
        How.FROM: "column >= {value}",
        How.TO: "column <= {value}",
    }
)


# Values


def _text(typed: str) -> str:
    if not typed or len(typed) > LONGEST or "\x00" in typed:
        raise Misread(_("That is longer than any number or name."))
    return typed


def _whole(typed: str) -> list[int]:
    parts = [part.strip() for part in typed.split(",")]
    if len(parts) > MOST_VALUES or not all(_WHOLE_OF_ANY_SIZE.fullmatch(part) for part in parts):
        raise Misread(_("Type a whole number, or several with commas between."))
    if not all(_WHOLE.fullmatch(part) for part in parts):
        raise Misread(_("That number is too large."))
    return [int(part) for part in parts]


def _amount(typed: str) -> Decimal:
    if not _AMOUNT_OF_ANY_SIZE.fullmatch(typed):
        raise Misread(_("Type a number, with a point before decimals."))
    if not _AMOUNT.fullmatch(typed):
        raise Misread(_("That number is too large."))
    return Decimal(typed)


def _yes_no(typed: str) -> bool:
    if typed not in {YES, NO}:
        raise Misread(_("Choose one of the list."))
    return typed == YES


_READERS: Mapping[Look, Any] = MappingProxyType(
    {Look.TEXT: _text, Look.WHOLE: _whole, Look.CODE: _whole, Look.RANGE: _amount, Look.YES_NO: _yes_no}
)


# Questions

ANSWERED = Question(
    name="answered",
    columns=("holdTime",),
    look=Look.YES_NO,
    label=Text("Answered", "已接通"),
    help=Text("Whether there was talk time; the end reason does not tell.", "以是否有通话时长为准，终止原因不足为凭。"),
    sql='coalesce("holdTime", 0) > 0',
)
FREE = Question(
    name="free",
    columns=("holdTime", "fee"),
    look=Look.YES_NO,
    label=Text("Talked for nothing", "有时长无费用"),
    help=Text("Talk time above 0 and a charge of 0.", "通话时长大于 0 而费用为 0。"),
    sql='coalesce("holdTime", 0) > 0 AND coalesce("fee", 0) = 0',
)
_ANY_NUMBER = Text("Any number", "任一号码"), Text("Any of the caller's and the called numbers.", "主被叫各号码中的任意一个。")
_ANY_ADDRESS = Text("Either IP", "任一 IP"), Text("The caller's or the called side's address.", "主叫或被叫一侧的地址。")

_OFFERS: Mapping[str, Mapping[int, Text]] = MappingProxyType({"endReason": END_REASONS})


def questions(visible: Collection[str]) -> Mapping[str, Question]:
    """Return what may be asked by who sees these columns, by name; of a column that is not seen nothing can be asked."""
    return _questions(frozenset(visible))


@cache
def _questions(visible: frozenset[str]) -> Mapping[str, Question]:
    columns = [each for each in CDRS.columns if each.name in visible]
    found = [*_over_several(columns), *(_of(each) for each in columns if _is_asked(each))]
    return MappingProxyType({each.name: each for each in found})


def _is_asked(column: Column) -> bool:
    """Tell whether a column has a question of its own: accounts are named, or found by their agent, and instants have the period."""
    return column.name != "account" and column.field.format is not Format.EPOCH_MS


def _over_several(columns: list[Column]) -> Iterator[Question]:
    names = {each.name for each in columns}
    numbers = tuple(each.name for each in columns if each.field.format is Format.NUMBER)
    addresses = tuple(each.name for each in columns if each.field.format is Format.ADDRESS)
    if numbers:
        yield Question(name="number", columns=numbers, look=Look.TEXT, label=_ANY_NUMBER[0], help=_ANY_NUMBER[1])
    if addresses:
        yield Question(name="ip", columns=addresses, look=Look.TEXT, label=_ANY_ADDRESS[0], help=_ANY_ADDRESS[1])
    yield from (each for each in (ANSWERED, FREE) if names.issuperset(each.columns))


def _of(column: Column) -> Question:
    declared = column.field
    return Question(
        name=column.name,
        columns=(column.name,),
        look=_look(declared),
        label=declared.label,
        help=declared.help,
        declared=declared,
        offers=_OFFERS.get(column.name, {}),
    )


def _look(declared: Field) -> Look:
    if declared.codes:
        return Look.CODE
    if declared.kind in {Kind.STRING, Kind.LONG_STRING, Kind.HEX}:
        return Look.TEXT
    if declared.unit or declared.format is Format.MONEY:
        return Look.RANGE
    return Look.WHOLE
