"""A broker that takes a connection and never answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from celery import Celery
from django.conf import settings

from portal.jobs import publish
from portal.jobs.models import Job, Queue

#: Twice what a broker may stand still, for the second try.
SOON_S = 15


@pytest.fixture
def standing_still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have jobs published to a broker that stands still."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        app = Celery("standing-still", broker=f"redis://127.0.0.1:{server.getsockname()[1]}/0", set_as_current=False)
        app.conf.update(
            broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
            task_publish_retry_policy=settings.CELERY_TASK_PUBLISH_RETRY_POLICY,
        )
        monkeypatch.setattr(publish, "current_app", app)
        yield


@pytest.mark.django_db
def test_a_broker_that_stands_still_holds_nobody_up(standing_still: None) -> None:
    job = Job.objects.create(kind="test", queue=Queue.LIVE)
    began = time.monotonic()
    assert not publish.publish(job)
    assert time.monotonic() - began < SOON_S
    job.refresh_from_db()
    assert job.published_at is None
