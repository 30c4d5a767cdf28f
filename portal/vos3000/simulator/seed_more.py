"""What stands beside the accounts and phones of a made-up platform."""

from __future__ import annotations

from portal.vos3000.simulator.answers import Row
from portal.vos3000.simulator.call_maker import has_suite
from portal.vos3000.simulator.clock import add_months
from portal.vos3000.simulator.history import suite_of
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.seed_calls import fill_calls
from portal.vos3000.simulator.seed_plan import Plan
from portal.vos3000.simulator.seed_words import NUMBER_GROUPS, PLACES, RATE_GROUPS, SUITES
from portal.vos3000.simulator.state import State
from portal.vos3000.simulator.tariffs import rates_of

YEAR_MS = 366 * 86_400_000
SOFTSWITCHES = ("softswitch-1", "softswitch-2")
RECHARGE, OPENING, USED = "6600000001", "6600000002", "6600000003"
CARD_PASSWORD = "246810"  # noqa: S105 - of a made-up card
_CARDS = 40
_PREFIXES = 200


def fill_system(state: State, plan: Plan) -> None:
    """Fill what belongs to the platform itself."""
    day = state.clock.midnight(state.clock.today())
    for n, name in enumerate(SOFTSWITCHES):
        row = {
            "name": name,
            "identification": f"ss{n + 1}",
            "createTime": day - YEAR_MS,
            "accessTime": day,
            "accessAddress": f"192.0.2.{n + 10}",
        }
        state.softswitches.put(name, row)
    for n, group in enumerate(RATE_GROUPS):
        state.rate_groups.put(group.name, {"name": group.name, "memo": f"{group.percent}%"})
        state.rates[group.name] = [rate.row() for rate in rates_of(n, plan.currency)]
    for n, name in enumerate(("menu-main", "menu-hours", "ringback-spring", "欢迎语")):
        number = state.next_id("ivr audio")
        language = ("en", "en", "", "zh")[n]
        state.ivr_audios.put(number, {"id": number, "type": n, "name": name, "language": language, "size": 16_044 * (n + 1)})
    _fill_suites(state)
    _fill_numbers(state, day)


def _fill_suites(state: State) -> None:
    for name, rent, kind, period, gift, seconds in SUITES:
        number = state.next_id("suite")
        row: Row = {"id": number, "name": name, "rentFee": rent / 100, "rentType": kind, "rentPeriod": period, "giftMoney": gift / 100}
        if seconds:
            row["infoGiftTimes"] = [{"prefix": "0", "startTime": 0, "endTime": 86_400, "giftTime": seconds, "billingTime": 60}]
        state.suites.put(number, row)


def _fill_numbers(state: State, day: int) -> None:
    for name, memo, count in NUMBER_GROUPS:
        state.number_groups.put(name, {"name": name, "memo": memo})
        numbers = (f"1{mixed(name, n) % 10**10:010d}" for n in range(count))
        state.group_numbers[name] = {e164: "" if n % 7 else "checked 已核" for n, e164 in enumerate(numbers)}
    for n in range(_PREFIXES):
        place = PLACES[n % len(PLACES)]
        prefix = f"1{3 + n % 7}{mixed(n) % 10**5:05d}"
        state.mobile_areas.put(prefix, {"mobilePrefix": prefix, "areaCode": place.code[1:], "areaName": f"{place.english} {place.chinese}"})
    for name, kind, level in (("carrier ASR 落地接通率", 20000, 2), ("Account balance 账户余额", 20007, 1), ("Disk 硬盘", 20005, 0)):
        number = state.next_id("alarm")
        state.alarms.put(number, {"id": number, "type": kind, "level": level, "name": name, "startTime": day, "value": 12.5, "lower": 20.0})


def fill_gateways(state: State, plan: Plan) -> None:
    """Fill mapping and routing gateways; each mapping gateway belongs to an account, some routing ones clear with one."""
    account_of = {name: plan.member(index).account for index, name in plan.gateway_of.items()}
    clearing = [name for name, row in state.accounts.rows.items() if row.get("type") == 2]  # noqa: PLR2004 - a clearing account
    for n, name in enumerate(plan.mapping_gateways):
        row: Row = {**_gateway(n, name), "remoteIps": f"198.51.100.{n % 200 + 20}", "account": account_of.get(name, "")}
        state.mapping_gateways.put(name, row)
    for n, name in enumerate(plan.routing_gateways):
        row = {**_gateway(n, name), "remoteIp": f"203.0.113.{n % 200 + 9}", "gatewayGroups": ("g1", "g2", "g1,g2")[n % 3]}
        row |= {"prefix": ("", "00", "1")[n % 3], "clearingAccount": clearing[n % len(clearing)] if clearing and n % 2 else ""}
        state.routing_gateways.put(name, row)


