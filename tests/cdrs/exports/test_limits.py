"""What counts against the exports that a role may make in a day."""

from __future__ import annotations

import pytest

from portal.access.actor import Actor
from portal.access.models import User
from portal.cdrs.exports.limits import used
from portal.jobs.models import Follower, Job, Queue, State

FILE = [{"name": "cdrs-1.csv", "path": "exports/a", "size": 1, "type": "text/csv", "rows": 1}]


@pytest.mark.django_db
def test_what_gave_rows_away_counts_however_it_ended() -> None:
    mine, other = (User.objects.create_user(name, "a-long-word-for-tests", role="finance") for name in ("mine", "other"))
    shared = {"kind": "cdrs-export", "queue": Queue.EXPORT, "scope": "", "parameters": {"selection": {}, "columns": []}}
    for state, files in ((State.DONE, FILE), (State.RUNNING, []), (State.CANCELLED, FILE), (State.CANCELLED, []), (State.FAILED, [])):
        Job.objects.create(owner=mine, owner_name="mine", state=state, files=files, **shared)
    assert used(Actor.person(mine)) == 3
    theirs = Job.objects.create(owner=other, owner_name="other", state=State.DONE, files=FILE, **shared)
    Follower.objects.create(job=theirs, user=mine)
    assert (used(Actor.person(mine)), used(Actor.person(mine), besides=theirs)) == (4, 3)
