"""Accounts and their agents (3.1-3.5, 3.65)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.vos3000.simulator.answers import BAD_PARAMETER, IN_USE, NOT_FOUND, Refusal, Row, Values
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.payments import OPENED, note_payment
from portal.vos3000.simulator.references import known_rate_group
from portal.vos3000.simulator.state import State

AGENT = 1
DIRECT_ONLY = 1


@interface("CreateCustomer")
def create_customer(state: State, values: Values) -> None:
    """Open an account; its opening balance is a payment."""
    _check(state, values)
    open_account(state, values)


def open_account(state: State, values: Values) -> None:
    """Make an account and note its opening balance."""
    if not values["account"]:
        raise Refusal(BAD_PARAMETER)
    money = values.get("money", 0.0)
    state.accounts.add(values["account"], {**values, "money": state.decimal(0), "startTime": state.clock.now()})
    if money:
        note_payment(state, values["account"], state.decimal(money), kind=OPENED)


@interface("ModifyCustomer")
def modify_customer(state: State, values: Values) -> None:
    """Change an account."""
    account = state.accounts.need(values["account"])
    _check(state, values)
    agent = values.get("agentAccount")
    if agent and account in {agent, *agents_above(state, agent)}:
        raise Refusal(BAD_PARAMETER, "An agent cannot stand under itself.")
    state.accounts.change(account, values)


@interface("DeleteCustomer")
def delete_customer(state: State, values: Values) -> None:
    """Take an account away that nothing hangs on."""
    account = state.accounts.need(values["account"])
    hanging = (
        state.phones.by("account", account),
        state.accounts.by("agentAccount", account),
        state.mapping_gateways.by("account", account),
        state.routing_gateways.by("clearingAccount", account),
        state.active_cards.by("account", account),
    )
    if any(hanging):
        raise Refusal(IN_USE)
    _forget(state, account)


def _forget(state: State, account: str) -> None:
    state.accounts.remove(account)
    for entry in list(state.phone_books.by("account", account)):
        state.phone_books.remove(entry)
    for orders in (state.suite_orders, state.current_suites):
        for number in list(orders.by("owner", (2, account))):
            orders.remove(number)
    state.traffic.forget(account)


@interface("GetCustomer")
def get_customer(state: State, values: Values) -> Row:
    """Read accounts by number, by phone or below an agent; what is not there is left out."""
    wanted = values.get("type")
    names = dict.fromkeys(name for name in _asked_for(state, values) if name in state.accounts)
    return {"infoCustomers": [told(state, name) for name in names if wanted is None or state.accounts.value(name, "type") == wanted]}


def _asked_for(state: State, values: Values) -> Iterator[str]:
    yield from values.get("accounts", ())
    for e164 in values.get("e164s", ()):
        if e164 in state.phones:
            yield state.phones.value(e164, "account")
    if below := values.get("filterAgentAccount"):
        agent = below["filterAgentAccount"]
        yield from state.accounts.by("agentAccount", agent) if below["querySonMode"] == DIRECT_ONLY else accounts_below(state, agent)


def told(state: State, name: str) -> Row:
    """Return an account as it is answered."""
    row = state.account(name)
    row["money"], row["todayConsumption"] = float(row["money"]), float(row["todayConsumption"])
    return row


@interface("GetAllCustomers")
def get_all_customers(state: State, values: Values) -> Row:
    """List every account: numbers, or numbers with balances."""
    if values.get("type", 0) == 0:
        return {"accounts": list(state.accounts)}
    limit = state.accounts.defaults["limitMoney"]
    return {
        "infoCustomerBriefs": [
            {"account": name, "money": float(row.get("money", 0)), "limitMoney": row.get("limitMoney", limit)}
            for name, row in state.accounts.rows.items()
        ]
    }


def agents_above(state: State, account: str) -> Iterator[str]:
    """Return the agent of an account, the agent of that one, and so on."""
    while account := state.accounts.value(account, "agentAccount"):
        yield account


def accounts_below(state: State, agent: str) -> Iterable[str]:
    """Return every account below an agent, at any depth; a tree that bites its own tail ends."""
    found: dict[str, None] = {}
    level = list(state.accounts.by("agentAccount", agent))
    while level:
        found |= dict.fromkeys(level)
        level = [each for above in level for each in state.accounts.by("agentAccount", above) if each not in found]
    return found


def _check(state: State, values: Values) -> None:
    known_rate_group(state, values.get("feeRateGroup"))
    agent = values.get("agentAccount")
    if agent and (agent not in state.accounts or state.accounts.value(agent, "category") != AGENT):
        raise Refusal(NOT_FOUND, "The agent was not found, operation failed.")
