"""Every right has words in both languages, and stands in one place."""

from __future__ import annotations

import pytest
from django.utils import translation
from django.utils.functional import Promise

from portal.access.right_words import ACTIONS, AREAS, MANY_FIELDS, OWN_THINGS, areas, fields_behind, label_of, title_of_thing, whole_label
from portal.access.rights import ALL_RIGHTS, FIELD_RIGHTS
from portal.vos3000.schema.base import Text


def test_every_right_stands_in_one_place() -> None:
    placed = [right for area in areas() for thing in area.things for right in thing.rights]
    assert sorted(placed) == sorted(ALL_RIGHTS)
    assert {area.name for area in areas()} == set(AREAS)


@pytest.mark.parametrize("right", sorted(ALL_RIGHTS - FIELD_RIGHTS))
def test_every_action_has_words_that_are_translated(right: str) -> None:
    assert isinstance(ACTIONS[right.rpartition(":")[2]], Promise)


@pytest.mark.parametrize("right", sorted(ALL_RIGHTS))
def test_every_thing_has_a_title_in_both_languages(right: str) -> None:
    title = title_of_thing(right.rpartition(":")[0])
    assert isinstance(title, Promise) or (isinstance(title, Text) and title.en and title.zh)


@pytest.mark.parametrize("right", sorted(FIELD_RIGHTS))
def test_a_right_of_a_field_is_called_by_its_field(right: str) -> None:
    with translation.override("en"):
        english, fields = label_of(right), fields_behind(right)
    with translation.override("zh-hans"):
        assert fields_behind(right) != fields
    assert fields.partition(",")[0] in english or english == str(MANY_FIELDS[right.rpartition(":")[2]])
    assert "_" not in english


def test_no_two_rights_have_the_same_words() -> None:
    words = [whole_label(right) for right in ALL_RIGHTS]
    assert len(set(words)) == len(words)


def test_nothing_has_words_that_does_not_exist() -> None:
    actions = {right.rpartition(":")[2] for right in ALL_RIGHTS - FIELD_RIGHTS}
    assert set(ACTIONS) == actions
    assert set(OWN_THINGS) <= {right.rpartition(":")[0] for right in ALL_RIGHTS}
