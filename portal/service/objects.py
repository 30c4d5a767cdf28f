"""Objects of a platform: read by their key, and compared field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.crypto import salted_hmac

from portal.platforms.models import Platform
from portal.service.errors import NotFoundInPart, NotThere
from portal.service.request import Difference
from portal.service.wire import ask
from portal.vos3000.client import Answer
from portal.vos3000.errors import Refused
from portal.vos3000.mask import MASK, masked
from portal.vos3000.schema.base import Field, Interface, Kind, Resource, Struct
from portal.vos3000.schema.owners import OWNER_RESOURCES
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

NOT_FOUND = -10007
#: Before the name of a card in the place of its number; by itself what a row of a card is named by, and before a field what that names.
NAMED = "#"
CARD = "phone_card"
# Of a shorter number its end would tell too much.
_LONG_NUMBER, _END = 8, 3
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_NUMBERS = (Kind.INT32, Kind.INT64, Kind.DOUBLE)
OWNER_NAME, OWNER_TYPE = "ownerName", "ownerType"
Object = dict[str, Any]
#: The resource and the key of what an object hangs on.
Owner = tuple[str, str]


def readable(resource: Resource) -> bool:
    """Tell whether one object can be read by its key alone: its interface takes an array of keys."""
    return bool(resource.read and resource.read_by and INTERFACES[resource.read].request[resource.read_by].many)


def shape(resource: Resource) -> Struct:
    """Return the shape of an object as it is read."""
    struct = INTERFACES[resource.read].response[resource.rows].struct
    assert struct is not None  # noqa: S101 - a resource's rows are objects by declaration
    return struct


def reading_of(resource: Resource, key: str) -> dict[str, Any]:
    """Return the values that ask for one object; raises :class:`NotThere` for a key that none can have."""
    number = INTERFACES[resource.read].request[resource.read_by].kind in _NUMBERS
    if number and not _WHOLE.fullmatch(key):
        raise NotThere
    return {resource.read_by: [int(key) if number else key]}


def one_of(resource: Resource, answer: Answer | None, key: str) -> Object | None:
    """Return the object of a key from an answer that was asked for by it; the key itself may be masked.

    Raises :class:`portal.service.errors.NotFoundInPart` where the answer cannot tell that there is none.
    """
    found = _of_key(resource, rows_in(resource, answer), key)
    if found is None and not is_whole(answer):
        raise NotFoundInPart
    return found


def _of_key(resource: Resource, rows: Iterable[Object], key: str) -> Object | None:
    return next((row for row in rows if str(row.get(resource.key)) == key or str(row.get(resource.key)).startswith(MASK)), None)


def owner_values(resource: Resource, owner: Owner) -> dict[str, Any]:
    """Return the values that ask for everything of a resource that hangs on an owner; raises :class:`NotThere` where nothing can."""
    asked = INTERFACES[resource.read].request
    kind, key = owner
    if resource.listed_by == OWNER_NAME:
        codes = [code for code, name in OWNER_RESOURCES.items() if name == kind and code in (asked[OWNER_TYPE].codes or ())]
        if not codes:
            raise NotThere
        return {OWNER_NAME: key, OWNER_TYPE: codes[0]}
    if not resource.listed_by or kind != asked[resource.listed_by].ref:
        raise NotThere
    return {resource.listed_by: [key] if asked[resource.listed_by].many else key}


def rows_of(platform: Platform, resource: Resource, values: Mapping[str, Any]) -> list[Object]:
    """Read objects as they are, secrets included; of what a softswitch does not find, none."""
    return rows_in(resource, _asked(platform, resource, values))


def _asked(platform: Platform, resource: Resource, values: Mapping[str, Any]) -> Answer | None:
    """Return what a softswitch answers; None where it does not find what was asked for."""
    try:
        return ask(platform, INTERFACES[resource.read], values)
    except Refused as refusal:
        if refusal.ret_code == NOT_FOUND:
            return None
        raise


def rows_in(resource: Resource, answer: Answer | None) -> list[Object]:
    """Return the objects that an answer holds."""
    rows: Any = answer.data.get(resource.rows) if answer else None
    return list(rows or ())


def is_whole(answer: Answer | None) -> bool:
    """Tell whether an answer proves that what is not in it does not exist: nothing was cut, nothing could not be understood."""
    return answer is None or (answer.warning is None and not answer.oddities)


def card_name(number: str) -> str:
    """Return what names a card without telling its number, made under the portal's key."""
    return salted_hmac("portal.service.key", number, algorithm="sha256").hexdigest()[:16]


def is_named(key: object, number: object) -> bool:
    """Tell whether a key means this one: it is the same, or the name of a card with this number."""
    text = str(number)
    return str(key) == text or (isinstance(key, str) and key.startswith(NAMED) and key[1:] == card_name(text))


def fetch(platform: Platform, resource: Resource, key: str, owner: Owner | None = None) -> Object | None:
    """Read one object as it is, secrets included; None where there is none. For the door's own comparisons only.

    With an ``owner`` it is looked for in that one's list, and a card may be named by its ``#name``. Raises
    :class:`portal.service.errors.NotFoundInPart` where the answer cannot tell that there is none.
    """
    return fetched(platform, resource, key, owner)[0]


