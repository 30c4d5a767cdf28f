"""Filling the mirror of a platform: the list of its accounts, the accounts, their phones and numbers, which are online, the gateways.

A pass can break off anywhere: what was read is kept, and the next goes on from there. Objects are buried only where a whole
answer no longer has them. What cannot be read by itself is left out and told, and does not stand in the way of the rest. Every read is
made in the portal's own name, so nothing secret is asked for or kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from django.utils import timezone

from portal.access.actor import Actor
from portal.directory.models import Account, BoundNumber, Gateway, Phone, Refresh
from portal.directory.refresh import bury, known_keys, mark_online, put, take_stock
from portal.platforms.models import Platform
from portal.service.bulk import bulk_rows
from portal.service.errors import DoorError
from portal.service.mirror_batches import Batch, Batches
from portal.service.mirror_lease import Lease, LeaseLost, unfinished
from portal.service.mirror_left_out import LeftOut, in_words
from portal.service.mirror_listed import NobodyListed, surely_gone
from portal.service.objects import NOT_FOUND
from portal.service.request import Request
from portal.vos3000.check import request_problems
from portal.vos3000.client import Rows
from portal.vos3000.errors import Refused, VosError
from portal.vos3000.schema.base import Text
from portal.vos3000.schema.registry import INTERFACES

ACTOR = Actor.system("directory")
BOUND = "bindedE164s"
ACCOUNT_FIELDS = (*Account.wire, BOUND)
PHONE_FIELDS = tuple(Phone.wire)
GATEWAY_FIELDS = tuple(Gateway.wire)
BRIEF_FIELDS = ("account", "money", "limitMoney")
WITH_BALANCES, NAMES_ONLY = 1, 0

#: The rest after each call, as a part of the time that the call took.
PACE = 0.5
#: A pass over everything is due after this, or after so many times what the last one took.
EVERY = timedelta(minutes=10)
TIMES = 10
#: A pass that broke off longer ago starts anew.
RESUMES_WITHIN = timedelta(hours=2)
#: A worker hands on after this, so that no task runs for long.
PIECE_S = 240.0
ONLINE, GATEWAYS = "GetAllPhoneOnline", "GetGatewayMapping"


class End(StrEnum):
    """How the work on a platform ended."""

    DONE = "done"
    PARTLY = "partly"
    MORE = "more"
    HELD = "held"
    FAILED = "failed"


class Stage(StrEnum):
    """Where a pass stands; the order is that of the work."""

    ACCOUNTS = "accounts"
    PHONES = "phones"
    ONLINE = "online"


class PieceOver(Exception):
    """Time to hand on to the next task."""


def refresh_mirror(platform: Platform, *, everything: bool = False, pace: float = PACE, piece_s: float = PIECE_S) -> End:
    """Bring a platform's mirror up to date: always balances and registrations, every object when that is due or wanted."""
    lease = Lease.take(platform)
    if lease is None:
        return End.HELD
    work = Pass(platform, lease, pace=pace, piece_s=piece_s)
    try:
        work.run(everything=everything)
    except PieceOver:
        lease.release()
        return End.MORE
    except LeaseLost:
        return End.HELD
    except (VosError, DoorError) as error:
        lease.release(in_words(error))
        return End.FAILED
    except BaseException:
        lease.release(Text("The refresh was interrupted.", "刷新被中断。"))
        raise
    lease.release()
    return End.PARTLY if lease.row.left_out else End.DONE


def is_due(row: Refresh, now: datetime) -> bool:
    """Tell whether every object is to be read again: the longer that takes, the more seldom."""
    if row.finished_at is None or row.started_at is None or row.finished_at < row.started_at:
        return True
    return now - row.finished_at > max(EVERY, TIMES * (row.finished_at - row.started_at))


