"""Secrets out of what is kept: logs, audit rows, the API console."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from html import escape

from portal.vos3000.schema.base import Kind, Struct

MASK = "•••"
BEGINNING = 4_000
"""How many characters of an answer are kept for the log."""
BEGINNING_BYTES = 8 * BEGINNING
"""How many bytes hold what :func:`mask_text` looks at, whatever the characters."""

SHORTEST_SECRET = 4
"""A sent secret of fewer characters is not searched for in other text: it would blot out everything."""

PASSWORD_WORDS = ("password", "passwd", "pwd")


def masked(struct: Struct, values: Mapping[str, object]) -> dict[str, object]:
    """Return a copy of a request or answer with every secret replaced, at every depth."""
    return {name: _masked_value(struct, name, value, values) for name, value in values.items()}


def mask_text(text: str, *, names: frozenset[str] = frozenset(), sent: Iterable[str] = ()) -> str:
    """Return the beginning of a text, JSON or not, cut or not, with secrets replaced.

    Masked are the values of keys in ``names``, of keys that speak of a password, and every secret in ``sent`` (what the
    request itself carried, which an error page may repeat).
    """
    shown = _pattern(names).sub(rf'\g<1>"{MASK}"', text[: 2 * BEGINNING])
    for secret in sorted(sent, key=len, reverse=True):
        for spelling in _spellings(secret) if len(secret) >= SHORTEST_SECRET else ():
            shown = shown.replace(spelling, MASK)
    return shown[:BEGINNING]


@cache
def secret_names(struct: Struct) -> frozenset[str]:
    """Return the wire names of the secrets of a shape, nested shapes included; a text cannot tell when a name is one only at times."""
    found: set[str] = set()
    for each in struct:
        if each.secret or each.secret_where:
            found.update((each.name, *each.other_names))
        elif each.struct is not None:
            found |= secret_names(each.struct)
    return frozenset(found)


def secrets_in(struct: Struct, values: Mapping[str, object]) -> Iterator[str]:
    """Yield each secret text that a request carries."""
    for name, value in values.items():
        if name not in struct:
            continue
        each = struct[name]
        for item in value if isinstance(value, list | tuple) else (value,):
            if each.hidden(values) and item is not None:
                yield str(item)
            elif each.struct is not None and isinstance(item, Mapping):
                yield from secrets_in(each.struct, item)


def _spellings(secret: str) -> dict[str, None]:
    """Return a secret as an answer may repeat it: as it is, in JSON with and without other scripts, in a web page."""
    in_json = (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
    return dict.fromkeys((*in_json, escape(secret), secret))


def _masked_value(struct: Struct, name: str, value: object, siblings: Mapping[str, object]) -> object:
    each = struct.by_name.get(name)
    if (each is not None and each.hidden(siblings)) or (each is None and _speaks_of_secret(name)):
        return MASK if value not in (None, "") else value
    if each is None or each.kind is not Kind.OBJECT or each.struct is None:
        return value
    if isinstance(value, list | tuple):
        return [masked(each.struct, item) if isinstance(item, Mapping) else item for item in value]
    return masked(each.struct, value) if isinstance(value, Mapping) else value


def _speaks_of_secret(name: str) -> bool:
    return any(word in name.lower() for word in PASSWORD_WORDS) or name.lower() == "pin"


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    """Match ``"key": value``; a value may be a text or an array, each perhaps cut, or a bare word."""
    keys = [re.escape(name) for name in sorted(names, key=len, reverse=True)]
    general = rf"[\w.-]*(?:{'|'.join(PASSWORD_WORDS)})[\w.-]*|pin"
    string = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
    array = rf'\[(?:[^\]"]|{string})*(?:\]|$)'
    return re.compile(rf'("(?:{"|".join([*keys, general])})"\s*:\s*)(?:{string}|{array}|[^\s,}}\]\[{{"]+)', re.IGNORECASE | re.DOTALL)
