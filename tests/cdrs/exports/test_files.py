"""What is in the files: every row once, exact, in the reader's words, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import openpyxl
import pytest

from portal.access.models import RoleRow
from portal.cdrs.conditions import Condition, How
from portal.cdrs.exports import slices, work
from portal.cdrs.exports.limits import OverLimit
from portal.cdrs.exports.wanted import Format
from portal.cdrs.models import Day
from portal.cdrs.seen import Span
from portal.cdrs.spreadsheet import guard, guarded
from portal.jobs.models import Job, State
from tests.cdrs.exports.calls import HOSTILE

Exported = Callable[..., Job]
Content = Callable[[Job], list[bytes]]
Rows = list[dict[str, Any]]


def _lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_csv_has_every_row_once_and_guards_what_would_run(kept: Rows, exported: Exported, content: Content) -> None:
    job = exported("vera", Format.CSV, columns=("callerE164", "fee", "flowNo"))
    (data,) = content(job)
    head, *lines = _lines(data)
    assert data.startswith(b"\xef\xbb\xbf")
    assert head == ["Caller billed", "Charge (USD)", "Flow number"]
    assert [line[0] for line in lines] == [guarded(row["callerE164"]) for row in kept]
    assert sum(Decimal(line[1]) for line in lines) == sum(Decimal(str(row["fee"])) for row in kept)
    assert [int(line[2]) for line in lines] == [row["flowNo"] for row in kept]
    assert job.files[0]["rows"] == len(kept) == job.done
    assert job.files[0]["name"] == "cdrs-harbour-2026-10-23--2026-10-26.csv"


def test_csv_is_the_same_where_nothing_is_noted_of_a_file(kept: Rows, exported: Exported, content: Content) -> None:
    noted = content(exported("vera", Format.CSV, zone="Europe/Berlin"))
    for day in Day.objects.all():
        day.files = [{name: value for name, value in each.items() if name != "noted"} for each in day.files]
        day.save()
    Job.objects.all().delete()
    assert content(exported("vera", Format.CSV, zone="Europe/Berlin")) == noted


@pytest.mark.parametrize("text", [*HOSTILE, "+1 2", "'", "--1", "-1.", "+49-30", "\u00e9", "\uff1d1", "a\x00b"])
def test_guard_is_the_same_as_that_of_lists(text: str) -> None:
    relation = duckdb.from_query("SELECT $text AS given", params={"text": text})
    assert relation.project(guard("given")).fetchall() == [(guarded(text),)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"])
def test_instants_are_in_the_zone_across_a_change_of_the_clock(kept: Rows, exported: Exported, content: Content, zone: str) -> None:
    head, *lines = _lines(content(exported("vera", Format.CSV, columns=("start", "stop"), zone=zone))[0])
    assert head == [f"Start ({zone})", f"End ({zone})"]
    told = [[_clock(row["start"], zone), _clock(row["stop"], zone)] for row in kept]
    assert lines == told


def _clock(moment_ms: int, zone: str) -> str:
    return f"{datetime.fromtimestamp(moment_ms // 1000, ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" if moment_ms else ""


def test_codes_stand_beside_their_names_in_the_language(kept: Rows, exported: Exported, content: Content) -> None:
    told = {}
    for language in ("en", "zh-hans"):
        data = content(exported("vera", Format.CSV, columns=("endDirection", "holdTime"), language=language))[0]
        told[language] = _lines(data)
    assert told["en"][0] == ["Ended by", "Talk time (s)"]
    assert told["zh-hans"][0] == ["挂断方", "通话时长 (秒)"]
    assert told["en"][6][0].startswith("9 – ")
    assert told["en"][2][0].startswith("1 – ")
    assert told["en"][2] != told["zh-hans"][2]


def test_zip_holds_the_same_csv(kept: Rows, exported: Exported, content: Content) -> None:
    plain, packed = exported("vera", Format.CSV), exported("vera", Format.ZIP)
    with zipfile.ZipFile(io.BytesIO(content(packed)[0])) as archive:
        (name,) = archive.namelist()
        assert archive.testzip() is None
        assert archive.read(name) == content(plain)[0]
    assert name.endswith(".csv")


def test_xlsx_has_text_numbers_and_dates(kept: Rows, exported: Exported, content: Content) -> None:
    columns = ("callerE164", "calleeE164", "fee", "start", "stop", "flowNo", "callLevel")
    job = exported("vera", Format.XLSX, columns=columns, zone="Europe/Berlin")
    head, *lines = openpyxl.load_workbook(io.BytesIO(content(job)[0]))["CDRs"].iter_rows(values_only=True)
    assert head[2:5] == ("Charge (USD)", "Start (Europe/Berlin)", "End (Europe/Berlin)")
    assert [line[1] for line in lines] == [row["calleeE164"] for row in kept]
    assert sum(Decimal(str(line[2])) for line in lines) == sum(Decimal(str(row["fee"])) for row in kept)
    assert [line[3] for line in lines] == [
        datetime.fromtimestamp(row["start"] // 1000, ZoneInfo("Europe/Berlin")).replace(tzinfo=None) for row in kept
    ]
    assert [line[4] is None for line in lines] == [row["stop"] == 0 for row in kept]
    assert [line[5] for line in lines] == [str(row["flowNo"]) for row in kept]
    assert lines[0][0] == "=1+1"
    assert lines[21][0] == "\N{REPLACEMENT CHARACTER}bell"


def test_parquet_has_wire_names_and_types(kept: Rows, exported: Exported, content: Content, tmp_path: Path) -> None:
    path = tmp_path / "calls.parquet"
    path.write_bytes(content(exported("vera", Format.PARQUET))[0])
    calls = duckdb.read_parquet(str(path))
    kinds = dict(zip(calls.columns, map(str, calls.types), strict=True))
    assert kinds["fee"] == "DECIMAL(18,8)"
    assert kinds["start"] == "TIMESTAMP WITH TIME ZONE"
    assert kinds["flowNo"] == "BIGINT"
    told = calls.aggregate("sum(fee), count(*), list(epoch_ms(start))").fetchone()
    assert told == (sum(Decimal(str(row["fee"])) for row in kept), len(kept), [row["start"] for row in kept])


@pytest.mark.parametrize("format_", Format)
def test_no_rows_and_one_row(kept: Rows, exported: Exported, content: Content, format_: Format) -> None:
    nothing = exported("vera", format_, accounts=("nobody",))
    one = exported("vera", format_, conditions=(Condition("flowNo", How.IS, str(kept[0]["flowNo"])),))
    assert [each["rows"] for each in nothing.files + one.files] == [0, 1]
    assert all(content(nothing))


@pytest.mark.parametrize("format_", Format)
def test_a_long_export_is_split_and_loses_nothing(
    kept: Rows, exported: Exported, content: Content, format_: Format, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(work.MOST_ROWS, format_, 100)
    monkeypatch.setattr(work, "AT_ONCE", 30)
    job = exported("vera", format_, columns=("flowNo", "start"))
    assert [each["name"].rpartition("-")[2] for each in job.files] == [f"part{n + 1}.{format_}" for n in range(len(job.files))]
    assert len(job.files) >= 3
    assert max(each["rows"] for each in job.files) <= 100
    numbers = [int(number) for data in content(job) for number in _numbers(data, format_, tmp_path)]
    assert sorted(numbers) == [row["flowNo"] for row in kept]
    assert job.result["rows"] == job.done == len(kept)


def _numbers(data: bytes, format_: Format, folder: Path) -> list[Any]:
    if format_ is Format.XLSX:
        return [line[0] for line in openpyxl.load_workbook(io.BytesIO(data))["CDRs"].iter_rows(min_row=2, values_only=True)]
    if format_ is Format.PARQUET:
        path = folder / "part.parquet"
        path.write_bytes(data)
        return [number for (number,) in duckdb.read_parquet(str(path)).project('"flowNo"').fetchall()]
    if format_ is Format.ZIP:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = archive.read(archive.namelist()[0])
    return [line[0] for line in _lines(data)[1:]]


def test_small_export_is_in_the_order_of_the_screen(kept: Rows, exported: Exported, content: Content) -> None:
    lines = _lines(content(exported("vera", Format.CSV, columns=("fee",), sort="fee", descending=True))[0])[1:]
    fees = [Decimal(line[0]) for line in lines]
    assert fees == sorted(fees, reverse=True)


def test_sliced_export_has_one_order_over_fragments_too(
    kept: Rows, exported: Exported, content: Content, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "AT_ONCE", 30)
    job = exported("vera", Format.CSV, columns=("start", "account"), zone="Asia/Shanghai")
    lines = _lines(content(job)[0])[1:]
    assert len(lines) == len(kept)
    assert [line[0][:10] for line in lines] == sorted(line[0][:10] for line in lines)
    assert Day.objects.exclude(rows=0).count() > 1
    again = exported("vera", Format.CSV, columns=("start", "account"), zone="Asia/Shanghai")
    assert content(again) == content(job)


def test_agent_gets_own_rows_without_hidden_columns(kept: Rows, tree: None, exported: Exported, content: Content) -> None:
    job = exported("north", Format.CSV)
    head, *lines = _lines(content(job)[0])
    assert "Called gateway" not in head
    assert {line[head.index("Account")] for line in lines} == {"1000", "1001"}
    assert len(lines) == sum(row["account"] != "2000" for row in kept)
    assert "carrier-1" not in content(job)[0].decode()


def test_role_limits_rows_when_started_and_when_run(kept: Rows, exported: Exported) -> None:
    RoleRow.objects.update_or_create(slug="finance", defaults={"export_rows": 100})
    with pytest.raises(OverLimit, match="240 calls; your role may export at most 100"):
        exported("vera", Format.CSV)
    RoleRow.objects.filter(slug="finance").update(export_rows=None, export_day=1)
    assert exported("vera", Format.CSV).state == State.DONE
    with pytest.raises(OverLimit, match="at most 1 exports"):
        exported("vera", Format.ZIP)


def test_quarters_keep_every_row_at_any_size(kept: Rows) -> None:
    counts = {n * slices.QUARTER_MS: 7 for n in range(200)}
    for most in (1, 7, 50, 700, 10_000):
        found = slices.cut(Span(5, 10**10), counts, "Asia/Shanghai", most)
        assert found[0].span.begin_ms == 5
        assert found[-1].span.end_ms == 10**10
        assert all(one.span.end_ms == other.span.begin_ms for one, other in pairwise(found))
        assert sum(each.rows for each in found) == 1400
        assert all(each.rows <= max(most, 7) for each in found)
