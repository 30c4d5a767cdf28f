"""The Django app."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """The local mirror of accounts and phones."""

    name = "portal.directory"
