"""The Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The domain of accounts."""

    name = "accounts_app"
