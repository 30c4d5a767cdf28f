"""One worker at a time refreshes a platform: a lease in the database that runs out by itself, and where the work stands."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.directory.models import Refresh
from portal.platforms.models import Platform
from portal.vos3000.schema.base import NOTHING, Text

#: Longer than any single call may take with its repetitions.
LIFE = timedelta(minutes=5)


class LeaseLost(Exception):
    """Another worker has taken the platform over; this one stops."""


class Lease:
    """The right to refresh one platform, and the row that says how far that has come."""

    def __init__(self, platform: Platform, holder: str) -> None:
        self.platform = platform
        self.holder = holder
        self.row = Refresh.objects.get(platform=platform)

    @classmethod
    def take(cls, platform: Platform) -> Lease | None:
        """Take a platform; None while another worker holds it."""
        Refresh.objects.get_or_create(platform=platform)
        now, holder = timezone.now(), uuid.uuid4().hex
        free = Refresh.objects.filter(Q(held_until=None) | Q(held_until__lt=now), platform=platform)
        return cls(platform, holder) if free.update(held_by=holder, held_until=now + LIFE) else None

    def note(self, **values: Any) -> None:
        """Write down how far it has come, and hold the platform for another while; raises where another worker has it."""
        if not self._write(held_until=timezone.now() + LIFE, **values):
            raise LeaseLost

    def release(self, problem: Text = NOTHING) -> None:
        """Give the platform back, with what went wrong; what another worker holds is left alone."""
        self._write(held_by="", held_until=None, problem_en=problem.en, problem_zh=problem.zh)

    def _write(self, **values: Any) -> bool:
        """Write to the row while it is held; tell whether it was."""
        held = Refresh.objects.filter(platform=self.platform, held_by=self.holder).update(**values)
        for name, value in values.items():
            setattr(self.row, name, value)
        return bool(held)


def unfinished(row: Refresh, now: datetime, within: timedelta) -> bool:
    """Tell whether a pass broke off not long ago, so that it can go on from where it stood."""
    if row.started_at is None or row.started_at < now - within:
        return False
    return row.finished_at is None or row.finished_at < row.started_at
