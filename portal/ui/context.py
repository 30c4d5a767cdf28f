"""What the frame of every page is drawn from; nothing is asked for before a template wants it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from portal.access.actor import Actor
from portal.access.roles import title_of
from portal.platforms.models import Platform
from portal.ui import formats, menu
from portal.ui.components import Tab

THEME_COOKIE = "theme"
THEMES = frozenset({"light", "dark"})


class Chrome:
    """The frame of one page for one reader."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.path = request.path_info

    @cached_property
    def person(self) -> Actor | None:
        """Who is logged in; None for nobody."""
        actor: Actor | None = getattr(self.request, "actor", None)
        return actor if actor is not None and actor.user_id is not None else None

    @cached_property
    def role(self) -> str:
        """What the reader is."""
        return title_of(self.person.role) if self.person else ""

    @cached_property
    def theme(self) -> str:
        """The reader's choice, light or dark; empty where the system decides."""
        chosen = self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def menu(self) -> list[menu.Shown]:
        """The navigation."""
        return menu.menu_for(self.person, self.path) if self.person else []

    @cached_property
    def platforms(self) -> list[Platform]:
        """The platforms that exist for the reader."""
        person = self.person
        return [each for each in Platform.objects.enabled() if person and person.sees_platform(each.pk)]

    @cached_property
    def platform(self) -> Platform | None:
        """The platform that this page belongs to."""
        slug = menu.platform_of(self.path)
        return next((each for each in self.platforms if each.slug == slug), None) if slug else None

    @cached_property
    def platform_links(self) -> list[Tab]:
        """The way to this place on every platform; a customer with one of them need not know that there could be more."""
        if self.person and self.person.confined and len(self.platforms) == 1:
            return []
        links = ((each, menu.on_platform(self.path, each.slug)) for each in self.platforms)
        return [Tab(label=each.name, url=url, current=each == self.platform, icon=each.currency) for each, url in links if url]

    @cached_property
    def languages(self) -> list[tuple[str, str, bool]]:
        """Each language by code and its own name, and whether it is the one in use."""
        names = {"en": "English", "zh-hans": "简体中文"}
        return [(code, names.get(code, str(name)), code == get_language()) for code, name in settings.LANGUAGES]

    @cached_property
    def language_url(self) -> str:
        """Where a chosen language is posted to."""
        return menu.address("language")

    @cached_property
    def find_url(self) -> str:
        """Where the search box leads."""
        return menu.address("find")

    @cached_property
    def zone(self) -> str:
        """The time zone that pages are shown in, and how far it is from UTC now."""
        offset = formats.zone_text()
        return f"{self.person.zone} ({offset})" if self.person and self.person.zone != offset else offset

    @property
    def here(self) -> str:
        """The address of this page, to come back to."""
        return self.request.get_full_path() if self.request.method == "GET" else self.path


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame as ``chrome``, the reader as ``actor`` and, on every page that shows no failure, no ``fault``."""
    frame = Chrome(request)
    return {"chrome": frame, "actor": frame.person, "fault": None}
