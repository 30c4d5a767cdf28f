"""What is recorded is what is read again, on every database, and any change of it shows."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portal.audit import chain, triggers
from portal.audit.faults import Broken, holds
from portal.audit.models import AuditHead, AuditRow, Operation
from portal.audit.record import record_event, record_intent
from portal.audit.verify import verify
from portal.platforms.models import Platform
from tests.audit.rows import MEI, recorded

EACH = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

texts = st.text(st.characters(codec=None), max_size=12)
numbers = st.one_of(st.integers(-(10**30), 10**30), st.floats(), st.sampled_from([1e22, -0.0, 1e16, 1e-7, 1e300, 5e-324, 0.1, 10**22]))
leaves = st.one_of(st.none(), st.booleans(), numbers, texts, st.decimals(allow_nan=False), st.datetimes())
json_values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3) | st.tuples(inner), max_leaves=8
)
LEAVES: tuple[Any, ...] = ("?", 3, [], False)
objects = st.none() | st.dictionaries(texts, json_values, max_size=4)


@contextmanager
def _undone() -> Iterator[None]:
    """Leave the database as it was: an example is a test of its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@EACH
@given(before=objects, after=objects, text=texts, name=texts)
def test_anything_survives_the_way_through_the_database(db: None, before: Any, after: Any, text: str, name: str) -> None:
    with _undone():
        row = record_event(MEI, "x:y:z", before=before, after=after, text=text, object_key=name)  # type: ignore[arg-type]
        again = AuditRow.objects.get()
        assert holds(row)
        assert holds(again)
        assert chain.told(again) == chain.told(row)
        assert again.previous == chain.BEGIN


def _mutations(value: Any) -> Iterator[Any]:
    """Yield values that tell something else than this one."""
    others: list[Any] = [None, {}, {"x": 1}, {"x": "1"}, {"x": True}, {"x": None}]
    yield from (each for each in others if not same(each, value))
    if isinstance(value, dict):
        for name in value:
            less = {key: each for key, each in value.items() if key != name}
            yield less
            yield from ({**value, name: each} for each in LEAVES if not same(each, value[name]))
            yield {**less, f"{name}!": value[name]}


def same(one: Any, other: Any) -> bool:
    return repr(chain._plain(one)) == repr(chain._plain(other))


@EACH
@given(value=objects, data=st.data())
def test_any_change_of_what_was_read_before_or_after_is_found(db: None, value: Any, data: st.DataObject) -> None:
    with _undone():
        record_event(MEI, "x:y:z", before=value)  # type: ignore[arg-type]
        row = AuditRow.objects.get()
        other = data.draw(st.sampled_from(list(_mutations(row.before))))
        _without_triggers("UPDATE audit_auditrow SET before = %s", _as_kept(other))
        with pytest.raises(Broken, match="row 1: "):
            verify()


def _as_kept(value: Any) -> Any:
    field = AuditRow._meta.get_field("before")
    return field.get_db_prep_save(value, connection)


def _without_triggers(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        for each in triggers.removing(connection.vendor):
            cursor.execute(each)
        cursor.execute(statement, values)


def _values(field_type: str) -> st.SearchStrategy[Any]:
    kept = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=10)
    whole = st.integers(0, 10**6)
    instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
    return {"UUIDField": st.uuids(), "DateTimeField": instants, "CharField": kept, "TextField": kept}.get(field_type, whole)


COLUMNS = [field for field in AuditRow._meta.concrete_fields if field.attname not in {"before", "after"}]


@EACH
@given(data=st.data())
def test_any_change_of_a_column_is_found(ten: list[AuditRow], data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(COLUMNS))
    row = data.draw(st.sampled_from(ten))
    value = data.draw(_values(field.get_internal_type()))
    taken = set(range(11)) if field.attname in {"id", "number"} else {getattr(row, field.attname)}
    assume(value not in taken)
    with _undone():
        kept = field.get_db_prep_save(value, connection)
        change = f"UPDATE audit_auditrow SET {field.column} = %s WHERE number = %s"  # noqa: S608 - a column of ours
        _without_triggers(change, kept, row.number)
        with pytest.raises(Broken) as caught:
            verify()
        assert caught.value.number == row.number


def test_a_seal_is_bound_to_its_place_and_to_what_it_tells() -> None:
    tells = {"text": "a"}
    seal = chain.seal(tells, 5, chain.BEGIN)
    assert seal == chain.seal({"text": "a"}, 5, chain.BEGIN)
    others = [chain.seal(tells, 6, chain.BEGIN), chain.seal(tells, 5, "1" * 64), chain.seal({"text": "b"}, 5, chain.BEGIN)]
    assert len({seal, *others}) == 4
    assert chain.signature("checkpoint", tells) != chain.signature("archive", tells)


def test_the_same_instant_and_number_are_sealed_alike() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=8)))
    assert chain.seal({"at": noon, "x": 1e22}, 1, "") == chain.seal({"at": there, "x": 10**22}, 1, "")
    assert chain.seal({"x": -0.0}, 1, "") == chain.seal({"x": 0}, 1, "")
    assert chain.seal({"x": 1}, 1, "") != chain.seal({"x": True}, 1, "")


def test_a_later_column_leaves_older_seals_as_they_are(ten: list[AuditRow]) -> None:
    row = copy.copy(ten[0])
    row.platform_name = ""
    assert "platform_name" not in chain.told(row)


def test_rows_carry_the_account_of_their_operation(db: None) -> None:
    platform = Platform.objects.create(slug="a", name="A", base_url="http://192.0.2.1", time_zone="UTC")
    undone = uuid.uuid4()
    operation = Operation.objects.create(
        platform=platform, interface="Pay", resource="account", object_key="1000", account="1000", undoes=undone
    )
    assert record_intent(MEI, operation, before=None, after={"money": Decimal("1.10")}).account == "1000"
    assert Operation.objects.get(undoes=undone).account == "1000"


def test_rows_that_are_rolled_back_leave_no_gap(db: None) -> None:
    recorded(2)
    with transaction.atomic():
        recorded(3)
        transaction.set_rollback(True)
    recorded(1)
    assert list(AuditRow.objects.order_by("id").values_list("id", "number")) == [(1, 1), (2, 2), (3, 3)]
    assert AuditHead.objects.get().number == 3


def test_rows_added_at_once_are_chained_too(db: None) -> None:
    AuditRow.objects.bulk_create(AuditRow(kind="event", event="x:y:z") for _ in range(5))
    AuditRow.objects.bulk_create([])
    AuditRow.objects.create(kind="event", event="x:y:z")
    rows = list(AuditRow.objects.order_by("number"))
    assert [row.number for row in rows] == [1, 2, 3, 4, 5, 6]
    assert [row.previous for row in rows] == [chain.BEGIN, *(row.hash for row in rows[:-1])]
    assert all(holds(row) for row in rows)
