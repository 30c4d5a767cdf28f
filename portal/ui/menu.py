"""The navigation, declared once: every domain has its place, shown to whoever has the right and as soon as its page exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import NoReverseMatch, Resolver404, get_script_prefix, get_urlconf, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.rights import Own
from portal.ui.components import MayAct

ON_PLATFORM = re.compile(r"^/p/(?P<slug>[-\w]+)/")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A place in the navigation, for whoever has one of its rights; without any it is for everybody who is logged in."""

    label: str | Promise
    icon: str
    url_name: str
    rights: tuple[str, ...] = ()

    def is_for(self, actor: MayAct) -> bool:
        """Tell whether somebody may open it."""
        return not self.rights or any(map(actor.may, self.rights))


@dataclass(frozen=True, slots=True)
class MenuSection:
    """Places that belong together; the first section needs no title."""

    title: str | Promise
    entries: Sequence[MenuEntry]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as it is shown: with its address, and whether the reader is there."""

    label: str | Promise
    icon: str
    url: str
    current: bool = False


MENU: tuple[MenuSection, ...] = (
    MenuSection(
        "",
        (
            MenuEntry(_("Home"), "house", "home"),
            MenuEntry(_("Find"), "search", "find"),
        ),
    ),
    MenuSection(
        _("Customers"),
        (
            MenuEntry(_("Accounts"), "users", "accounts:list", ("accounts:account:read",)),
            MenuEntry(_("Phones"), "phone", "accounts:phones", ("accounts:phone:read",)),
            MenuEntry(_("Agents"), "git-fork", "accounts:agents", ("accounts:account:read",)),
            MenuEntry(_("Payments"), "wallet", "billing:payments", ("billing:payment:read",)),
            MenuEntry(_("Transfers"), "arrow-left-right", "billing:transfers", (Own.MAKE_TRANSFERS, Own.READ_OPERATIONS)),
            MenuEntry(_("Rates"), "tags", "billing:rate-groups", ("billing:rate_group:read",)),
        ),
    ),
    MenuSection(
        _("Traffic"),
        (
            MenuEntry(_("Gateways"), "router", "gateways:list", ("gateways:mapping_gateway:read",)),
            MenuEntry(_("Calls"), "phone-call", "gateways:calls", ("calls:call:read",)),
            MenuEntry(_("CDRs"), "scroll-text", "billing:cdrs", ("calls:cdr:read",)),
            MenuEntry(_("Reports"), "chart-column", "billing:reports", ("billing:report:read",)),
        ),
    ),
    MenuSection(
        _("Control"),
        (
            MenuEntry(_("Jobs"), "loader", "jobs:list"),
            MenuEntry(_("Operations"), "list-checks", "operations:list", (Own.READ_OPERATIONS,)),
            MenuEntry(_("Audit"), "file-clock", "audit:list", (Own.READ_AUDIT, Own.READ_OWN_AUDIT)),
            MenuEntry(_("People"), "user-cog", "people:list", (Own.MANAGE_USERS, Own.MANAGE_SUB_USERS)),
        ),
    ),
    MenuSection(
        _("Administration"),
        (
            MenuEntry(_("Platforms"), "server", "platforms:list", (Own.MANAGE_PLATFORMS,)),
            MenuEntry(_("Roles"), "shield-check", "roles:list", (Own.MANAGE_ROLES,)),
            MenuEntry(_("API console"), "square-terminal", "console:index", (Own.CALL_ANY_INTERFACE,)),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A section of the menu as one person sees it."""

    title: str | Promise
    links: Sequence[Link]


def platform_of(path: str) -> str:
    """Return the slug of the platform that a page belongs to, empty where it belongs to none."""
    found = ON_PLATFORM.match(path)
    return found["slug"] if found else ""


def place_of(path: str) -> str:
    """Return a path without its platform, so that a page and its list are known to be one place."""
    return ON_PLATFORM.sub("/", path, count=1)


@lru_cache(maxsize=1024)
def _address(name: str, slug: str, urlconf: str | None, prefix: str) -> str:
    """Return the address of a page, on the platform where there is one of it there; empty where it does not exist."""
    del prefix  # part of the cache's key: reverse() puts it in front
    for args in ([slug], []) if slug else ([],):
        try:
            return reverse(name, urlconf, args=args)
        except NoReverseMatch:
            continue
    return ""


def address(name: str, slug: str = "") -> str:
    """Return the address of a page by its URL name, on a platform if it has a page there; empty where there is none."""
    return _address(name, slug, get_urlconf(), get_script_prefix())


@lru_cache(maxsize=1024)
def _exists(path: str, urlconf: str | None) -> bool:
    try:
        resolve(path, urlconf)
    except Resolver404:
        return False
    return True


def on_platform(path: str, slug: str) -> str:
    """Return where a page's list is on another platform; that platform's accounts where it is nowhere."""
    first = place_of(path).strip("/").partition("/")[0]
    wanted = f"/p/{slug}/{first}/"
    return wanted if first and _exists(wanted, get_urlconf()) else address("accounts:list", slug)


def _links(section: MenuSection, actor: MayAct, slug: str) -> Iterator[Link]:
    for entry in section.entries:
        url = address(entry.url_name, slug) if entry.is_for(actor) else ""
        if url:
            yield Link(entry.label, entry.icon, url)


def _is_under(path: str, url: str) -> bool:
    place, top = place_of(path), place_of(url)
    return place == top if top == "/" else place.startswith(top)


def menu_for(actor: MayAct, path: str) -> list[Shown]:
    """Return the menu of somebody on a page: what they may open and what exists, with the place they are at marked."""
    slug = platform_of(path)
    sections = [(section.title, list(_links(section, actor, slug))) for section in MENU]
    under = [link.url for _title, links in sections for link in links if _is_under(path, link.url)]
    here = max(under, key=len, default=None)
    return [Shown(title, [replace(link, current=link.url == here) for link in links]) for title, links in sections if links]
