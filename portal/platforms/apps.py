"""The Django app."""

from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    """The VOS3000 installations."""

    name = "portal.platforms"
    label = "platforms"
