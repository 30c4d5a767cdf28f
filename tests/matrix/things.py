"""What addresses name: a thing of the agent's own tree, the same of somebody else's, and what does not exist."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone

from billing_app.models import SavedReport
from portal.access.actor import Actor
from portal.access.models import AccountLink, LogIn, Notice, RoleRow, User
from portal.access.rights import Own, Role
from portal.audit.models import AuditRow, Operation
from portal.cdrs.datasets import CDRS
from portal.cdrs.models import Day
from portal.cdrs.reports.asked import Asked
from portal.jobs.files import place
from portal.jobs.kinds import Kind, kind_of, register
from portal.jobs.models import Job, Queue
from portal.jobs.models import State as JobState
from portal.platforms.models import Platform
from portal.service import Request, call
from portal.service.models import Transfer, Way
from portal.service.objects import card_name
from portal.service.transfers import transfer
from portal.store import store
from portal.vos3000.simulator.state import State
from tests.cdrs.keeping import keep_rows

OWN_AGENT, OWN, FOREIGN = "1000", "1100", "2000"
PINS = {OWN: "5500000001", FOREIGN: "5500000002"}
BOUND = {OWN: "13900000001", FOREIGN: "13900000002"}
ENTRY = {OWN: "13700000001", FOREIGN: "13700000002"}
PHONES = {OWN: "02000000001", FOREIGN: "02000000002"}
GATEWAYS = {OWN: "own-gateway", FOREIGN: "foreign-gateway"}
RATES = {OWN: "own-rates", FOREIGN: "foreign-rates"}
FOREIGN_NAMES = (f"'{FOREIGN}'", *(named[FOREIGN] for named in (PINS, BOUND, ENTRY, PHONES, GATEWAYS, RATES)))
NOTHING = "7777777"
JOB = "an export"
HIGH = 910_000
Given = dict[str, str]
Three = tuple[Given, Given, Given]
Numbers = dict[str, dict[str, str]]


def furnish(state: State) -> Numbers:
    """Give an account of either tree one of everything; return the numbers the softswitch gave, by account and kind.

    The numbers are high, so that none of them is by chance that of something of the portal's own.
    """
    state.numbers.update(dict.fromkeys(("conversion", "suite order", "current suite"), HIGH))
    return {account: _furnished(state, account) for account in (OWN, FOREIGN)}


def _furnished(state: State, account: str) -> dict[str, str]:
    e164, pin = PHONES[account], PINS[account]
    state.rate_groups.put(RATES[account], {"name": RATES[account]})
    state.rates[RATES[account]] = []
    state.accounts.change(account, {"feeRateGroup": RATES[account]})
    state.phones.put(e164, {"e164": e164, "account": account, "password": "a-secret-of-a-phone"})
    state.active_cards.put(pin, {"pin": pin, "account": account, "password": "135790"})
    state.bound_numbers.put(BOUND[account], {"e164": BOUND[account], "pin": pin})
    state.phone_books.put((account, ENTRY[account]), {"account": account, "e164": ENTRY[account], "name": "Front desk"})
    state.mapping_gateways.put(GATEWAYS[account], {"name": GATEWAYS[account], "account": account, "password": "a-secret-of-a-gateway"})
    conversion = state.next_id("conversion")
    state.conversions.put(conversion, {"id": conversion, "e164": e164, "account": account, "mappingGatewayCallerE164": "95000"})
    orders = {
        f"{kind} {thing}": number
        for kind, owner in (("account", (2, account)), ("phone", (6, e164)))
        for thing, number in _order(state, owner)
    }
    return {"conversion": str(conversion), **orders}


def _order(state: State, owner: tuple[int, str]) -> Iterator[tuple[str, str]]:
    order, current = state.next_id("suite order"), state.next_id("current suite")
    state.suite_orders.put(order, {"id": order, "suiteId": 1, "availableTime": 0, "owner": owner})
    state.current_suites.put(current, {"id": current, "suiteId": 1, "suiteOrderId": order, "owner": owner})
    yield "order", str(order)
    yield "suite", str(current)


@dataclass
class Things:
    """The parameters of addresses by the kind of thing they name; ``made`` are things of the portal's own."""

    numbers: Numbers
    made: dict[str, Three] = field(default_factory=dict)

    def own(self, kind: str) -> Given:
        """Return what names a thing of the agent's tree."""
        return self.made[kind][0] if kind in self.made else self._of(kind, OWN, OWN)

    def pairs(self, kind: str) -> Iterator[tuple[Given, Given]]:
        """Yield what names a thing of another tree, and in its place nothing; of what hangs on an owner also below an own one."""
        if kind in self.made:
            yield self.made[kind][1], self.made[kind][2]
            return
        foreign, own = self._of(kind, FOREIGN, FOREIGN), self._of(kind, OWN, FOREIGN)
        name = "owner" if "owner" in foreign else "key"
        yield foreign, foreign | {name: NOTHING}
        if {"owner", "key"} <= own.keys():
            yield own, own | {"key": NOTHING}

    def _of(self, kind: str, owner: str, account: str) -> Given:
        numbers = self.numbers[account]
        named = {
            "account": {"key": account},
            "phone": {"key": PHONES[account]},
            "owner": {"owner": account},
            "phone owner": {"owner": PHONES[account]},
            "card": {"owner": owner, "key": card_name(PINS[account])},
            "bound number": {"owner": owner, "key": BOUND[account]},
            "entry": {"owner": owner, "key": ENTRY[account]},
            "order": {"owner": owner, "key": numbers["account order"]},
            "suite": {"owner": owner, "key": numbers["account suite"]},
            "phone order": {"owner": PHONES[owner], "key": numbers["phone order"]},
            "phone suite": {"owner": PHONES[owner], "key": numbers["phone suite"]},
            "conversion": {"owner": owner, "key": numbers["conversion"]},
            "gateway": {"key": GATEWAYS[account]},
            "rate group": {"key": RATES[account]},
            "routing": {"key": "carrier-beijing-01"},
        }
        return {"slug": "harbour", **named[kind]} if kind else {}


