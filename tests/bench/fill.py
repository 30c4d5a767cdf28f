"""The first fill of a mirror from a softswitch of 100,000 accounts and 200,000 phones, without pauses."""

from __future__ import annotations

import time

from portal.directory.models import Account, Phone
from portal.platforms.models import Platform
from portal.service.mirror import End, refresh_mirror
from tests.bench.measure import Floor, peak_mb, tell

MOST_S = 120.0
MOST_MB = 400.0


def main(url: str) -> None:
    """Fill the mirror from a running simulator and tell how long and how much it took."""
    limits = {"live_timeout_s": 60}
    platform = Platform.objects.create(slug="large", name="Large", base_url=url, time_zone="Asia/Shanghai", limits=limits)
    began = time.monotonic()
    end = refresh_mirror(platform, everything=True, pace=0, piece_s=3600)
    seconds = time.monotonic() - began
    assert end is End.DONE, platform.refresh.problem
    rows = f"{Account.objects.count():,} accounts, {Phone.objects.count():,} phones"
    tell(Floor("first fill", seconds, MOST_S, "s", rows))
    tell(Floor("first fill: memory", peak_mb(), MOST_MB, "MB"))
