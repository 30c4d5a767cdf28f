"""A browser without a window: what it would post from the HTML of a form."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

_STAMP = r"\d{4,}-\d\d-\d\d"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?"
UNDERSTOOD: dict[str, Callable[[str], Any]] = {
    "date": re.compile(_STAMP).fullmatch,
    "time": re.compile(_CLOCK).fullmatch,
    "datetime-local": re.compile(f"{_STAMP}[T ]{_CLOCK}").fullmatch,
}
VOID = {"input", "br", "hr", "img", "link", "meta"}


class Page(HTMLParser):
    """The form controls, ids and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.posted: dict[str, list[str]] = {}
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: tuple[str, list[str]] | None = None
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), f"an attribute twice: {attrs}"
        self.tags.append((tag, given))
        if tag not in VOID:
            self._open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "input":
            self._input(given)
        elif tag == "select":
            self._select = (given["name"], [])
        elif tag == "option" and self._select:
            self._select[1].append((given["value"], "selected" in given))
        elif tag == "textarea":
            self._area = (given["name"], [])

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes another"
        if tag == "select" and self._select:
            name, options = self._select
            chosen = [value for value, selected in options if selected] or [value for value, _selected in options[:1]]
            self._post(name, chosen[-1])
            self._select = None
        elif tag == "textarea" and self._area:
            name, parts = self._area
            self._post(name, "".join(parts).removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n"))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def _input(self, given: dict[str, str]) -> None:
        kind, name = given.get("type", "text"), given.get("name", "")
        if not name or kind in {"submit", "file", "button"}:
            return
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self._post(name, given.get("value", "on"))
            return
        text = given.get("value", "")
        if kind in {"text", "password"}:
            text = text.replace("\n", "").replace("\r", "")
        self._post(name, text if kind not in UNDERSTOOD or UNDERSTOOD[kind](text) else "")

    def _post(self, name: str, text: str) -> None:
        self.posted.setdefault(name, []).append(text)
