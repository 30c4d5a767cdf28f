"""The navigation shows what somebody may open and what exists."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, set_urlconf

from portal.access.rights import ALL_RIGHTS
from portal.ui import menu


def page(request: HttpRequest, slug: str = "") -> HttpResponse:
    return HttpResponse(slug)


@pytest.fixture(autouse=True)
def _addresses() -> Iterator[None]:
    """Some pages exist: a list for all platforms, lists on one, the audit; the others do not yet."""
    pages = ModuleType("pages_of_a_test")
    accounts = (
        [
            path("accounts/", page, name="list"),
            path("accounts/agents/", page, name="agents"),
            path("p/<slug:slug>/accounts/", page, name="list"),
        ],
        "accounts",
    )
    gateways = ([path("p/<slug:slug>/gateways/", page, name="list")], "gateways")
    audit = ([path("", page, name="list")], "audit")
    patterns = [path("", page, name="home"), path("", include(accounts)), path("", include(gateways)), path("audit/", include(audit))]
    vars(pages)["urlpatterns"] = patterns
    set_urlconf(pages)  # type: ignore[arg-type]
    yield
    set_urlconf(None)


class Person:
    """Somebody with rights."""

    def __init__(self, *rights: str) -> None:
        self.rights = rights

    def may(self, right: str) -> bool:
        return right in self.rights


def labels(person: Person, at: str = "/") -> list[str]:
    return [str(link.label) for section in menu.menu_for(person, at) for link in section.links]


def current(at: str) -> list[str]:
    everything = Person("accounts:account:read", "gateways:mapping_gateway:read", "audit:row:read")
    return [str(link.label) for section in menu.menu_for(everything, at) for link in section.links if link.current]


def test_without_rights_only_what_is_for_everybody() -> None:
    assert labels(Person()) == ["Home"]


def test_a_right_shows_its_entry() -> None:
    assert labels(Person("accounts:account:read")) == ["Home", "Accounts", "Agents"]


def test_what_exists_nowhere_is_not_shown() -> None:
    assert "Phones" not in labels(Person("accounts:phone:read"))


def test_a_page_of_a_platform_is_shown_on_a_platform_only() -> None:
    person = Person("gateways:mapping_gateway:read")
    assert "Gateways" not in labels(person, "/audit/")
    assert "Gateways" in labels(person, "/p/harbour/accounts/")


def test_sections_without_entries_are_left_out() -> None:
    assert [str(section.title) for section in menu.menu_for(Person("audit:row:read"), "/")] == ["", "Control"]


@pytest.mark.parametrize(
    ("at", "here"),
    [
        ("/", ["Home"]),
        ("/accounts/", ["Accounts"]),
        ("/p/harbour/accounts/800801/", ["Accounts"]),
        ("/accounts/agents/", ["Agents"]),
        ("/p/harbour/gateways/", ["Gateways"]),
        ("/audit/", ["Audit"]),
        ("/password/", []),
    ],
)
def test_the_reader_sees_where_they_are(at: str, here: list[str]) -> None:
    assert current(at) == here


def test_links_stay_on_the_platform() -> None:
    links = {
        str(link.label): link.url
        for section in menu.menu_for(Person("accounts:account:read"), "/p/summit/accounts/7/")
        for link in section.links
    }
    assert links["Accounts"] == "/p/summit/accounts/"
    assert links["Agents"] == "/accounts/agents/"


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("/p/harbour/gateways/x/", "/p/summit/gateways/"),
        ("/accounts/", "/p/summit/accounts/"),
        ("/audit/", "/p/summit/accounts/"),
    ],
)
def test_another_platform_has_the_same_place(at: str, there: str) -> None:
    assert menu.on_platform(at, "summit") == there


def test_every_entry_asks_for_a_right_that_exists() -> None:
    wanted = {right for section in menu.MENU for entry in section.entries for right in entry.rights}
    assert wanted <= ALL_RIGHTS
