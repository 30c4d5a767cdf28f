"""Light and dark: the reader's choice is kept, and the first byte of a page knows it."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, settings: object) -> str:
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    return "/style/"


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_a_choice_is_in_the_next_page(client: Client, page: str, choice: str) -> None:
    answer = client.post("/theme/", {"theme": choice, "next": page})
    assert answer.headers["Location"] == page
    cookie = answer.cookies["theme"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert f'data-bs-theme="{choice}"' in client.get(page).content.decode()


@pytest.mark.parametrize("choice", ["auto", '"><script>', ""])
def test_anything_else_leaves_it_to_the_system(client: Client, page: str, choice: str) -> None:
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": choice})
    assert "data-bs-theme" not in client.get(page).content.decode().partition("<head>")[0]


def test_a_forged_cookie_is_not_written_into_the_page(client: Client, page: str) -> None:
    client.cookies["theme"] = "dark'><img"
    assert "data-bs-theme" not in client.get(page).content.decode().partition("<head>")[0]


@pytest.mark.parametrize("away", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
def test_the_way_back_leads_to_the_portal_only(client: Client, away: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": away}).headers["Location"] == "/"


def test_the_style_guide_is_not_there_in_production(client: Client, settings: object) -> None:
    settings.PORTAL_DEMO = False  # type: ignore[attr-defined]
    assert client.get("/style/").status_code == 404


def test_theme_is_not_changed_by_a_link(client: Client) -> None:
    assert client.get("/theme/?theme=dark").status_code == 405