def fetched(platform: Platform, resource: Resource, key: str, owner: Owner | None = None) -> tuple[Object | None, tuple[str, ...]]:
    """Read one object like :func:`fetch`; besides, return the places in the answer that could not be read."""
    listed = owner is not None and bool(resource.listed_by)
    if not listed and key.startswith(NAMED) and shape(resource)[resource.key].secret:
        return None, ()
    answer = _asked(platform, resource, owner_values(resource, owner) if owner is not None and listed else reading_of(resource, key))
    rows = rows_in(resource, answer)
    found = next((row for row in rows if is_named(key, row.get(resource.key))), None) if listed else _of_key(resource, rows, key)
    if found is None and not is_whole(answer):
        raise NotFoundInPart
    return found, answer.oddities if answer else ()


def told(struct: Struct, found: Mapping[str, Any]) -> Object:
    """Return an object with its secrets masked; cards by what names them, and by the end of their number."""
    values = masked(struct, found)
    for each in struct if _tells_cards(struct) else ():
        if each.struct is not None and values.get(each.name):
            rows: Any = found[each.name]
            values[each.name] = [told(each.struct, row) for row in rows] if each.many else told(each.struct, rows)
        elif names := _names_card(struct, each):
            values |= _card(each, names, found.get(each.name))
    return values


@cache
def _tells_cards(struct: Struct) -> bool:
    return any(_names_card(struct, each) or (each.struct is not None and _tells_cards(each.struct)) for each in struct)


def _names_card(struct: Struct, each: Field) -> str:
    """Return under what a row tells of the card that a field names; empty for a field that names none."""
    if each.ref == CARD and not each.many:
        return f"{NAMED}{each.name}"
    resource = RESOURCES[CARD]
    return NAMED if each.name == resource.key and struct is shape(resource) else ""


def _card(each: Field, names: str, number: Any) -> Object:
    if not isinstance(number, str) or not number:
        return {}
    return {each.name: f"{MASK}{number[-_END:] if len(number) >= _LONG_NUMBER else ''}", names: card_name(number)}


def without_secrets(resource_name: str, found: Object | None) -> Object | None:
    """Return an object with its secrets masked."""
    return None if found is None else masked(shape(RESOURCES[resource_name]), found)


def changed_meanwhile(interface: Interface, resource: Resource, before: Mapping[str, Any], now: Object | None) -> tuple[Difference, ...]:
    """Return the editable fields that differ between two readings; what moves by itself and what is secret does not count."""
    if now is None:
        return (Difference(resource.key, before.get(resource.key), None),)
    fields = (each for each in _both(interface.request, shape(resource)) if not each.secret)
    return tuple(_between(fields, before, now, ""))


def not_taken(
    interface: Interface, resource: Resource, sent: Mapping[str, Any], found: Object, *, secrets: bool = True
) -> tuple[Difference, ...]:
    """Return the fields that were sent and do not read back as sent; what cannot be read back is passed over."""
    fields = (each for each in _both(interface.request, shape(resource)) if each.name in sent and (secrets or not each.secret))
    return tuple(_of_sent(fields, sent, found, ""))


def also_changed(
    interface: Interface, resource: Resource, sent: Mapping[str, Any], before: Object, after: Object
) -> tuple[Difference, ...]:
    """Return the editable fields that were not sent and changed all the same."""
    fields = (each for each in _both(interface.request, shape(resource)) if each.name not in sent)
    return tuple(_between(fields, before, after, ""))


def _both(asked: Struct, read: Struct) -> Iterator[Field]:
    return (each for each in asked if each.name in read and not each.moves)


def _between(fields: Iterator[Field], before: Mapping[str, Any], after: Mapping[str, Any], place: str) -> Iterator[Difference]:
    for each in fields:
        old, new = before.get(each.name), after.get(each.name)
        if each.struct is not None and not each.many:
            inner = (field for field in each.struct if not field.moves)
            yield from _between(inner, _part(old), _part(new), f"{place}{each.name}.")
        elif MASK not in (old, new) and plain(each, old) != plain(each, new):
            yield Difference(f"{place}{each.name}", *_shown(each, old, new))


def _of_sent(fields: Iterator[Field], sent: Mapping[str, Any], found: Mapping[str, Any], place: str) -> Iterator[Difference]:
    for each in fields:
        want, have = sent.get(each.name), found.get(each.name)
        if each.struct is not None and not each.many:
            inner = (field for field in each.struct if field.name in _part(want))
            yield from _of_sent(inner, _part(want), _part(have), f"{place}{each.name}.")
        elif want != MASK and plain(each, want) != plain(each, have):
            yield Difference(f"{place}{each.name}", *_shown(each, want, have), sent=True)


def _part(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _shown(each: Field, first: Any, second: Any) -> tuple[Any, Any]:
    if each.secret:
        return MASK, MASK
    if each.struct is None:
        return first, second
    return [masked(each.struct, row) for row in first or ()], [masked(each.struct, row) for row in second or ()]


def plain(each: Field, value: Any) -> Any:
    """Return a value so that equal ones are equal however they were written; unset, empty text and empty list are the same."""
    if value is None or value in ("", [], ()):
        return None
    if each.many:
        return tuple(_plain_item(each, item) for item in value) if isinstance(value, list | tuple) else value
    return _plain_item(each, value)


def _plain_item(each: Field, value: Any) -> Any:
    if each.struct is not None and isinstance(value, Mapping):
        return tuple((field.name, plain(field, value.get(field.name))) for field in each.struct)
    if each.kind in _NUMBERS and not isinstance(value, bool):
        try:
            return Decimal(str(value))
        except InvalidOperation:
            return value
    return value
