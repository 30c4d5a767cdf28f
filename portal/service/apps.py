"""The Django app."""

from django.apps import AppConfig
from django.conf import settings

from portal.vos3000 import clients


class ServiceConfig(AppConfig):
    """The door to the platforms, and the transfers that are made through it."""

    name = "portal.service"

    def ready(self) -> None:
        """Share limits and breakers with the other processes."""
        clients.configure(settings.REDIS_URL)
