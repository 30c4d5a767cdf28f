"""The Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The domain of billing."""

    name = "billing_app"
