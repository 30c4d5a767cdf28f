"""People let in from the command line, and those of the demo."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.access.actor import Actor
from portal.access.models import User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.platforms.models import Platform
from tests.pages.people_world import READS, role

WORD = "correct-horse-battery"


@pytest.fixture
def harbour(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://192.0.2.1", time_zone="UTC", currency="CNY")


@pytest.fixture
def summit(db: None) -> Platform:
    return Platform.objects.create(slug="summit", name="Summit", base_url="http://192.0.2.2", time_zone="UTC", currency="EUR")


def let_in(*words: str) -> Actor:
    """Let somebody in; return them after they set their password by the link."""
    out = StringIO()
    call_command("person", *words, "--base-url", "https://portal.example", stdout=out)
    (path,) = re.findall(r"https://portal\.example(/\S+)", out.getvalue())
    Client().post(path, {"password": WORD, "again": WORD})
    user = User.objects.get(username=words[0])
    assert user.check_password(WORD)
    return Actor.person(user)


def test_a_role_that_an_operator_made_is_given_like_a_built_in_one(harbour: Platform) -> None:
    role("clerk", READS)
    role("reseller", READS, confined=True)
    assert let_in("mei", "--role", "clerk").rights == frozenset(READS)
    assert let_in("north", "--role", "reseller", "--account", "harbour:1000").links == {(harbour.pk, "1000")}


def test_staff_see_the_platforms_named_or_every_one(harbour: Platform, summit: Platform) -> None:
    assert let_in("mei", "--role", "support").all_platforms
    assert let_in("lin", "--role", "support", "--platform", "summit").granted == frozenset({summit.pk})


@pytest.mark.parametrize(
    "words",
    [
        ("--role", "clerk"),
        ("--role", "reseller"),
        ("--role", "reseller", "--platform", "harbour", "--account", "harbour:1000"),
        ("--role", "support", "--platform", "nowhere"),
        ("--role", "support", "--account", "harbour:1000"),
    ],
)
def test_what_makes_no_sense_makes_nobody(harbour: Platform, words: tuple[str, ...]) -> None:
    role("reseller", READS, confined=True)
    with pytest.raises(CommandError):
        let_in("mei", *words)
    assert not User.objects.exists()


def test_north_of_the_demo_is_a_reseller_whatever_happened_to_the_role(harbour: Platform, settings: Any, monkeypatch: Any) -> None:
    settings.PORTAL_DEMO = True
    monkeypatch.setenv("DEMO_PASSWORD", WORD)
    role("reseller", [], confined=True)
    for _ in range(2):
        call_command("demo_people", verbosity=0)
    people = {user.username: Actor.person(user) for user in User.objects.all()}
    assert people["north"].rights == ROLE_RIGHTS[Role.AGENT] | {Own.MAKE_TRANSFERS}
    assert people["south"].rights == ROLE_RIGHTS[Role.AGENT]
    assert [people[name].links for name in ("north", "north-east", "south")] == [
        {(harbour.pk, account)} for account in ("1000", "1100", "2000")
    ]
