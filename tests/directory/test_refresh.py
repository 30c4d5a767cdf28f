"""Putting answers into the mirror."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from portal.directory.models import Account, Phone
from portal.directory.refresh import bury, mark_online, put, refresh_object
from portal.platforms.models import Platform
from portal.ui.listing.columns import struct_of
from portal.vos3000.schema.registry import RESOURCES

EARLIER = timedelta(minutes=-1)


def account(platform: Platform, number: str) -> Account:
    return Account.objects.get(platform=platform, account=number, gone_at=None)


@pytest.mark.parametrize("model", [Account, Phone])
def test_no_column_of_the_mirror_is_a_secret(model: Any) -> None:
    struct = struct_of(RESOURCES[model.__name__.lower()])
    assert [name for name in model.wire if struct[name].secret] == []


def test_a_row_keeps_wire_values_exactly(quiet: Platform) -> None:
    put(
        quiet,
        Account,
        [{"account": "1", "name": "阿里", "money": Decimal("-1234567.123456"), "lockType": 1, "canceled": True}],
        timezone.now(),
    )
    row = account(quiet, "1")
    assert (row.name, row.money, row.lock_type, row.canceled) == ("阿里", Decimal("-1234567.123456"), 1, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lockType", 2**40),
        ("lockType", "1"),
        ("validTime", 2**70),
        ("money", Decimal("1e20")),
        ("money", Decimal("NaN")),
        ("name", "x" * 300),
        ("name", "a\x00b"),
        ("name", "\ud800"),
        ("canceled", 1),
    ],
)
def test_what_a_column_cannot_hold_does_not_stop_the_rest(quiet: Platform, name: str, value: Any) -> None:
    put(quiet, Account, [{"account": "1", name: value, "memo": "kept"}, {"account": "2"}], timezone.now())
    assert account(quiet, "1").memo == "kept"
    assert account(quiet, "2").pk


def test_a_key_that_no_column_holds_is_left_out(quiet: Platform) -> None:
    assert put(quiet, Account, [{"account": "9" * 300}, {"account": "a\x00"}, {"account": ""}, {"name": "x"}], timezone.now()) == set()


def test_a_double_beyond_its_digits_is_not_written_again_and_again(quiet: Platform) -> None:
    rows = [{"account": "1", "money": Decimal("123456789.12345678901")}]
    put(quiet, Account, rows, timezone.now())
    before = account(quiet, "1").refreshed_at
    put(quiet, Account, rows, timezone.now())
    assert account(quiet, "1").refreshed_at == before


def test_what_a_whole_row_lacks_is_unset_and_what_a_brief_lacks_is_kept(quiet: Platform) -> None:
    put(quiet, Account, [{"account": "1", "name": "Name", "memo": "memo", "lockType": 1}], timezone.now())
    put(quiet, Account, [{"account": "1", "money": Decimal(5)}], timezone.now(), whole=False)
    assert (account(quiet, "1").name, account(quiet, "1").money) == ("Name", Decimal(5))
    put(quiet, Account, [{"account": "1", "name": "Name"}], timezone.now())
    assert (account(quiet, "1").memo, account(quiet, "1").lock_type, account(quiet, "1").money) == ("", None, Decimal(0))


def test_a_bulk_answer_from_before_does_not_undo_what_was_read_since(quiet: Platform) -> None:
    began = timezone.now() + EARLIER
    refresh_object(quiet, "account", "1", {"account": "1", "name": "new"})
    put(quiet, Account, [{"account": "1", "name": "old"}], began)
    assert account(quiet, "1").name == "new"
    assert bury(quiet, Account, {"1"}, began) == 0


def test_reading_an_object_by_itself_protects_it_even_where_nothing_changed(quiet: Platform) -> None:
    put(quiet, Account, [{"account": "1", "name": "new"}], timezone.now() + 2 * EARLIER)
    refresh_object(quiet, "account", "1", {"account": "1", "name": "new"})
    put(quiet, Account, [{"account": "1", "name": "old"}], timezone.now() + EARLIER)
    assert account(quiet, "1").name == "new"


def test_what_was_deleted_meanwhile_does_not_come_back_with_an_old_answer(quiet: Platform) -> None:
    began = timezone.now() + EARLIER
    put(quiet, Account, [{"account": "1"}], began + EARLIER)
    refresh_object(quiet, "account", "1", None)
    put(quiet, Account, [{"account": "1"}], began)
    assert not Account.objects.filter(gone_at=None).exists()


def test_a_name_that_comes_back_is_a_row_of_its_own(quiet: Platform) -> None:
    put(quiet, Account, [{"account": "1", "name": "first"}], timezone.now())
    refresh_object(quiet, "account", "1", None)
    put(quiet, Account, [{"account": "1", "name": "second"}], timezone.now())
    assert [(row.name, row.gone_at is None) for row in Account.objects.order_by("pk")] == [("first", False), ("second", True)]


def test_registrations_are_noted_only_where_they_changed(quiet: Platform, django_assert_num_queries: Any) -> None:
    put(quiet, Phone, [{"e164": "1"}, {"e164": "2"}], timezone.now())
    mark_online(quiet, {"2", "unknown"})
    assert dict(Phone.objects.values_list("e164", "online")) == {"1": False, "2": True}
    with django_assert_num_queries(1):
        mark_online(quiet, {"2"})


def test_platforms_do_not_mix(quiet: Platform) -> None:
    other = Platform.objects.create(slug="other", name="Other", base_url="http://127.0.0.1:9", time_zone="UTC")
    put(quiet, Account, [{"account": "1", "name": "here"}], timezone.now())
    put(other, Account, [{"account": "1", "name": "there"}], timezone.now())
    refresh_object(other, "account", "1", None)
    assert account(quiet, "1").name == "here"
