"""What a page is looked at for: axe, words of the browser, a body that scrolls sideways, a focus that is not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import ConsoleMessage, Page

DESK = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}
# What depends on colours and on the width; all else was seen in light at a desk already.
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}
NARROW = {**EVERYTHING, "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
AXE = Axe().axe_script
SETTLED = "() => !document.querySelector('.later, .htmx-request')"
# A change of colours is over before it is looked at.
RUN = """async (options) => {
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished));
  return (await axe.run(document, options)).violations;
}"""
UNSEEN = """() => {
  const seen = (each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  };
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const around = [at, at.nextElementSibling, at.parentElement].filter(Boolean);
  return {name: at.outerHTML.slice(0, 120), seen: around.some(seen), place: at.tagName};
}"""


def routes() -> list[str]:
    """Return the address patterns of the portal, as they are written in its URL confs."""
    return sorted(set(_routes(get_resolver().url_patterns, "")))


def _routes(patterns: list[URLPattern | URLResolver], above: str) -> Iterator[str]:
    for each in patterns:
        route = above + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, route)
        else:
            yield route


@dataclass
class Looker:
    """A page of one person, and everything that was wrong with the addresses they looked at."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.emulate_media(reduced_motion="reduce")
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(f"{self.page.url}: {said.text}")

    def go(self, address: str) -> None:
        """Open an address and wait for the parts that load after it."""
        answer = self.page.goto(address)
        if answer is None or answer.status != 200:
            self.wrong.append(f"{address}: answered {answer and answer.status}")
        self.page.wait_for_function(SETTLED)

    def look(self, address: str) -> None:
        """Open an address and look at it."""
        self.go(address)
        self.see(address)

    def see(self, address: str) -> None:
        """Look at the page that is open in light and dark at a desk, and in the dark on a phone."""
        self.page.evaluate(AXE)
        self._axe(address, "light", EVERYTHING)
        self.page.emulate_media(color_scheme="dark")
        self._axe(address, "dark", COLOURS)
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a dict of what it wants
        self._axe(address, "dark phone", NARROW)
        self._narrow(address)
        self.page.set_viewport_size(DESK)  # type: ignore[arg-type]  # likewise
        self.page.emulate_media(color_scheme="light")

    def _axe(self, address: str, how: str, options: dict[str, Any]) -> None:
        found = self.page.evaluate(RUN, options)
        self.wrong += [f"{address} ({how}): {each['id']}: {each['nodes'][0]['html'][:300]}" for each in found]

    def _narrow(self, address: str) -> None:
        over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            self.wrong.append(f"{address} (phone): {over} px too wide")

    def tab(self, times: int) -> list[str]:
        """Press Tab and return the kinds of what has the focus then; a focus that nobody sees is wrong."""
        kinds = []
        for _ in range(times):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(UNSEEN)
            if at is None:
                break
            kinds.append(at["place"])
            if not at["seen"]:
                self.wrong.append(f"{self.page.url}: no focus to be seen on {at['name']}")
        return kinds


def looks_right(page: Page) -> None:
    """Look at what a form led to, which has no address that could be opened."""
    looker = Looker(page)
    looker.see(page.url)
    assert not looker.wrong, "\n".join(looker.wrong)
