"""The project itself as an app: its commands, and Celery for every process."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Binds shared tasks to the portal's Celery application."""

    name = "portal"

    def ready(self) -> None:
        """Load the Celery application, so that tasks are published to its broker."""
        import portal.celery  # noqa: F401, PLC0415 - settings are complete only now
