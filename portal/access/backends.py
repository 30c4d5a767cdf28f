"""Who may log in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef

from portal.access.models import Notice, User


class PortalBackend(ModelBackend):
    """Names and passwords; people of the demo exist only in the demo, and their log-ins end with it."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Refuse people who are not active, or who were let in by somebody who is not, and demo people elsewhere."""
        if isinstance(user, User) and user.is_demo and not settings.PORTAL_DEMO:
            return False
        if isinstance(user, User) and user.parent is not None and not user.parent.is_active:
            return False
        return super().user_can_authenticate(user)

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a log-in; that there is something to tell them is asked along, since every page is made for one."""
        unread = Notice.objects.filter(user=OuterRef("pk"), read_at=None)
        user = User.objects.select_related("parent").annotate(has_notices=Exists(unread)).filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
