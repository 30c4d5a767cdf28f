"""A worker that is killed: it reads from its input after how many milliseconds, and does a piece of a job in a child until then.

``python -m tests.cdrs.truth.forked JOB``: answers each line with how the child ended (minus the signal). 0 lets it finish.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import django


def main(job: str) -> None:
    """Do pieces of a job until the input ends."""
    django.setup()
    # All is loaded before the first child is made; none of it has a connection yet.
    from portal.cdrs.collecting import asking, collect  # noqa: F401, PLC0415
    from portal.jobs.run import run_job  # noqa: PLC0415

    # Lands after every few answers, so that there are many moments to be killed at.
    asking.TOGETHER = 3
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run_job(job)
            os._exit(0)
        _say(_ended(child, int(line) / 1000))


def _ended(child: int, seconds: float) -> int:
    until = time.monotonic() + seconds
    while not seconds or time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _say(code: int) -> None:
    sys.stdout.write(f"{code}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
