"""The cast of the object pages."""

from tests.accounts_app.conftest import browse, people

__all__ = ["browse", "people"]
