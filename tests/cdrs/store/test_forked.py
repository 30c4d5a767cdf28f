"""Web servers and workers fork: what reads in a child ends as it should."""

from __future__ import annotations

import subprocess
import sys

import pytest

FORKED = """
import os, sys
import django
django.setup()
from portal.cdrs.engine import connected
def ask():
    with connected() as connection:
        assert connection.execute("SELECT count(*) FROM range(1000000)").fetchone() == (1000000,)
if sys.argv[1] == "asked before":
    ask()
child = os.fork()
ask()
if not child:
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("when", ["asked before", "first asked by the child"])
def test_a_child_reads_and_ends_in_order(when: str) -> None:
    ran = subprocess.run([sys.executable, "-c", FORKED, when], check=True, capture_output=True, text=True)
    assert (ran.stdout.split(), ran.stderr) == (["7"], "")
