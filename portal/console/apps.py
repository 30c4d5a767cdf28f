"""The Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """A page for every interface."""

    name = "portal.console"
