"""What Celery carries: a job's number, and the look after all of them."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import heartbeat_sent, worker_ready

from portal.jobs import stopping
from portal.jobs import sweep as sweeping
from portal.jobs.run import run_job
from portal.jobs.shared import worker_runs

__all__ = ["run", "stopping", "sweep"]


@shared_task(name="portal.jobs.tasks.run")  # type: ignore[untyped-decorator]  # Celery has no types
def run(job_id: str) -> str:
    """Do a piece of a job; where its message came twice, the second finds it held."""
    return run_job(job_id) or ""


@shared_task(name="portal.jobs.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Look after all jobs."""
    sweeping.sweep()


@worker_ready.connect  # type: ignore[untyped-decorator]
def _sweep_at_once(**_told: Any) -> None:
    """Publish at every start of a worker what was lost while none ran."""
    sweep.delay()


@heartbeat_sent.connect  # type: ignore[untyped-decorator]
def _is_alive(sender: Any, **_told: Any) -> None:
    """Note that this worker runs, for the pages that tell of waiting."""
    worker_runs(sender.eventer.app.amqp.queues.consume_from)
