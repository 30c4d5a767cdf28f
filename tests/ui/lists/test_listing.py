"""What follows from a declared column: who may see it, how it is written, what may be asked of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from accounts_app.resources import ACCOUNTS, PHONES
from portal.access.actor import Actor
from portal.access.rights import ROLE_RIGHTS, Role
from portal.cdrs.spreadsheet import guarded
from portal.directory.models import Account
from portal.directory.refresh import put
from portal.platforms.models import Platform
from portal.ui.listing.cells import Reader, file_value_of, html_of, label_of
from portal.ui.listing.columns import Look, struct_of
from portal.ui.listing.query import ListQuery, read
from portal.ui.listing.rows import asked_rows, rows_of
from portal.ui.resources import ResourcePage
from portal.vos3000.schema.registry import RESOURCES

STAFF = Actor(user_id=1, name="s", role=Role.SUPPORT, rights=ROLE_RIGHTS[Role.SUPPORT], all_platforms=True)
RIGHT = "accounts:account:create"
AUDITOR = Actor(user_id=2, name="a", role=Role.AUDITOR, rights=ROLE_RIGHTS[Role.AUDITOR], all_platforms=True)


def hiding(*names: str) -> ResourcePage:
    """Return the list of accounts with some columns for those only who may create accounts."""
    columns = {each.name: replace(each, right=RIGHT) if each.name in names else each for each in ACCOUNTS.columns}
    filters = tuple(replace(each, column=columns[each.column.name]) for each in ACCOUNTS.filters)
    return replace(ACCOUNTS, columns=tuple(columns.values()), filters=filters)


def asked(page: ResourcePage, actor: Actor, address: str) -> ListQuery:
    return read(page, actor, QueryDict(address), single=True)


@pytest.fixture
def harbour(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://127.0.0.1:9", time_zone="Asia/Shanghai")


@pytest.mark.parametrize("page", [ACCOUNTS, PHONES])
def test_every_column_of_the_schema_says_what_the_schema_says(page: ResourcePage) -> None:
    struct = struct_of(page.resource)
    for column in page.columns:
        if column.declared is not None:
            assert column.label == struct[column.name].label
            assert not struct[column.name].secret
    assert page.columns[0].look is Look.KEY
    assert page.by_name[page.sort].sorts


@pytest.mark.parametrize("page", [ACCOUNTS, PHONES])
def test_whatever_can_be_sorted_by_has_an_index(page: ResourcePage) -> None:
    first = {tuple(index.fields)[:2] for index in page.mirror._meta.indexes}
    for column in page.columns:
        assert not column.sorts or {("platform", column.attribute), (column.attribute, "id")} <= first


def test_a_hidden_column_can_be_neither_shown_nor_asked_of() -> None:
    page = hiding("money")
    assert "money" in {each.name for each in page.columns_of(STAFF, single=True)}
    query = asked(page, AUDITOR, "columns=money&columns=name&sort=-money&below=5")
    assert [each.name for each in query.columns] == ["account", "name"]
    assert (query.sort.name, query.conditions, query.asked) == ("account", [], {})
    assert len(query.problems) == 2
    assert asked(page, STAFF, "sort=-money&below=5").asked == {"below": "5"}


def test_a_hidden_column_is_not_searched(harbour: Platform) -> None:
    put(harbour, Account, [{"account": "1", "name": "shown", "memo": "hidden"}], timezone.now())
    page = hiding("memo")
    for actor, words, count in ((STAFF, "hidden", 1), (AUDITOR, "hidden", 0), (AUDITOR, "shown", 1), (AUDITOR, "shown 1", 1)):
        query = asked(page, actor, f"q={words}")
        assert asked_rows(rows_of(actor, Account, [harbour]), page, actor, query).count() == count


def test_an_address_made_from_a_list_asks_for_the_same_list() -> None:
    query = asked(ACCOUNTS, STAFF, "q=a+b&agent=1%262&below=-5&sort=-money&size=100&columns=money&page=3")
    again = asked(ACCOUNTS, STAFF, query.url().removeprefix("?"))
    assert again == replace(query, number=1)
    assert asked(ACCOUNTS, STAFF, query.clear_url.removeprefix("?")).narrowed is False
    assert asked(ACCOUNTS, STAFF, query.file_url("csv").removeprefix("?")).columns == query.columns


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("+4930", "+4930"),
        ("-5.25", "-5.25"),
        ("-5-5", "'-5-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("'quoted", "''quoted"),
        ("0049", "0049"),
        ("plain", "plain"),
        ("", ""),
        (Decimal("-1.50"), "-1.50"),
    ],
)
def test_cells_that_a_spreadsheet_would_run_are_guarded(cell: Any, written: str) -> None:
    assert guarded(cell) == written


def test_a_code_that_nobody_knows_shows_its_number(harbour: Platform) -> None:
    reader = Reader({harbour.pk: harbour}, single=True)
    row = Account(platform=harbour, account="1", type=77, lock_type=9, start_time=2**62)
    kind, lock, start = ACCOUNTS.by_name["type"], ACCOUNTS.by_name["lockType"], ACCOUNTS.by_name["startTime"]
    assert "77" in str(html_of(kind, "account", reader)(row))
    assert "9" in str(html_of(lock, "account", reader)(row))
    assert str(file_value_of(kind, reader)(row)).startswith("77")
    assert file_value_of(start, reader)(row) == "4,611,686,018,427,387,904"


def test_headings_say_currency_and_zone_where_rows_do_not(harbour: Platform) -> None:
    single, several = (Reader({harbour.pk: harbour}, single=each) for each in (True, False))
    with translation.override("en"), timezone.override("Asia/Shanghai"):
        assert label_of(ACCOUNTS.by_name["money"], single) == "Balance (CNY)"
        assert label_of(ACCOUNTS.by_name["money"], several) == "Balance"
        assert label_of(ACCOUNTS.by_name["validTime"], single) == "Valid until (UTC+8)"


def test_the_cast_of_resources_is_that_of_the_schema() -> None:
    assert {ACCOUNTS.resource, PHONES.resource} == {RESOURCES["account"], RESOURCES["phone"]}
