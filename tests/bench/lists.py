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
        mine, theirs = (p95(times) for times in side_by_side(get(own), get(admins)))
        most = min(MOST_MS, theirs / 2)
        tell(Floor(f"{database}: {name}", mine, most, "ms", f"admin {theirs:.0f} ms, ratio {mine / theirs:.2f}"))
    for url in OWN_ONLY:
        (mine,) = (p95(times) for times in side_by_side(get(url)))
        tell(Floor(f"{database}: {url}", mine, MOST_MS, "ms"))
    north = _logged_in("agent")
    (mine,) = (p95(times) for times in side_by_side(north("/phones/")))
    tell(Floor(f"{database}: phones of an agent", mine, MOST_MS, "ms"))


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
