"""What a reader waits for: pages, totals and a report of all calls, as the views answer them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from urllib.parse import urlencode

from django.test import Client
from django.urls import reverse

from portal.access.models import User
from portal.cdrs.reports.asked import Asked, When
from portal.platforms.models import Platform
from tests.bench.cdrs.making import accounts, days
from tests.bench.cdrs.people import everything
from tests.bench.measure import Floor, p95, tell

PAGE_MS, CONTAINS_MS, TOTALS_MS, REPORT_MS = 100.0, 400.0, 150.0, 200.0
_ROUNDS, _WARM_UP = 40, 4
_AREAS = ("0086", "0044", "0049", "001")


def main() -> None:
    """Ask as a person does and tell how long each page took."""
    client = Client()
    zone = Platform.objects.get(slug="large").time_zone
    client.force_login(
        User.objects.filter(username="reader").first() or User.objects.create_user("reader", "pw", role="support", time_zone=zone)
    )
    _tell("page of 50 by account and prefix", PAGE_MS, client, _by_account_and_prefix())
    _tell("page of 50, contains over the whole", CONTAINS_MS, client, _containing())
    # What whole days come to is noted; what a part of their calls does is read.
    _tell("totals of the whole", TOTALS_MS, client, cycle([_address("cdr-totals")]))
    _tell("totals of a country's calls", TOTALS_MS, client, cycle([_address("cdr-totals", calleeE164=_AREAS[0], calleeE164_how="begins")]))
    _tell("report by account and day", REPORT_MS, client, cycle([_report()]))


def _tell(name: str, most: float, client: Client, addresses: Iterator[str]) -> None:
    times = _times(client, lambda: next(addresses))
    beside = f"median {sorted(times)[len(times) // 2]:.0f} ms"
    tell(Floor(f"CDRs: {name}, p95", p95(times), most, "ms", beside))


def _times(client: Client, address: Callable[[], str]) -> list[float]:
    """Return how long each round took, in milliseconds, the first ones left out."""
    times = []
    for _ in range(_WARM_UP + _ROUNDS):
        asked = address()
        began = time.perf_counter()
        answer = client.get(asked)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, f"{answer.status_code} at {asked}"
        assert b"</" in answer.content, asked
    return times[_WARM_UP:]


def _by_account_and_prefix() -> Iterator[str]:
    """Yield searches of busy and quiet accounts in turn, each with the numbers of a country."""
    for n, area in enumerate(cycle(_AREAS)):
        yield _address("cdrs", account=accounts()[n * 37 % len(accounts())], calleeE164=area, calleeE164_how="begins")


def _containing() -> Iterator[str]:
    for n in cycle(range(100, 900, 7)):
        yield _address("cdrs", calleeE164=str(n * 11), calleeE164_how="contains")


def searches(number: int) -> Iterator[str]:
    """Yield what a person searches for, one after the other; each begins elsewhere."""
    # Every fourth search looks for digits anywhere.
    kinds = (_by_account_and_prefix(), _containing())
    for kind in kinds:
        deque(islice(kind, number * 3), maxlen=0)
    yield from (next(kinds[n % 4 == 3]) for n in count(number))


def _address(view: str, **asked: str) -> str:
    pairs = [*everything().pairs(), *asked.items()]
    return f"{reverse(f'billing:{view}', args=['large'])}?{urlencode(pairs)}"


def _report() -> str:
    asked = Asked(report="by-account", platform="large", when=When.DATES, first=days()[0], last=days()[-1])
    return f"{reverse('billing:report', args=['large', 'by-account'])}?{asked.query()}"
