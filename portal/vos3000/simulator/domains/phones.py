"""Phones, and which of them are online (3.6-3.10, 3.83)."""

from __future__ import annotations

from itertools import chain

from portal.vos3000.simulator.answers import BAD_PARAMETER, EXISTS, MISSING, Refusal, Row, Values
from portal.vos3000.simulator.domains.accounts import open_account
from portal.vos3000.simulator.handlers import interface
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.references import known_account, known_number_groups, known_rate_group
from portal.vos3000.simulator.state import State

PHONE = 6
_GROUPS = ("callerLimitE164Groups", "calleeLimitE164Groups")
_DEVICES = ("Desk phone D2", "Softphone 3.1", "ATA-4", "Conference unit")


@interface("CreatePhone")
def create_phone(state: State, values: Values) -> Row:
    """Make a phone, with an account of its own where that is asked for; a password not given is made up and told."""
    if not values["e164"]:
        raise Refusal(BAD_PARAMETER)
    if values["e164"] in state.phones:
        raise Refusal(EXISTS)
    _check(state, values)
    account = _account_for(state, values)
    password = values.get("password") or state.password()
    wanted = {name: value for name, value in values.items() if name != "autoCreateAccount"}
    state.phones.add(values["e164"], {**wanted, "account": account, "password": password})
    return {} if values.get("password") else {"password": password}


def _account_for(state: State, values: Values) -> str:
    account: str = values.get("account", "")
    if values["autoCreateAccount"]:
        account = account or values["e164"]
        open_account(state, {"account": account, "name": account})
    elif not account:
        raise Refusal(MISSING)
    known_account(state, account)
    return account


@interface("ModifyPhone")
def modify_phone(state: State, values: Values) -> None:
    """Change a phone."""
    state.phones.need(values["e164"])
    known_account(state, values.get("account"))
    _check(state, values)
    state.phones.change(values["e164"], values)
    for number in list(state.conversions.by("e164", values["e164"])):
        state.conversions.change(number, {"account": state.phones.value(values["e164"], "account")})


@interface("DeletePhone")
def delete_phone(state: State, values: Values) -> None:
    """Take a phone away with what hangs on it; one that is not there is no error."""
    e164 = values["e164"]
    if e164 not in state.phones:
        return
    state.phones.remove(e164)
    state.online.pop(e164, None)
    for number in list(state.conversions.by("e164", e164)):
        state.conversions.remove(number)
    for orders in (state.suite_orders, state.current_suites):
        for number in list(orders.by("owner", (PHONE, e164))):
            orders.remove(number)


@interface("GetPhone")
def get_phone(state: State, values: Values) -> Row:
    """Read phones by number or by account; what is not there is left out."""
    of_accounts = chain.from_iterable(state.phones.by("account", account) for account in values.get("accounts", ()))
    return {"infoPhones": state.phones.select(chain(values.get("e164s", ()), of_accounts))}


@interface("GetPhoneOnline")
def get_phone_online(state: State, values: Values) -> Row:
    """Read where phones are registered; one that is offline is left out."""
    return {"infoPhoneOnlines": [_online(state, e164) for e164 in dict.fromkeys(values["e164s"]) if e164 in state.online]}


def _online(state: State, e164: str) -> Row:
    number = mixed(state.options.seed, e164)
    now = state.clock.now()
    return {
        "e164": e164,
        "currentCall": sum(e164 in {call["callerE164"], call["calleeE164"]} for call in state.calls.rows.values()),
        "remoteIp": f"198.51.{number % 100}.{number // 100 % 250 + 1}",
        "localIp": "192.0.2.10",
        "registerTime": state.online[e164],
        "updateTime": now - number % 60_000,
        "protocol": 1,
        "cryptoType": 0,
        "productId": _DEVICES[number % len(_DEVICES)],
    }


@interface("GetAllPhoneOnline")
def get_all_phone_online(state: State, _values: Values) -> Row:
    """List the numbers of all phones that are online."""
    return {"e164s": list(state.online)}


def _check(state: State, values: Values) -> None:
    known_rate_group(state, values.get("feerateGroup"))
    known_number_groups(state, values, _GROUPS)
