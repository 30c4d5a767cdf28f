"""The Django app."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """People, roles, rights and log-ins."""

    name = "portal.access"
    label = "access"