def made(platform: Platform) -> dict[str, Three]:
    """Make the portal's own things: a write by either agent, its rows, a person of either, a payment."""
    writes = [_renamed(platform, name, account) for name, account in (("north", OWN), ("south", FOREIGN))]
    rows = [str(AuditRow.objects.filter(operation=each).latest("id").pk) for each in writes]
    people = [_person(platform, name, account) for name, account in (("north", OWN), ("south", FOREIGN))]
    notices = [
        str(Notice.objects.create(user=User.objects.get(username=name), event="access:factor:reset").pk) for name in ("north", "south")
    ]
    role = RoleRow.objects.create(slug="readers", title="Readers", rights=["accounts:account:read"])
    elsewhere = Platform.objects.create(slug="elsewhere", name="Elsewhere", base_url="http://127.0.0.1:9", time_zone="UTC")
    return {
        "platform": ({"slug": platform.slug}, {"slug": elsewhere.slug}, {"slug": "no-such"}),
        "operation": _three("operation_id", [str(each) for each in writes], str(uuid.uuid4())),
        "audit row": _three("number", rows, NOTHING),
        "person": (people[0], people[1], {"pk": NOTHING, "log_in": NOTHING, "link": NOTHING}),
        "notice": _three("number", notices, NOTHING),
        "saved report": _three("pk", [_saved(platform, name) for name in ("north", "south")], NOTHING),
        "role": _three("slug", [role.slug, role.slug], "none-such"),
        "call": _calls(platform),
        "day that differs": _day(platform),
        "payment": _payments(platform),
        "job": _jobs(platform),
        "transfer": _transfers(platform),
    }


def _three(name: str, made: list[str], nowhere: str) -> Three:
    own, foreign = made
    return {name: own}, {name: foreign}, {name: nowhere}


def _saved(platform: Platform, name: str) -> str:
    asked = Asked(report="by-account", platform=platform.slug).as_json()
    owner = User.objects.get(username=name)
    return str(SavedReport.objects.create(owner=owner, title="Fees", kind="report", platform=platform, asked=asked, pk=HIGH + owner.pk).pk)


def _renamed(platform: Platform, name: str, account: str) -> uuid.UUID:
    """Have an agent change a phone of their tree."""
    agent = Actor.person(User.objects.get(username=name))
    result = call(agent, platform, Request("ModifyPhone", {"e164": PHONES[account], "displayNumber": "4000"}, object_key=PHONES[account]))
    assert result.operation is not None
    return uuid.UUID(str(result.operation.pk))


