"""Rules that every template and style sheet keeps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from portal.ui.icons import icon

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_CSS = sorted((ROOT / "static" / "portal").glob("*.css"))
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler in the page": re.compile(r"\son[a-z]+\s*=", re.IGNORECASE),
    "a script as an address": re.compile(r"javascript:", re.IGNORECASE),
    "hx-on or an evaluated expression": re.compile(r"hx-on|hx-vals=[\"']js:|hx-boost", re.IGNORECASE),
    "an address of somebody else": re.compile(r"(?:src|href|action)=[\"']https?://", re.IGNORECASE),
    "data marked safe": re.compile(r"\|\s*safe\b|autoescape\s+off", re.IGNORECASE),
}
LONGEST = 150


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_nothing_that_a_strict_policy_forbids(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text())
    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if name_of(path).startswith("ui/")], ids=name_of)
def test_every_component_says_what_it_is_and_what_it_is_given(path: Path) -> None:
    first = path.read_text().partition("\n")[0]
    assert re.fullmatch(r"{# \S.{5,} #}", first)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_compile_and_are_short(path: Path) -> None:
    get_template(name_of(path))
    assert len([line for line in path.read_text().splitlines() if line.strip()]) <= LONGEST


@pytest.mark.parametrize("path", OWN_CSS, ids=lambda path: path.name)
def test_style_sheets_fetch_nothing(path: Path) -> None:
    assert not re.search(r"url\(|@import|expression\(", path.read_text())


def test_every_token_that_is_used_is_declared() -> None:
    sheets = "\n".join(path.read_text() for path in OWN_CSS)
    used = set(re.findall(r"var\((--[a-z0-9-]+)", sheets))
    declared = set(re.findall(r"(--[a-z0-9-]+)\s*:", sheets))
    assert used - declared == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_icon_named_is_there(path: Path) -> None:
    assert all(icon(name) for name in re.findall(r"{% icon \"([a-z0-9-]+)\"", path.read_text()))
