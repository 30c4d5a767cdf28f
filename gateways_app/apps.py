"""The Django app."""

from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    """The domain of gateways."""

    name = "gateways_app"
