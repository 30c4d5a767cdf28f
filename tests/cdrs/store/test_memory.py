"""Memory does not grow with an answer."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.cdrs.store.conftest import call

MOST_MB = 400
LARGE = """
import sys
from datetime import date
from pathlib import Path
import django
django.setup()
from portal.cdrs.datasets import CDRS
from portal.cdrs.engine import apart
from portal.cdrs.judging import Answered, Judged
from portal.cdrs.landing import SORTED_IN, WRITTEN
from portal.platforms.models import Platform
folder = Path(sys.argv[1])
with apart(SORTED_IN, threads=1) as connection:
    judged = Judged(connection, folder, CDRS, Platform(time_zone="UTC"))
    assert judged.read([Answered([folder / "rows.json"], ["1000"], date(2026, 10, 20), date(2026, 10, 20))]) == {}
    assert judged.rows == int(sys.argv[2])
    connection.execute(f"COPY (SELECT {judged.columns} FROM {judged.good} ORDER BY account, start) TO '{folder}/day.parquet' ({WRITTEN})")
# The highest that this program had: rusage would tell that of whoever started it, too.
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_a_large_answer_needs_little_memory(tmp_path: Path) -> None:
    rows = 120_000
    begin, end = json.dumps(call(123456789, accountName="A name of some length " * 10)).split("123456789")
    with (tmp_path / "rows.json").open("w") as file:
        file.write("[" + ",".join(f"{begin}{n}{end}" for n in range(rows)) + "]")
    found = subprocess.run([sys.executable, "-c", LARGE, str(tmp_path), str(rows)], check=True, capture_output=True, text=True)
    assert int(found.stdout) < MOST_MB
