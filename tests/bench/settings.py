"""The portal's settings with Django's admin beside it, to measure against."""

from __future__ import annotations

from portal.settings import *  # noqa: F403
from portal.settings import INSTALLED_APPS as PORTAL_APPS

INSTALLED_APPS = ["django.contrib.admin", *PORTAL_APPS]
ROOT_URLCONF = "tests.bench.urls"
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["auth.W004", "axes.W002", "admin.E408"]
