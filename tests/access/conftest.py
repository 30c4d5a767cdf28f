"""People at the door of the portal."""

from __future__ import annotations

import pytest

from portal.access.models import User
from portal.access.rights import Role

PASSWORD = "a long enough one"


@pytest.fixture
def mei(db: None) -> User:
    return User.objects.create_user("Mei", PASSWORD, role=Role.SUPPORT, display_name="Mei Lin", time_zone="Asia/Shanghai")
