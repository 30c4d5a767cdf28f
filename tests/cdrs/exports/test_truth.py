"""An export holds to the softswitch's truth: for every account and day, over changes of the clock and midnight, in any zone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import Role
from portal.cdrs.exports.kind import start
from portal.cdrs.exports.wanted import Format, Wanted
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.jobs.models import State
from portal.jobs.run import run_job
from portal.platforms.models import Platform
from portal.store import store
from portal.vos3000.simulator import Simulator, serve
from portal.vos3000.simulator.call import Call
from tests.cdrs.truth.collecting import collect, platform_of
from tests.cdrs.truth.test_truth import CASES, Case
from tests.cdrs.truth.truth import Sums, calls

#: Clocks go back, clocks go forward, clocks stay.
TRIED = (CASES[0], CASES[3], CASES[4])
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Shanghai")
COLUMNS = ("start", "account", "holdTime", "feeTime", "fee")
Truth = dict[tuple[str, date], tuple[int, int, int, int, Decimal]]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("case", TRIED, ids=lambda case: f"{case.zone} {case.special}")
def test_files_add_up_to_the_truth_of_every_account_and_day(case: Case) -> None:
    with serve(case.options()) as softswitch:
        platform, past = platform_of(softswitch), calls(softswitch)
        assert collect(platform, case.first, case.last).state == State.DONE
        span = _span(case, softswitch)
    for zone in ZONES:
        expected = _truth(past, zone)
        assert _added_up(_csv(platform, span, zone)) == expected
        if zone == case.zone:
            assert _added_up(_xlsx(platform, span, zone)) == expected


def _span(case: Case, softswitch: Simulator) -> Span:
    clock = softswitch.state.clock
    return Span(clock.midnight(case.first), clock.midnight(case.last + timedelta(days=1)))


def _truth(past: Iterable[Call], zone: str) -> Truth:
    """Return the softswitch's own sums by account and day of a zone."""
    found: dict[tuple[str, date], Sums] = {}
    for call in past:
        key = call.party.account, datetime.fromtimestamp(call.start / 1000, ZoneInfo(zone)).date()
        found[key] = found.get(key, Sums()).with_call(call)
    return {key: (sums.calls, sums.answered, sums.talk_s, sums.billed_s, sums.fee) for key, sums in found.items()}


def _added_up(lines: Iterable[tuple[date, str, int, int, Decimal]]) -> Truth:
    """Return the same of the lines of a file."""
    found: Truth = {}
    for day, account, talk_s, billed_s, fee in lines:
        count, answered, talked, billed, charged = found.get((account, day), (0, 0, 0, 0, Decimal(0)))
        found[account, day] = (count + 1, answered + (talk_s > 0), talked + talk_s, billed + billed_s, charged + fee)
    return found


def _csv(platform: Platform, span: Span, zone: str) -> list[tuple[date, str, int, int, Decimal]]:
    lines = csv.reader(io.StringIO(_file(platform, span, zone, Format.CSV).decode("utf-8-sig")))
    assert next(lines)[0] == f"Start ({zone})"
    return [(date.fromisoformat(at[:10]), account, int(talk), int(billed), Decimal(fee)) for at, account, talk, billed, fee in lines]


def _xlsx(platform: Platform, span: Span, zone: str) -> list[tuple[date, str, int, int, Decimal]]:
    book = openpyxl.load_workbook(io.BytesIO(_file(platform, span, zone, Format.XLSX)), read_only=True)
    lines: Any = book["CDRs"].iter_rows(min_row=2, values_only=True)
    return [(at.date(), account, int(talk), int(billed), Decimal(str(fee))) for at, account, talk, billed, fee in lines]


def _file(platform: Platform, span: Span, zone: str, format_: Format) -> bytes:
    person, _made = User.objects.get_or_create(username="vera", defaults={"role": Role.FINANCE})
    wanted = Wanted(selection=Selection(span=span), columns=COLUMNS, format=format_, zone=zone, language="en")
    job = start(Actor.person(person), platform, wanted)
    assert run_job(job.pk) == State.DONE
    job.refresh_from_db()
    (file,) = job.files
    return b"".join(store().read(file["path"], 0, file["size"] - 1))
