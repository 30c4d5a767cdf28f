"""Phone books of accounts (3.52-3.55)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, MISSING, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.state import State

Key = tuple[str, str]


@interface("GetCustomerPhoneBook")
def get_phone_book(state: State, values: Values) -> Row:
    """Read the entries of an account, those of a number, or those of both."""
    if not {"account", "e164"} & values.keys():
        raise Refusal(MISSING)
    keys: Iterable[Key] = state.phone_books.by("account", values["account"]) if "account" in values else state.phone_books
    return {"infoCustomerPhoneBooks": state.phone_books.select(key for key in keys if values.get("e164", key[1]) == key[1])}


@interface("CreateCustomerPhoneBook")
def create_phone_book_entry(state: State, values: Values) -> None:
    """Make an entry, or lay it over the one that ``infoCustomerPhoneBookOverWrite`` finds."""
    account = state.accounts.need(values["account"])
    old = _overwritten(state, account, values.get("infoCustomerPhoneBookOverWrite") or {})
    wanted = {name: value for name, value in values.items() if name != "infoCustomerPhoneBookOverWrite"}
    if old:
        _change(state, old, wanted.get("e164") or old[1], wanted)
    else:
        _add(state, account, wanted)


def _add(state: State, account: str, values: Values) -> None:
    if not values.get("e164"):
        raise Refusal(MISSING)
    limit = state.accounts.value(account, "phoneBookLimit")
    if limit and len(state.phone_books.by("account", account)) >= limit:
        raise Refusal(BAD_PARAMETER, "The phone book is full.")
    key = (account, values["e164"])
    _unique(state, key, values)
    state.phone_books.add(key, {**values, "lastUpdateTime": state.clock.now()})


def _overwritten(state: State, account: str, by: Values) -> Key | None:
    if {"e164", "shortE164"} <= by.keys():
        raise Refusal(BAD_PARAMETER)
    for key in state.phone_books.by("account", account):
        if by.get("e164") == key[1] or by.get("shortE164") in state.phone_books.value(key, "shortE164s"):
            return key
    return None


@interface("ModifyCustomerPhoneBook")
def modify_phone_book_entry(state: State, values: Values) -> None:
    """Change an entry, its number too where ``newE164`` is given."""
    wanted = {name: value for name, value in values.items() if name != "newE164"}
    key = state.phone_books.need((values["account"], values["e164"]))
    _change(state, key, values.get("newE164") or key[1], wanted)


def _change(state: State, key: Key, e164: str, values: Values) -> None:
    _unique(state, key, values)
    changed = {**values, "e164": e164, "lastUpdateTime": state.clock.now()}
    state.phone_books.rename(key, (key[0], e164), changed)


@interface("DeleteCustomerPhoneBook")
def delete_phone_book_entries(state: State, values: Values) -> None:
    """Take entries away: all of them or, where one is not there, none."""
    keys = [(values["account"], e164) for e164 in dict.fromkeys(values["e164s"])]
    if any(key not in state.phone_books for key in keys):
        raise Refusal(NOT_FOUND)
    for key in keys:
        state.phone_books.remove(key)


def _unique(state: State, key: Key, values: Values) -> None:
    """Refuse a short number that another entry of the same account has."""
    wanted = set(values.get("shortE164s") or ())
    others = (other for other in state.phone_books.by("account", key[0]) if other != key)
    if any(wanted & set(state.phone_books.value(other, "shortE164s")) for other in others):
        raise Refusal(EXISTS)
