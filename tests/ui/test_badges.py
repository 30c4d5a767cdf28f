"""Every state that is declared can be drawn."""

from __future__ import annotations

import pytest

from portal.ui.badges import BADGES, badge
from portal.ui.icons import icon
from portal.ui.menu import MENU
from portal.vos3000.errors import Outcome

TONES = {"", "good", "warn", "bad", "info"}


@pytest.mark.parametrize("state", sorted(BADGES))
def test_a_state_has_an_icon_a_word_and_a_known_tone(state: str) -> None:
    assert BADGES[state].tone in TONES
    assert "<svg" in badge(state)
    assert str(BADGES[state].label) in badge(state)


def test_every_outcome_of_a_write_has_a_badge() -> None:
    assert {str(outcome) for outcome in Outcome} <= set(BADGES)


def test_every_place_of_the_menu_has_an_icon() -> None:
    assert all("<svg" in icon(entry.icon) for section in MENU for entry in section.entries)
