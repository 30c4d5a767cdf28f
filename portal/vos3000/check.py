"""Whether a request fits its declaration: every problem at once, a sentence for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portal.vos3000.schema.base import NOTHING, AtLeastOne, Field, Interface, Ordered, Rule, Struct, Text
from portal.vos3000.values import fault

UNKNOWN = Text("This interface has no such field.", "该接口没有此字段。")
REQUIRED = Text("This is required.", "此项必填。")
NO_NULL = Text("Leave this out instead of sending nothing.", "如不设置请省略此项，不能发送空值。")
NOT_LIST = Text("This must be a list.", "此处须为列表。")
NOT_PARTS = Text("This must be a group of fields.", "此处须为一组字段。")
EMPTY_LIST = Text("An empty list is not understood by the softswitch; leave it out.", "软交换不接受空列表，如不限定请省略此项。")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request: where (``infoGiftTimes.0.prefix``) and what."""

    path: str
    text: Text


def problems(struct: Struct, rules: Iterable[Rule], values: Mapping[str, object], *, partial: bool = False) -> list[Problem]:
    """Return everything that is wrong with the values of a request, in the order of the fields.

    ``partial`` lets required fields be missing. Codes the schema does not know are let through, since a newer softswitch may
    know them; so is a field whose switch is off, which the softswitch ignores.
    """
    found = list(_of_struct(struct, values, "", partial=partial))
    for rule in rules:
        found.extend(_of_rule(struct, rule, values, partial=partial))
    return found


def request_problems(interface: Interface, values: Mapping[str, object], *, partial: bool = False) -> list[Problem]:
    """Return everything that is wrong with a request to an interface.

    Beyond :func:`problems`: a read may not carry an empty array, which means neither "all" nor "none" to a softswitch.
    """
    found = problems(interface.request, interface.rules, values, partial=partial)
    if interface.repeatable:
        optional = (each.name for each in interface.request if not each.required)
        found.extend(Problem(name, EMPTY_LIST) for name in optional if values.get(name) in ([], ()))
    return found


def _of_struct(struct: Struct, values: Mapping[str, object], place: str, *, partial: bool) -> Iterator[Problem]:
    for each in struct:
        if each.name in values:
            yield from _of_field(each, values[each.name], f"{place}{each.name}", partial=partial)
        elif each.required and not partial:
            yield Problem(f"{place}{each.name}", REQUIRED)
    yield from (Problem(f"{place}{name}", UNKNOWN) for name in values if name not in struct)


def _of_field(each: Field, value: object, place: str, *, partial: bool) -> Iterator[Problem]:
    if value is None:
        yield Problem(place, NO_NULL)
    elif not each.many:
        yield from _of_item(each, value, place, partial=partial)
    elif not isinstance(value, list | tuple):
        yield Problem(place, NOT_LIST)
    else:
        if each.required and not value and not partial:
            yield Problem(place, REQUIRED)
        for number, item in enumerate(value):
            yield from _of_item(each, item, f"{place}.{number}", partial=partial)


def _of_item(each: Field, value: object, place: str, *, partial: bool) -> Iterator[Problem]:
    if each.struct is None:
        text = REQUIRED if value == "" and each.required and place == each.name and not partial else fault(each, value)
        if text is not None:
            yield Problem(place, text)
    elif isinstance(value, Mapping):
        yield from _of_struct(each.struct, value, f"{place}.", partial=partial)
    else:
        yield Problem(place, NOT_PARTS)


def _of_rule(struct: Struct, rule: Rule, values: Mapping[str, object], *, partial: bool) -> Iterator[Problem]:
    if isinstance(rule, AtLeastOne) and not partial and all(values.get(name) in (None, "", [], ()) for name in rule.fields):
        labels = [_label(struct, name) for name in rule.fields]
        one_of = Text(f"Give at least one of: {', '.join(t.en for t in labels)}.", f"请至少填写一项：{'、'.join(t.zh for t in labels)}。")
        yield Problem(rule.fields[0], one_of)
    elif isinstance(rule, Ordered) and _reversed(values.get(rule.low), values.get(rule.high)):
        other = _label(struct, rule.low)
        yield Problem(rule.high, Text(f"This may not be before or below “{other.en}”.", f"不得早于或小于“{other.zh}”。"))


def _reversed(low: object, high: object) -> bool:
    if isinstance(low, str) and isinstance(high, str):
        return low > high
    return isinstance(low, int | Decimal) and isinstance(high, int | Decimal) and low > high


def _label(struct: Struct, name: str) -> Text:
    found = struct.by_name.get(name)
    return found.label if found else Text(name, name) if name else NOTHING
