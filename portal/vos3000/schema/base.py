"""The words in which the interfaces of VOS3000 are declared.

A :class:`Field` is declared once, in the :class:`Book` of what it describes; the shapes of Create, Modify and Info pick
their fields from that book. Forms, checks, tables, the OpenAPI document, the simulator and the tests are made from these
declarations, and nothing here knows Django.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

STRING_LIMIT = 255
LONG_STRING_LIMIT = 65_535
UNLIMITED_INT = 2**31 - 1
UNLIMITED_LONG = 2**63 - 1


class Text(NamedTuple):
    """A sentence in both languages of the portal."""

    en: str
    zh: str = ""

    def to(self, language: str) -> str:
        """Return the text for a language code such as ``en`` or ``zh-hans``; English where there is no other."""
        return self.zh if language.startswith("zh") and self.zh else self.en

    def __bool__(self) -> bool:
        return bool(self.en)


NOTHING = Text("")


class Kind(StrEnum):
    """The wire types of the manual (chapter 3, introduction)."""

    STRING = "string"
    LONG_STRING = "longstring"
    HEX = "hex"
    INT32 = "int32"
    INT64 = "int64"
    DOUBLE = "double"
    BOOLEAN = "boolean"
    OBJECT = "object"


class Format(StrEnum):
    """What a value of a wire type means, where the type alone does not tell."""

    PLAIN = "plain"
    MONEY = "money"
    EPOCH_MS = "epoch-ms"
    SECOND_OF_DAY = "second-of-day"
    DAY = "yyyyMMdd"
    MOMENT = "yyyyMMddHHmmss"
    COMMA_LIST = "comma-list"
    WEEKDAYS = "weekdays"
    BIT_MASK = "bit-mask"
    LENGTH_MASK = "length-mask"
    WAV = "wav"
    REWRITE_RULES = "rewrite-rules"
    PAIRS = "pairs"
    CODEC = "codec"
    NUMBER = "telephone-number"
    ADDRESS = "ip-address"
    EMAIL = "email"


class Unit(StrEnum):
    """The unit of a number."""

    MILLISECONDS = "ms"
    SECONDS = "s"
    MINUTES = "min"
    HOURS = "h"
    DAYS = "d"
    MONTHS = "months"
    PERCENT = "%"
    LINES = "lines"
    CALLS = "calls"
    BYTES = "bytes"
    PACKETS = "packets"

    @property
    def text(self) -> Text:
        """The unit as it stands behind a number."""
        return Text(self.value, _UNITS_ZH.get(self.value, ""))


_UNITS_ZH = {
    "ms": "毫秒",
    "s": "秒",
    "min": "分钟",
    "h": "小时",
    "d": "天",
    "months": "个月",
    "lines": "线",
    "calls": "路通话",
    "bytes": "字节",
    "packets": "个包",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the interface.

    ``codes`` are the known values of a coded number and ``flags`` the known bits of a mask; both may be incomplete, since a
    newer softswitch may know more. ``special`` are values of an ordinary number that mean something else (0 = system default,
    2147483647 = unlimited). ``moves`` marks what changes by itself (a balance, a counter) and so stops no Modify. ``ref`` names
    the resource whose key the value is. ``secret_where`` makes the value a secret while another field of the same object has one
    of these codes (an owner that is a phone card is named by its number).

    ``seen_by`` and ``set_by`` are actions of rights beside the interface's own (``set_credit``): who reads, and who gives, the
    field needs them; a field with ``seen_by`` alone is given by nobody else either. ``staff`` says that no role which is
    confined to a tree can have these rights. ``not_on_own`` says that a confined person may not set the field of an account
    that they are linked to themselves, only of those below it. ``tells_of`` names the field beside it that says whose this is:
    where a reader does not see what that one names, this is left out with it.
    """

    name: str
    kind: Kind
    label: Text
    help: Text = NOTHING
    required: bool = False
    many: bool = False
    format: Format = Format.PLAIN
    unit: Unit | None = None
    codes: Mapping[int, Text] | None = None
    flags: Mapping[int, Text] | None = None
    special: Mapping[int, Text] | None = None
    low: int | None = None
    high: int | None = None
    default: object = None
    secret: bool = False
    secret_where: tuple[str, tuple[int, ...]] | None = None
    moves: bool = False
    ref: str = ""
    section: str = ""
    struct: Struct | None = None
    other_names: tuple[str, ...] = ()
    seen_by: str = ""
    set_by: str = ""
    staff: bool = False
    not_on_own: bool = False
    tells_of: str = ""

    @property
    def limit(self) -> int | None:
        """The longest text allowed, in characters; None where there is none."""
        return {Kind.STRING: STRING_LIMIT, Kind.LONG_STRING: LONG_STRING_LIMIT}.get(self.kind)

    def hidden(self, siblings: Mapping[str, object]) -> bool:
        """Tell whether the value is a secret among the values of its object."""
        if self.secret or self.secret_where is None:
            return self.secret
        name, codes = self.secret_where
        return str(siblings.get(name)) in {str(code) for code in codes}


