"""What a file of calls is called: enough to tell it from others, in characters that every system takes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

from portal.cdrs.conditions import YES, Condition, How
from portal.cdrs.exports.wanted import Wanted
from portal.cdrs.selection import Selection
from portal.cdrs.wording import ends
from portal.platforms.models import Platform

#: The characters of a name; the number of a part and the ending come to it.
LONGEST = 100
_NAMED = 2
_LONGEST_WORD = 24
_DIGITS = 6
_STRANGE = re.compile(r"[^A-Za-z0-9._+-]+")
_PLAIN = re.compile(r"[A-Za-z0-9._+-]*[A-Za-z0-9_]")


def name_of(wanted: Wanted, platform: Platform) -> str:
    """Return a name, without its ending: platform, days, accounts and what narrows them.

    What it cannot tell as it is, for its characters or its length, leaves a few digits of a digest, so that the name is still its own.
    """
    name = "-".join(filter(None, ("cdrs", platform.slug, _days(wanted), *_narrowings(wanted.selection))))
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - _DIGITS - 1]}-{_digest([name])}"
    return name


def _days(wanted: Wanted) -> str:
    days = dict.fromkeys(ends(wanted.selection.span, wanted.zone))
    return "--".join(each.replace(" ", "T").replace(":", "") for each in days)


def _narrowings(selection: Selection) -> Iterator[str]:
    yield "+".join([*_accounts(selection.accounts), *(["below"] if selection.below else [])])
    for each in selection.conditions:
        yield _condition(each)


def _accounts(accounts: Sequence[str]) -> Iterator[str]:
    """Yield the first accounts by name and how many more there are; where their names cannot be written, how many they are."""
    named, more = accounts[:_NAMED], len(accounts) - _NAMED
    if all(map(_is_plain, named)):
        yield from named
        if more > 0:
            yield f"{more}-more-{_digest(accounts)}"
    else:
        yield f"{len(accounts)}-account{'s' if len(accounts) > 1 else ''}-{_digest(accounts)}"


def _condition(condition: Condition) -> str:
    if condition.value == YES:
        return condition.name
    how = "" if condition.how is How.IS else condition.how.value
    return "-".join(filter(None, (condition.name, how, _plain(condition.value))))


def _plain(text: str) -> str:
    if _is_plain(text):
        return text
    return "-".join(filter(None, (_STRANGE.sub("", text)[:_LONGEST_WORD], _digest([text]))))


def _is_plain(text: str) -> bool:
    return len(text) <= _LONGEST_WORD and bool(_PLAIN.fullmatch(text))


def _digest(texts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:_DIGITS]