class Pass:
    """The work on one platform while its lease is held."""

    def __init__(self, platform: Platform, lease: Lease, *, pace: float, piece_s: float) -> None:
        self.platform = platform
        self.lease = lease
        self.left_out = LeftOut(lease)
        self.pace = pace
        self.until = time.monotonic() + piece_s

    def run(self, *, everything: bool) -> None:
        """Do what is due, from where the last pass broke off."""
        now = timezone.now()
        going_on = unfinished(self.lease.row, now, RESUMES_WITHIN)
        if going_on:
            everything = True
        elif everything := everything or is_due(self.lease.row, now):
            self.lease.note(started_at=now, stage=Stage.ACCOUNTS, cursor="", done=0, total=0, left_out={})
        listed, new = self._list_accounts()
        if everything:
            self._read_everything(listed)
        else:
            self._read_new(sorted(self.left_out.without("GetCustomer", "accounts", new)))
        self._by_itself(ONLINE, self._read_online)
        if everything:
            self._by_itself(GATEWAYS, self._read_gateways)
            take_stock()
            self.lease.note(finished_at=timezone.now(), stage="", cursor="")

    def _by_itself(self, interface: str, read: Callable[[], None]) -> None:
        """Do a step that the others can do without: a platform may not offer it, or not to this portal's address."""
        if not self.platform.offers(interface):
            return
        try:
            read()
        except (VosError, DoorError) as error:
            self.left_out.step(interface, error)
        else:
            self.left_out.done(interface)

    def _read_new(self, accounts: Sequence[str]) -> None:
        self.lease.note(cursor="")
        self._read_accounts(accounts)
        self.lease.note(cursor="")
        self._read_phones(accounts)

    def _read_everything(self, listed: Sequence[str]) -> None:
        began = self.lease.row.started_at
        if self.lease.row.stage == Stage.ACCOUNTS:
            self._read_accounts(listed)
            self.lease.note(stage=Stage.PHONES, cursor="", done=0, accounts_at=began)
        if self.lease.row.stage == Stage.PHONES:
            self._read_phones(listed)
            self._look_for_strays(set(listed))
            self.lease.note(stage=Stage.ONLINE, cursor="", phones_at=began)

    # The list of accounts

    def _list_accounts(self) -> tuple[list[str], set[str]]:
        """Read the list of all accounts with their balances; return their numbers in order, and which of them are new."""
        read_at = timezone.now()
        known = known_keys(self.platform, Account)
        listed, whole = self._listed(known, read_at)
        if not listed and (known or not whole):
            raise NobodyListed
        if whole:
            bury(self.platform, Account, surely_gone(self.lease, known, listed, read_at), read_at)
        self.lease.note(balances_at=read_at, total=len(listed))
        return sorted(listed), listed - known

    def _listed(self, known: set[str], read_at: datetime) -> tuple[set[str], bool]:
        """Return the accounts listed and whether the answer was whole; balances of the known ones are kept."""
        briefs = self._briefs()
        if briefs:
            put(self.platform, Account, (row for row in briefs if row.account in known), read_at, whole=False)  # type: ignore[attr-defined]
            return _askable("GetCustomer", "accounts", (row.account for row in briefs)), _is_whole(briefs)  # type: ignore[attr-defined]
        names = self._rows("GetAllCustomers", {"type": NAMES_ONLY}, name="accounts")
        return _askable("GetCustomer", "accounts", names), _is_whole(names)

    def _briefs(self) -> Rows | None:
        """Return all accounts with balances; None where the platform does not know that way of asking."""
        try:
            return self._rows("GetAllCustomers", {"type": WITH_BALANCES}, BRIEF_FIELDS, name="infoCustomerBriefs")
        except Refused:
            return None

    # The accounts

    def _read_accounts(self, accounts: Sequence[str]) -> None:
        for batch in self._batches(accounts, "GetCustomer", "accounts", ACCOUNT_FIELDS):
            put(self.platform, Account, batch.rows, batch.read_at)
            self._take_bound_numbers(batch)

    def _take_bound_numbers(self, batch: Batch) -> None:
        """Take in the bound numbers that accounts tell of; a number has to be read by itself where its card is wanted."""
        rows = [{"e164": number, "account": row.account} for row in batch.rows for number in getattr(row, BOUND) or ()]  # type: ignore[attr-defined]
        seen = put(self.platform, BoundNumber, rows, batch.read_at)
        if batch.whole:
            bury(self.platform, BoundNumber, known_keys(self.platform, BoundNumber, account__in=batch.keys) - seen, batch.read_at)

    # Mapping gateways

    def _read_gateways(self) -> None:
        """Read whose the mapping gateways are: the answer has all of them."""
        read_at = timezone.now()
        rows = self._rows(GATEWAYS, {}, GATEWAY_FIELDS)
        seen = put(self.platform, Gateway, rows, read_at)
        if _is_whole(rows):
            bury(self.platform, Gateway, known_keys(self.platform, Gateway) - seen, read_at)

    # Their phones

    def _read_phones(self, accounts: Sequence[str]) -> None:
        for batch in self._batches(accounts, "GetPhone", "accounts", PHONE_FIELDS):
            seen = put(self.platform, Phone, batch.rows, batch.read_at)
            if batch.whole:
                self._ask_for(known_keys(self.platform, Phone, account__in=batch.keys) - seen)

    def _look_for_strays(self, listed: set[str]) -> None:
        """Ask by number for the phones of no account that is listed."""
        phones = Phone.objects.filter(platform=self.platform, gone_at=None).values_list("e164", "account")
        self._ask_for({e164 for e164, account in phones.iterator(chunk_size=5000) if account not in listed})

    def _ask_for(self, numbers: Collection[str]) -> None:
        """Ask for phones by number: those that moved are taken in, those that are gone are buried."""
        aside = []
        for batch in Batches(self.pace).read(sorted(numbers), self._read_numbers):
            found = put(self.platform, Phone, batch.rows, batch.read_at)
            if batch.failure is not None:
                aside.append(batch)
            elif batch.whole:
                bury(self.platform, Phone, set(batch.keys) - found, batch.read_at)
        self.left_out.batches("GetPhone", "e164s", aside)

    def _read_numbers(self, numbers: Sequence[str]) -> Rows:
        """Read phones by number; that a single one is not found is an answer, and a whole one."""
        try:
            return self._read("GetPhone", "e164s", PHONE_FIELDS, numbers)
        except Refused as refused:
            if len(numbers) == 1 and refused.ret_code == NOT_FOUND:
                return Rows([], warning=None, oddities=(), seconds=0.0)
            raise

    def _read_online(self) -> None:
        """Note which phones are registered; numbers that nobody knew yet are asked for."""
        read_at = timezone.now()
        online = _askable("GetPhone", "e164s", self._rows(ONLINE, {}, name="e164s"))
        mark_online(self.platform, online)
        self.lease.note(online_at=read_at)
        self._by_itself("GetPhone", partial(self._ask_for_new, online))

    def _ask_for_new(self, online: set[str]) -> None:
        """Take in the registered phones that nobody knew yet."""
        if new := self.left_out.without("GetPhone", "e164s", online - known_keys(self.platform, Phone)):
            self._ask_for(new)
            mark_online(self.platform, online)

    # Reading

    def _batches(self, keys: Sequence[str], interface: str, by: str, wanted: tuple[str, ...]) -> Iterator[Batch]:
        """Yield batches from the cursor on; the cursor follows when one has been worked on.

        What is set aside counts as left out once anything behind it was answered, or all was asked for and something answered.
        """
        rest = [key for key in keys if key > self.lease.row.cursor]
        done, aside = len(keys) - len(rest), list[Batch]()
        for batch in Batches(self.pace).read(rest, partial(self._read, interface, by, wanted)):
            done += len(batch.keys)
            if batch.failure is not None:
                aside.append(batch)
                self.lease.note(done=done, total=len(keys))
                continue
            yield batch
            self.left_out.batches(interface, by, aside)
            aside.clear()
            self.lease.note(cursor=batch.keys[-1], done=done, total=len(keys))
            if time.monotonic() > self.until:
                raise PieceOver
        # Between passes a few new keys prove nothing: the last pass read others.
        if aside and aside[-1].failure and self.lease.row.stage and not self.lease.row.cursor:
            raise aside[-1].failure
        self.left_out.batches(interface, by, aside)

    def _read(self, interface: str, by: str, wanted: tuple[str, ...], keys: Sequence[str]) -> Rows:
        return self._rows(interface, {by: list(keys)}, wanted)

    def _rows(self, interface: str, values: dict[str, object], wanted: tuple[str, ...] = (), *, name: str = "") -> Rows:
        return bulk_rows(ACTOR, self.platform, Request(interface, values), wanted, name=name)


def _is_whole(rows: Rows) -> bool:
    return rows.warning is None and not rows.oddities


def _askable(interface: str, by: str, keys: Iterable[object]) -> set[str]:
    """Return the keys that can be asked for; one that no request may hold would stop all the others."""
    declared = INTERFACES[interface]
    return {key for key in keys if isinstance(key, str) and key and not request_problems(declared, {by: [key]})}