class SectionOf(NamedTuple):
    """A group of fields in a book, shown under one heading."""

    key: str
    title: Text
    fields: tuple[Field, ...]


@dataclass(frozen=True, eq=False)
class Struct:
    """A named shape: the body of a request or answer, or a nested type of the manual."""

    name: str
    fields: tuple[Field, ...] = ()
    sections: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their wire name."""
        return MappingProxyType({f.name: f for f in self.fields})

    def __getitem__(self, name: str) -> Field:
        return self.by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


class Book:
    """Every field of one thing (an account, a phone, a gateway), once; the shapes pick from it."""

    def __init__(self, *parts: SectionOf | Field) -> None:
        self.sections: dict[str, Text] = {}
        self.fields: dict[str, Field] = {}
        for part in parts:
            if isinstance(part, SectionOf):
                self.sections[part.key] = part.title
                for each in part.fields:
                    self._add(replace(each, section=part.key))
            else:
                self._add(part)

    def _add(self, each: Field) -> None:
        if each.name in self.fields:
            message = f"field {each.name} is declared twice in one book"
            raise ValueError(message)
        self.fields[each.name] = each

    def marked(self, wanted: str = "", *, besides: str = "", **said: Any) -> Book:
        """Return the book with the same said of several fields, or of all ``besides`` some (``seen_by``, ``set_by``, ``staff``)."""
        chosen = set(wanted.split()) or set(self.fields) - set(besides.split())
        if unknown := (chosen | set(besides.split())) - set(self.fields):
            message = f"there are no fields {sorted(unknown)} to mark"
            raise ValueError(message)
        book = Book()
        book.sections = self.sections
        book.fields = {key: replace(each, **said) if key in chosen else each for key, each in self.fields.items()}
        return book

    def pick(self, name: str, wanted: str, **changes: Field) -> Struct:
        """Return a struct of the fields in ``wanted``: wire names apart by spaces, ``!`` behind a required one.

        ``changes`` replaces a field of the book in this shape only (another help, another default).
        """
        chosen = []
        for word in wanted.split():
            key = word.rstrip("!")
            chosen.append(replace(changes.get(key, self.fields[key]), required=word.endswith("!"), section=self.fields[key].section))
        return self._struct(name, chosen)

    def all(self, name: str, *, required: str = "", without: str = "", **changes: Field) -> Struct:
        """Return a struct of every field of the book but those named in ``without``."""
        out, must = set(without.split()), set(required.split())
        if unknown := (out | must) - set(self.fields):
            message = f"{name} names fields the book does not have: {sorted(unknown)}"
            raise ValueError(message)
        chosen = [
            replace(changes.get(key, each), required=key in must, section=each.section)
            for key, each in self.fields.items()
            if key not in out
        ]
        return self._struct(name, chosen)

    def _struct(self, name: str, chosen: list[Field]) -> Struct:
        used = {f.section for f in chosen}
        return Struct(name, tuple(chosen), MappingProxyType({k: t for k, t in self.sections.items() if k in used}))


class Nature(StrEnum):
    """What a call does to the softswitch."""

    READ = "read"
    WRITE = "write"
    MONEY = "money"


class Backend(StrEnum):
    """Which of the softswitch's two services answers; they fail apart and have limits apart."""

    LIVE = "live"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class AtLeastOne:
    """A rule: one of these fields must be given."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agree:
    """A rule: a given ``field`` only makes sense while ``switch`` has one of ``values``."""

    field: str
    switch: str
    values: tuple[object, ...] = (True,)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A rule: ``low`` may not be above ``high`` where both are given."""

    low: str
    high: str


