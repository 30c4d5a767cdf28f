"""A platform filled with made-up data; the same options on the same day give the same one.

The agents ``1000`` North (with the sub-agent ``1100`` North-East), ``2000`` South and ``3000`` West (with ``3100`` West Lake) are
always there; see ``seed_plan`` for who stands below them. Cards to try: ``RECHARGE``, ``OPENING`` and ``USED``, all with the
password ``CARD_PASSWORD``.
"""

from __future__ import annotations

from decimal import Decimal

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.options import Options
from portal.vos3000.simulator.seed_more import fill_gateways, fill_people, fill_system
from portal.vos3000.simulator.seed_plan import SCALE, Member, Plan, rate_group
from portal.vos3000.simulator.seed_words import PLACES
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.traffic import Traffic

OPENS_AT_MS = 9 * 3_600_000
_CONTACTS = ("Chen Wei 陈伟", "Li Na 李娜", "Ada Marsh", "Tom Field", "Zhang Min 张敏", "Ines Cole")


def seeded_state(options: Options) -> State:
    """Return a platform with what the options ask for."""
    state = State(options)
    plan = Plan(options)
    state.traffic = Traffic(state, plan)
    fill_system(state, plan)
    for index in range(options.accounts):
        _fill_account(state, plan, index)
    fill_gateways(state, plan)
    fill_people(state, plan)
    return state


def _fill_account(state: State, plan: Plan, index: int) -> None:
    member = plan._member(index)  # noqa: SLF001 - uncached: each is needed once
    state.traffic.members[member.account] = index
    state.accounts.put(member.account, _account(state, plan, member))
    for number in plan.phones(index):
        _fill_phone(state, member, plan.e164(number), number)


def _account(state: State, plan: Plan, member: Member) -> Row:
    opened = state.clock.midnight(state.traffic.opened_on(member)) + OPENS_AT_MS
    row: Row = {
        "account": member.account,
        "name": member.name,
        "money": Decimal(member.money) / SCALE,
        "feeRateGroup": rate_group(member.group),
        "startTime": opened,
    }
    if member.agent:
        row["agentAccount"] = member.agent
    if member.limit:
        row["limitMoney"] = member.limit / SCALE
    if member.kind:
        row["type"] = member.kind
    if member.locked:
        row["lockType"] = 1
    if member.canceled:
        row["canceled"] = True
    return row | _about(plan, member)


def _about(plan: Plan, member: Member) -> Row:
    """Return what only some accounts say of themselves."""
    number = mixed(member.number, 7)
    row: Row = {}
    if member.number < len(plan.agents):
        row |= {"category": 1, "phoneBookLimit": 100}
    if number % 5 == 0:
        row["memo"] = ("monthly invoice", "月结客户", "call before changes 更改前请致电", "pilot")[number // 5 % 4]
    if number % 3 == 0:
        place = PLACES[number % len(PLACES)]
        row["infoCustomerAdditional"] = {
            "linkMan": _CONTACTS[number % len(_CONTACTS)],
            "telephone": f"{place.code}{number % 10**8:08d}",
            "email": f"billing@{member.account}.example",
            "address": f"{number % 300 + 1} {place.english} Road {place.chinese}路",
        }
    return row


def _fill_phone(state: State, member: Member, e164: str, number: int) -> None:
    draw = mixed(state.options.seed, number, 3)
    row: Row = {"e164": e164, "account": member.account, "password": f"{draw % 10**8:08d}"}
    if draw % 19 == 0:
        row["lockType"] = draw // 19 % 3 + 1
    if draw % 4 == 0:
        row["callLevel"] = (1, 2, 4)[draw // 4 % 3]
    if draw % 6 == 0:
        row |= {"lineCapacity": draw // 6 % 30 + 1, "displayNumber": f"400{draw % 10**7:07d}"}
    if draw % 8 == 0:
        row["infoPhoneValueAdded"] = {"callerIdDisplay": True, "voiceMail": draw % 16 == 0}
    if draw % 9 == 0:
        row["infoPhoneAdditional"] = {"registerType": 1, "protocol": 1, "sipTimerSupport": True}
    if draw % 11 == 0:
        row["memo"] = ("reception", "前台", "warehouse 仓库", "lift")[draw // 11 % 4]
    state.phones.put(e164, row)
    if draw % 5 < 2 and not member.locked:  # noqa: PLR2004 - two in five are online
        state.online[e164] = state.started - draw // 5 % 86_400_000
