"""The background work of the mirror: every platform now and then, and one when somebody asks."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from portal.platforms.models import Platform
from portal.service.mirror import End, refresh_mirror


@shared_task(name="portal.service.tasks.refresh_all")  # type: ignore[untyped-decorator]  # Celery has no types
def refresh_all() -> None:
    """Have every platform in use refreshed; what is due of each is decided there."""
    for platform_id in Platform.objects.enabled().values_list("pk", flat=True):
        refresh_platform.delay(platform_id, everything=False)


@shared_task(name="portal.service.tasks.refresh_platform")  # type: ignore[untyped-decorator]
def refresh_platform(platform_id: int, *, everything: bool = True) -> str:
    """Refresh one platform, a piece of minutes at a time; one that another worker holds is left to it."""
    platform = Platform.objects.enabled().filter(pk=platform_id).first()
    if platform is None:
        return End.DONE
    end = refresh_mirror(platform, everything=everything)
    if end is End.MORE:
        refresh_platform.delay(platform_id, everything=everything)
    return end


@worker_ready.connect  # type: ignore[untyped-decorator]
def _refresh_at_once(**_told: Any) -> None:
    """Refresh what is due at every start of a worker, not only when the clock next strikes."""
    refresh_all.delay()