Rule = AtLeastOne | Agree | Ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """How a call is tied to accounts; an interface with no scope is for staff only.

    ``names`` says of which resource the object is that a request field names (several values for an array): each must be in
    the actor's tree. ``owner_type`` is the field that tells the resource where ``ownerName`` may name several. ``fill`` is
    the array that is filled with all own keys where the actor names nothing. ``rows`` says for each list of the answer
    which field of a row names whose it is, and of which resource that is.

    ``must`` are the fields that a confined actor has to give, since without them the object would be nobody's. ``fixed`` are
    values that are sent for a confined actor whatever they ask for; their forms do not have these fields. ``below`` are the
    paths whose account must be below the accounts the actor is linked to, not one of them. ``apart`` is a path whose account and
    another path: what the second names may be neither the first nor below it, since that would cut both off the tree. ``times``
    says for each list of the answer which field of a row holds its moment, or which two its beginning and its end (epoch
    milliseconds): such rows are shown for the time something belonged to the tree, and what belonged to it for a part of the
    time may be asked about.
    """

    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    owner_type: str = ""
    fill: str = ""
    rows: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    must: tuple[str, ...] = ()
    fixed: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    below: tuple[str, ...] = ()
    apart: tuple[str, str] | None = None
    times: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, eq=False, kw_only=True)
class Interface:
    """One operation of the softswitch.

    ``keeps_unset`` says whether a Modify is known to leave alone what it is not given (None: nobody knows). ``gives`` names
    secrets in the answer that the softswitch made up and that are shown once. ``reference`` is the request field that
    carries the portal's reference of a payment. ``right`` is ``area:resource:action``. Without a ``scope`` the interface is
    for staff, and ``staff_only`` says why.
    """

    name: str
    section: str
    title: Text
    help: Text = NOTHING
    nature: Nature
    backend: Backend = Backend.LIVE
    dangerous: bool = False
    area: str
    resource: str
    action: str
    scope: Scope | None = None
    staff_only: str = ""
    keeps_unset: bool | None = None
    gives: tuple[str, ...] = ()
    reference: str = ""
    rules: tuple[Rule, ...] = ()
    request: Struct
    response: Struct

    @property
    def right(self) -> str:
        """The right that this call needs."""
        return f"{self.area}:{self.resource}:{self.action}"

    def right_to(self, action: str) -> str:
        """Return the right of an action beside the interface's own: reading or setting a field, revealing a secret."""
        return f"{self.area}:{self.resource}:{action}"

    @property
    def repeatable(self) -> bool:
        """Whether a call without an answer may be made again."""
        return self.nature is Nature.READ


@dataclass(frozen=True, eq=False, kw_only=True)
class Push:
    """One request that the softswitch sends outward (chapter 4)."""

    name: str
    section: str
    title: Text
    help: Text = NOTHING
    request: Struct
    response: Struct


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A thing of the softswitch: its area, its key and the interfaces that act on it.

    ``read`` names the interface that reads objects, ``read_by`` the request field that takes keys (an array or a single
    value) and ``rows`` the list of the answer that holds them; ``owner`` is the field of a row that names its account.
    ``listed_by`` is the request field of ``read`` that names the account whose objects are wanted (``ownerName`` where an
    ``ownerType`` goes with it): what the directory does not know is found in its owner's list. ``renamed_by`` is the field of
    Modify that gives an object another key.
    """

    name: str
    area: str
    title: Text
    plural: Text
    key: str
    read: str = ""
    read_by: str = ""
    rows: str = ""
    create: str = ""
    modify: str = ""
    delete: str = ""
    owner: str = ""
    listed_by: str = ""
    renamed_by: str = ""
    title_field: str = ""
