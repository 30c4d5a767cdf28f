"""Phone cards in use, bound numbers, and cards to recharge or open an account with (3.32-3.39, 3.58, 3.59, 3.84)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.domains.accounts import open_account
from portal.vos3000.simulator.domains.payments import payable
from portal.vos3000.simulator.domains.suites import order_suite
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.payments import BY_CARD, note_payment
from portal.vos3000.simulator.references import known_account
from portal.vos3000.simulator.state import State

# The bits of ``bitsOfConfig``: what a card may be used for.
OPENS, OPENS_CARD, OPENS_PHONE, RECHARGES, SETS_RATE, ORDERS_SUITES, PAYS_IN = (1 << bit for bit in range(1, 8))


@interface("CreateActivePhoneCard")
def create_active_phone_card(state: State, values: Values) -> Row:
    """Put a card into use; a password not given is made up and told."""
    known_account(state, values["account"] or " ")
    password = values.get("password") or state.password()
    state.active_cards.add(values["pin"], {**values, "password": password, "activeTime": state.clock.now()})
    return {} if values.get("password") else {"password": password}


@interface("ModifyActivePhoneCard")
def modify_active_phone_card(state: State, values: Values) -> None:
    """Change a card in use; the account of its bound numbers goes with it."""
    state.active_cards.need(values["pin"])
    known_account(state, values.get("account"))
    state.active_cards.change(values["pin"], values)


@interface("DeleteActivePhoneCard")
def delete_active_phone_card(state: State, values: Values) -> None:
    """Take a card out of use, and its bound numbers with it."""
    state.active_cards.remove(values["pin"])
    for e164 in list(state.bound_numbers.by("pin", values["pin"])):
        state.bound_numbers.remove(e164)


@interface("GetActivePhoneCard")
def get_active_phone_card(state: State, values: Values) -> Row:
    """Read cards in use by number or by account."""
    pins = [*values.get("pins", ()), *_of_accounts(state, values.get("accounts", ()))]
    return {"infoActivePhoneCards": state.active_cards.select(pins)}


def _of_accounts(state: State, accounts: Iterable[str]) -> list[str]:
    return [pin for account in accounts for pin in state.active_cards.by("account", account)]


@interface("CreateBindedE164")
def create_bound_number(state: State, values: Values) -> None:
    """Bind a number to a card, as many as the card allows."""
    _room(state, values["pin"])
    state.bound_numbers.add(values["e164"], {**values, "bindTime": state.clock.now()})


def _room(state: State, pin: str) -> None:
    bound = len(state.bound_numbers.by("pin", state.active_cards.need(pin)))
    if bound >= state.active_cards.value(pin, "bindLimit"):
        raise Refusal(BAD_PARAMETER, "The limit of bound numbers is reached.")


@interface("ModifyBindedE164")
def modify_bound_number(state: State, values: Values) -> None:
    """Change a bound number."""
    state.bound_numbers.need(values["e164"])
    if values.get("pin") and values["pin"] != state.bound_numbers.value(values["e164"], "pin"):
        _room(state, values["pin"])
    state.bound_numbers.change(values["e164"], values)


@interface("DeleteBindedE164")
def delete_bound_number(state: State, values: Values) -> None:
    """Unbind a number."""
    state.bound_numbers.remove(values["e164"])


@interface("GetBindedE164")
def get_bound_number(state: State, values: Values) -> Row:
    """Read bound numbers by number, by card or by account."""
    pins = [*([values["pin"]] if "pin" in values else []), *_of_accounts(state, [values["account"]] if "account" in values else [])]
    numbers = [*values.get("e164s", ()), *(e164 for pin in pins for e164 in state.bound_numbers.by("pin", pin))]
    found = state.bound_numbers.select(numbers)
    return {"infoBindedE164s": [{**row, "account": state.active_cards.value(row["pin"], "account")} for row in found]}


@interface("GetPhoneCard")
def get_phone_card(state: State, values: Values) -> Row:
    """Read a card that accounts are recharged or opened with."""
    return {"infoPhoneCard": state.phone_cards.answer(_card(state, values))}


def _card(state: State, values: Values) -> str:
    pin = state.phone_cards.need(values["pin"])
    if "password" in values and values["password"] != state.phone_cards.value(pin, "password"):
        raise Refusal(BAD_PARAMETER, "The password is wrong.")
    return pin


def _usable(state: State, values: Values, needed: int) -> Row:
    pin = _card(state, values)
    card = state.phone_cards[pin]
    if card.get("usedTime"):
        raise Refusal(EXISTS, "This card has been used.")
    if not card["bitsOfConfig"] & needed or card["expireTime"] < state.clock.now():
        raise Refusal(BAD_PARAMETER, "This card cannot be used for this.")
    return card


def _use(state: State, pin: str, account: str) -> None:
    state.phone_cards.change(pin, {"usedTime": state.clock.now(), "usedAccount": account})


@interface("PayByPhoneCard")
def pay_by_phone_card(state: State, values: Values) -> Row:
    """Recharge an account with what a card is worth."""
    account = payable(state, values)
    card = _usable(state, values, RECHARGES)
    _use(state, values["pin"], account)
    if card["bitsOfConfig"] & SETS_RATE:
        state.accounts.change(account, {"feeRateGroup": card["feeRateGroup"]})
    if card["bitsOfConfig"] & ORDERS_SUITES:
        _order_suites(state, card, account)
    worth = state.decimal(card["money"] if card["bitsOfConfig"] & PAYS_IN else 0.0)
    return {"infoPay": note_payment(state, account, worth, memo=values.get("memo", ""), way=BY_CARD)}


def _order_suites(state: State, card: Row, account: str) -> None:
    for number, suite in list(state.suites.rows.items()):
        if suite["name"] in card["suiteNames"]:
            order_suite(state, {"ownerType": 2, "ownerName": account, "suiteId": number, "availableTime": 0})


@interface("PhoneCardActive")
def activate_phone_card(state: State, values: Values) -> None:
    """Open an account of the card's number, with a card in use or a phone of that number where the card says so."""
    card = _usable(state, values, OPENS)
    pin = values["pin"]
    if values.get("bindedE164") in state.bound_numbers or (card["bitsOfConfig"] & OPENS_PHONE and pin in state.phones):
        raise Refusal(EXISTS)
    if values.get("bindedE164") and not card["bitsOfConfig"] & OPENS_CARD:
        raise Refusal(NOT_FOUND, "There is no card to bind the number to.")
    kept = {name: card[name] for name in ("money", "limitMoney", "feeRateGroup", "agentAccount")}
    open_account(state, {"account": pin, "name": pin, "type": 1, **kept})
    _use(state, pin, pin)
    _open_beside(state, card, values)


def _open_beside(state: State, card: Row, values: Values) -> None:
    pin, password = values["pin"], card["password"]
    if card["bitsOfConfig"] & OPENS_CARD:
        state.active_cards.add(pin, {"pin": pin, "account": pin, "password": password, "activeTime": state.clock.now()})
    if card["bitsOfConfig"] & OPENS_PHONE:
        state.phones.add(pin, {"e164": pin, "account": pin, "password": password})
    if number := values.get("bindedE164"):
        state.bound_numbers.add(number, {"e164": number, "pin": pin, "bindTime": state.clock.now()})
