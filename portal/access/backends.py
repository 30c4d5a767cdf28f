"""Who may log in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from portal.access.models import User


class PortalBackend(ModelBackend):
    """Names and passwords; people of the demo exist only in the demo, and their log-ins end with it."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse people who are not active, and demo people elsewhere."""
        if isinstance(user, User) and user.is_demo and not settings.PORTAL_DEMO:
            return False
        return super().user_can_authenticate(user)