def _gateway(n: int, name: str) -> Row:
    row: Row = {"name": name, "capacity": 30 * (n % 8 + 1), "softswitchName": SOFTSWITCHES[n % 2], "password": f"{mixed(name) % 10**8:08d}"}
    if n % 4 == 1:
        row["registerType"] = 1
    if n % 9 == 8:  # noqa: PLR2004 - one in nine
        row |= {"lockType": 3, "memo": "contract ended 合同到期"}
    return row


def fill_people(state: State, plan: Plan) -> None:
    """Fill what hangs on accounts and phones: suites in force, cards, phone books, conversions, calls."""
    for account, index in state.traffic.members.items():
        if index < 4096 and has_suite(plan.member(index)):  # noqa: PLR2004 - enough to look at
            _fill_suite(state, account, 1 + suite_of(plan.member(index)))
    _fill_cards(state, plan)
    _fill_phone_books(state)
    for e164 in list(state.phones)[:12:3]:
        number = state.next_id("conversion")
        row = {"id": number, "e164": e164, "account": state.phones.value(e164, "account"), "memo": "callback 回呼"}
        state.conversions.put(number, {**row, "mappingGatewayCallerE164": "95000", "routingGatewayCalleeE164": f"400{number:07d}"})
    fill_calls(state, plan)


def _fill_suite(state: State, account: str, suite: int) -> None:
    """Give an account a suite that was paid on the first of this month."""
    first = state.clock.today().replace(day=1)
    order, current = state.next_id("suite order"), state.next_id("current suite")
    owner = (2, account)
    begin, end = state.clock.midnight(first), state.clock.midnight(add_months(first, 1))
    state.suite_orders.put(order, {"id": order, "suiteId": suite, "availableTime": begin, "owner": owner})
    kept = {name: value for name, value in state.suites[suite].items() if name in state.current_suites.defaults or name == "infoGiftTimes"}
    state.current_suites.put(current, {**kept, "id": current, "suiteId": suite, "suiteOrderId": order, "expireTime": end, "owner": owner})


def _fill_cards(state: State, plan: Plan) -> None:
    day = state.clock.midnight(state.clock.today())
    everything = sum(1 << bit for bit in (1, 2, 4, 7))
    for n in range(_CARDS):
        pin = str(int(RECHARGE) + n)
        row: Row = {"pin": pin, "password": CARD_PASSWORD, "money": float((50, 100, 20, 200)[n % 4]), "bitsOfConfig": everything}
        row |= {"expireTime": day + YEAR_MS if n % 10 != 9 else day - YEAR_MS, "feeRateGroup": RATE_GROUPS[1].name}  # noqa: PLR2004 - one in ten is over
        if pin == USED:
            row |= {"usedTime": day, "usedAccount": next(iter(state.accounts), "")}
        state.phone_cards.put(pin, row)
    cards = [name for name, row in state.accounts.rows.items() if row.get("type") == 1][:200] or list(state.accounts)[:3]
    for n, account in enumerate(cards):
        pin = f"77{n:08d}"
        state.active_cards.put(pin, {"pin": pin, "account": account, "password": CARD_PASSWORD, "activeTime": day - n * 3_600_000})
        e164 = f"13{mixed(n, plan.options.seed) % 10**9:09d}"
        state.bound_numbers.put(e164, {"e164": e164, "pin": pin, "bindTime": day, "language": ("en", "zh")[n % 2]})


def _fill_phone_books(state: State) -> None:
    now = state.clock.midnight(state.clock.today())
    for account in list(state.accounts)[:20]:
        for n, name in enumerate(("Front desk 前台", "Warehouse 仓库", "Ines at home 伊内丝")):
            e164 = f"139{mixed(account, n) % 10**8:08d}"
            row = {"account": account, "e164": e164, "name": name, "shortE164s": [str(801 + n)], "deviceType": n + 1, "lastUpdateTime": now}
            state.phone_books.put((account, e164), row)
