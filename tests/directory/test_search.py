"""Finding in the mirror, and the trees of agents."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone

from portal.directory.models import Account, Phone
from portal.directory.refresh import put
from portal.directory.search import FEW, Roots, find, matching, ordered, page_of, tree_of, visible
from portal.platforms.models import Platform


def tree(platform: Platform, *pairs: tuple[str, str]) -> None:
    put(platform, Account, [{"account": account, "agentAccount": agent} for account, agent in pairs], timezone.now())


def test_a_tree_is_walked_to_its_leaves(quiet: Platform) -> None:
    tree(quiet, ("1", ""), ("2", "1"), ("3", "2"), ("4", "3"), ("5", ""), ("6", "5"))
    assert tree_of(quiet.pk, ["2"]) == {"2", "3", "4"}
    assert tree_of(quiet.pk, ["1", "6"]) == {"1", "2", "3", "4", "6"}
    assert tree_of(quiet.pk, []) == set()
    assert tree_of(quiet.pk, ["", "nobody"]) == set()


def test_a_tree_that_bites_its_tail_ends(quiet: Platform) -> None:
    tree(quiet, ("1", "2"), ("2", "1"), ("3", "3"))
    assert tree_of(quiet.pk, ["1"]) == {"1", "2"}
    assert tree_of(quiet.pk, ["3"]) == {"3"}


def test_who_is_gone_has_no_tree(quiet: Platform) -> None:
    tree(quiet, ("1", ""), ("2", "1"))
    Account.objects.filter(account="1").update(gone_at=timezone.now())
    assert tree_of(quiet.pk, ["1"]) == set()


def test_visible_rows_are_those_of_the_trees(quiet: Platform) -> None:
    other = Platform.objects.create(slug="other", name="Other", base_url="http://127.0.0.1:9", time_zone="UTC")
    tree(quiet, ("1", ""), ("2", "1"), ("3", ""))
    tree(other, ("1", ""), ("2", "1"))
    put(quiet, Phone, [{"e164": "77", "account": "2"}, {"e164": "88", "account": "3"}, {"e164": "99"}], timezone.now())
    trees = {quiet.pk: {"1"}}
    assert set(visible(Account, platforms=None, trees=trees).values_list("platform__slug", "account")) == {("quiet", "1"), ("quiet", "2")}
    assert list(visible(Phone, platforms=None, trees=trees).values_list("e164", flat=True)) == ["77"]
    assert not visible(Account, platforms={other.pk}, trees=trees).exists()
    assert not visible(Account, platforms=None, trees={}).exists()


@pytest.mark.parametrize("narrowed", [True, False])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_are_the_same_however_they_are_found(
    quiet: Platform, monkeypatch: pytest.MonkeyPatch, *, narrowed: bool, descending: bool
) -> None:
    dice = random.Random(1)
    put(quiet, Account, [{"account": f"{number:03}", "name": dice.choice("abc")} for number in range(103)], timezone.now())
    rows = ordered(Account.objects.here(), "name", descending=descending)
    expected = [row.account for row in rows]
    for few in (FEW, 10):
        monkeypatch.setattr("portal.directory.search.FEW", few)
        pages = [page_of(rows, number, 10, narrowed=narrowed) for number in range(1, 12)]
        assert [row.account for page in pages for row in page.rows] == expected
        assert {page.count for page in pages} == {103}
    assert page_of(rows, 10**12, 10, narrowed=narrowed).number == 11


WORDS = ("STRASSE", "%", "_", "100 b", "")


def test_every_word_must_be_there_and_none_is_a_pattern(quiet: Platform) -> None:
    put(quiet, Account, [{"account": "1", "name": "100% Straße", "memo": "a_b"}, {"account": "2", "name": "Strasse"}], timezone.now())
    found = {
        words: set(matching(Account.objects.here(), words).values_list("account", flat=True))
        for words in ("STRASSE", "%", "_", "100 b", "")
    }
    assert found == {"STRASSE": {"1", "2"}, "%": {"1"}, "_": {"1"}, "100 b": {"1"}, "": {"1", "2"}}


def test_the_exact_key_comes_first_then_beginnings_then_the_rest(quiet: Platform) -> None:
    rows = [{"account": account} for account in ("10", "100", "1000", "2100")]
    put(quiet, Account, [*rows, {"account": "5", "memo": "like 100"}], timezone.now())
    assert [row.account for row in find(Account.objects.here(), " 100 ", 10)][:2] == ["100", "1000"]
    assert {row.account for row in find(Account.objects.here(), "100", 10)} == {"100", "1000", "2100", "5"}
    assert len(find(Account.objects.here(), "10", 2)) == 2
    assert find(Account.objects.here(), "", 10) == []


def test_a_tree_is_bounded_by_another(quiet: Platform) -> None:
    tree(quiet, ("1", ""), ("2", "1"), ("3", "2"), ("4", "1"))
    seen = visible(Account, platforms=None, trees={quiet.pk: Roots(frozenset({"2", "4"}), frozenset({"2"}))})
    assert set(seen.values_list("account", flat=True)) == {"2", "3"}
    assert not visible(Account, platforms=None, trees={quiet.pk: Roots(frozenset({"2"}), frozenset())}).exists()
