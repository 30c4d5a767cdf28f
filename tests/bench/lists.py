"""Lists of 100,000 accounts and 200,000 phones, side by side with Django's admin on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.db import connection
from django.test import Client

from portal.access.models import AccountLink, User
from portal.platforms.models import Platform
from tests.bench.measure import Floor, p95, side_by_side, tell
from tests.bench.rows import fill

MOST_MS = 100.0
LAST = 10**6

Pair = tuple[str, str]
CASES: Mapping[str, Pair] = MappingProxyType(
    {
        "accounts: list": ("/accounts/", "/admin/directory/account/"),
        "accounts: search, two characters": ("/accounts/?q=贸易", "/admin/directory/account/?q=贸易"),
        "accounts: search, one hit": ("/accounts/?q=862177", "/admin/directory/account/?q=862177"),
        "accounts: filter, locked": ("/accounts/?lock=1", "/admin/directory/account/?lock_type__exact=1"),
        "accounts: filter, type": ("/accounts/?type=2", "/admin/directory/account/?type__exact=2"),
        "accounts: sort by balance": ("/accounts/?sort=-money", "/admin/directory/account/?o=-6"),
        "accounts: last page": (f"/accounts/?page={LAST}", "/admin/directory/account/?p=2000"),
        "accounts: one platform": ("/p/harbour/accounts/", "/admin/directory/account/?platform__id__exact=1"),
        "phones: list": ("/phones/", "/admin/directory/phone/"),
        "phones: search, one hit": ("/phones/?q=13000370", "/admin/directory/phone/?q=13000370"),
        "phones: filter, offline": ("/phones/?online=no", "/admin/directory/phone/?online__exact=0"),
        "phones: sort by account": ("/phones/?sort=account", "/admin/directory/phone/?o=3"),
        "phones: last page": (f"/phones/?page={LAST}", "/admin/directory/phone/?p=4000"),
    }
)
OWN_ONLY = ("/find/?q=贸易", "/find/?q=80017", "/")


def main() -> None:
    """Fill, measure and tell."""
    fill()
    _measure({"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor])


def _measure(database: str) -> None:
    get = _logged_in()
    for name, (own, admins) in CASES.items():
        mine, theirs = side_by_side(get(own), get(admins))
        half = p95(theirs.wall) / 2
        beside = (
            f"admin {2 * half:.0f} ms, ratio {p95(mine.wall) / half / 2:.2f}; own time {p95(mine.own):.0f} against {p95(theirs.own):.0f} ms"
        )
        tell(Floor(f"{database}: {name}", p95(mine.wall), min(MOST_MS, half), "ms", beside))
    for url in OWN_ONLY:
        _alone(f"{database}: {url}", get(url))
    agent = _logged_in("agent")
    for name, url in {"phones of an agent": "/phones/", "an agent's first page": "/"}.items():
        _alone(f"{database}: {name}", agent(url))


def _alone(name: str, act: Callable[[], object]) -> None:
    (mine,) = side_by_side(act)
    tell(Floor(name, p95(mine.wall), MOST_MS, "ms", f"own time {p95(mine.own):.0f} ms"))


def _logged_in(role: str = "support") -> Callable[[str], Callable[[], object]]:
    """Return what makes an act of an address, for somebody of a role."""
    user = User.objects.create_user(role, "pw", role=role, time_zone="Asia/Shanghai")
    if role == "agent":
        AccountLink.objects.create(user=user, platform=Platform.objects.get(slug="harbour"), account="800001")
    client = Client()
    client.force_login(user)

    def act(url: str) -> Callable[[], object]:
        def get() -> object:
            answer = client.get(url)
            assert answer.status_code == 200, (url, answer.status_code, answer.headers)
            return answer.content

        return get

    return act