def _calls(platform: Platform) -> Three:
    """Keep a call of either tree."""
    at = timezone.now()
    start, today = int(at.timestamp()) * 1000, timezone.localdate(at, ZoneInfo(platform.time_zone))
    keep_rows(
        platform,
        [{"account": account, "start": start, "flowNo": HIGH + n, "holdTime": 5} for n, account in enumerate((OWN, FOREIGN))],
        [OWN, FOREIGN],
        today,
        today,
    )
    own, foreign = ({"slug": platform.slug, "start": str(start), "flow_no": str(HIGH + n)} for n in range(2))
    return own, foreign, {**foreign, "flow_no": NOTHING}


def _day(platform: Platform) -> Three:
    """Keep a day whose calls are not those of the softswitch's report."""
    pairs = {"calls": ["1", "2"], "fee": ["0.5", "1.25"], "seconds": ["60", "120"]}
    differences = {"rule": "start", "compared": 2, "differing": 1, "accounts": [{"account": OWN, **pairs}], "totals": pairs}
    Day.objects.create(
        platform=platform, dataset=CDRS.name, day=date(2026, 1, 1), checked_at=timezone.now(), agrees=False, differences=differences
    )
    own, nothing = ({"slug": platform.slug, "day": day} for day in ("2026-01-01", "2026-01-02"))
    return own, nothing, nothing


def _jobs(platform: Platform) -> Three:
    """Have an export of either agent's be done, with a file."""
    if kind_of(JOB) is None:
        register(Kind(name=JOB, title="Export", icon="download", queue=Queue.EXPORT, right=Own.EXPORT_ACCOUNTS, work=lambda _held: None))
    own, foreign = (_exported(platform, name) for name in ("north", "south"))
    return own, foreign, {"job_id": str(uuid.uuid4())}


def _exported(platform: Platform, name: str) -> Given:
    owner = User.objects.get(username=name)
    known = {"kind": JOB, "queue": Queue.EXPORT, "scope": "", "platform": platform, "state": JobState.DONE, "finished_at": timezone.now()}
    job = Job(owner=owner, owner_name=name, **known)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        draft.write_bytes(b"account\n1100\n")
        size = store().put(draft, place(job, "accounts.csv"))
    job.files = [{"name": "accounts.csv", "path": place(job, "accounts.csv"), "size": size, "type": "text/csv", "rows": 1}]
    job.save()
    return {"job_id": str(job.pk)}


def _payments(platform: Platform) -> Three:
    own, foreign = ({"slug": platform.slug, "operation_id": _paid(platform, account)} for account in (OWN, FOREIGN))
    return own, foreign, {"slug": platform.slug, "operation_id": str(uuid.uuid4())}


def _paid(platform: Platform, account: str) -> str:
    values = {"ownerName": account, "ownerType": 2, "money": Decimal("1.25")}
    result = call(Actor.person(User.objects.get(username="finance")), platform, Request("Pay", values))
    assert isinstance(result.operation, Operation)
    return str(result.operation.pk)


def _transfers(platform: Platform) -> Three:
    """Move money within the tree; another agent's transfer is in the list of the portal only."""
    north, token = User.objects.get(username="north"), uuid.uuid4()
    mine = transfer(Actor.person(north), platform, token, OWN_AGENT, OWN, Decimal("0.5"), Way.DOWN)
    other = Transfer.objects.get(pk=mine.pk)
    other.pk, other.agent, other.account, other.debited, other.user_id = uuid.uuid4(), FOREIGN, "2001", FOREIGN, None
    other.debit, other.credit, other.pay_back = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    other.save(force_insert=True)
    mine_given, other_given = ({"slug": platform.slug, "transfer_id": str(each.pk)} for each in (mine, other))
    return mine_given, other_given, {"slug": platform.slug, "transfer_id": str(uuid.uuid4())}


def _person(platform: Platform, parent: str, account: str) -> Given:
    """Make somebody whom an agent let in, with a log-in and a link that is suspended."""
    user = User.objects.create_user(f"{parent}-desk", "a-long-word-for-tests", role=Role.AGENT, parent=User.objects.get(username=parent))
    now = timezone.now()
    link = AccountLink.objects.create(user=user, platform=platform, account=account, suspended_at=now)
    log_in = LogIn.objects.create(user=user, name=parent, session_key=f"key-of-{parent}", opened_at=now, seen_at=now)
    return {"pk": str(user.pk), "log_in": str(log_in.pk), "link": str(link.pk)}
