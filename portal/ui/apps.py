"""The user interface as a Django app: template tags and the templates' vocabulary."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The design layer."""

    name = "portal.ui"
    label = "ui"
