"""What anybody would write: httpx, json and csv.DictWriter, a day at a time.

``python -m tests.bench.cdrs.plain URL FOLDER``: prints the rows, the seconds and the megabytes it took.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

import httpx

from tests.bench.cdrs.making import accounts, days
from tests.bench.measure import peak_mb


def main(url: str, folder: str) -> None:
    """Fetch every day for all accounts and write it as CSV."""
    began, rows = time.monotonic(), 0
    with httpx.Client(trust_env=False, timeout=600) as client:
        for day in days():
            body = {"accounts": accounts(), "beginTime": f"{day:%Y%m%d}", "endTime": f"{day:%Y%m%d}"}
            answer = json.loads(client.post(f"{url}/external/server/GetCdr", json=body).content)
            rows += _write(answer["infoCdrs"], Path(folder) / f"{day:%Y%m%d}.csv")
    taken = time.monotonic() - began
    sys.stdout.write(json.dumps({"rows": rows, "seconds": taken, "megabytes": peak_mb()}))


def _write(rows: list[dict[str, object]], place: Path) -> int:
    with place.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
