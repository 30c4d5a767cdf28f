"""The background work behind this domain's lists; Celery looks for it in every app's ``tasks``."""

from portal.service.mirror_tasks import refresh_all, refresh_platform

__all__ = ["refresh_all", "refresh_platform"]
