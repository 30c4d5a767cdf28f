from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.access.models import AccountLink, User
from portal.platforms.models import Platform

WORD = "correct-horse-battery"


def person(*words: str) -> str:
    """Let somebody in; return the path of their link."""
    out = StringIO()
    call_command("person", *words, "--base-url", "https://portal.example", stdout=out)
    (path,) = re.findall(r"https://portal\.example(/\S+)", out.getvalue())
    return str(path)


@pytest.fixture
def harbour(db: None) -> Platform:
    return Platform.objects.create(slug="harbour", name="Harbour", base_url="http://192.0.2.1", time_zone="UTC", currency="CNY")


def test_support_is_let_in_and_sets_a_password(db: None, client: Client) -> None:
    path = person("mei", "--role", "support")
    client.post(path, {"password": WORD, "again": WORD})
    assert User.objects.get(username="mei").check_password(WORD)


def test_an_agent_stands_for_the_accounts_named(harbour: Platform) -> None:
    person("north", "--role", "agent", "--account", "harbour:1000", "--account", "harbour:11:00")
    assert sorted(AccountLink.objects.values_list("user__username", "account")) == [("north", "1000"), ("north", "11:00")]


@pytest.mark.parametrize(
    "words",
    [
        ("north", "--role", "agent"),
        ("mei", "--role", "support", "--account", "harbour:1000"),
        ("north", "--role", "agent", "--account", "nowhere:1000"),
        ("north", "--role", "agent", "--account", "harbour:"),
        (" ", "--role", "support"),
    ],
)
def test_what_makes_no_sense_makes_nobody(harbour: Platform, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        person(*words)
    assert not User.objects.exists()


def test_a_present_person_is_not_given_another_role(db: None) -> None:
    person("mei", "--role", "support")
    with pytest.raises(CommandError, match="exists"):
        person("MEI", "--role", "administrator")
