"""The portal's workers with a kind of job that takes its time, and leases that are soon over."""

from __future__ import annotations

import time
from datetime import timedelta

import django

django.setup()

from portal.access.rights import Own  # noqa: E402 - models are ready only now
from portal.celery import app  # noqa: E402
from portal.jobs import lease, pulse  # noqa: E402
from portal.jobs.held import Held  # noqa: E402
from portal.jobs.kinds import Kind, register  # noqa: E402
from portal.jobs.models import Queue  # noqa: E402

__all__ = ["app"]


def work(held: Held) -> None:
    """Take steps, one after the other, each saved."""
    steps = held.parameters["steps"]
    for step in range(held.checkpoint.get("steps", 0) + 1, steps + 1):
        for _part in range(10):
            time.sleep(0.03)
            held.tell("stepping", step, steps)
        held.save({"steps": step}, done=[*held.job.result.get("done", []), step])


lease.LIFE = timedelta(seconds=3)
pulse.BEAT_S = 1.0
register(Kind(name="slow", title="Slow", icon="loader", queue=Queue.EXPORT, right=Own.EXPORT_CDRS, work=work))
