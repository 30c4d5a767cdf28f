"""The portal's settings with Django's admin beside it, to measure against."""

from __future__ import annotations

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES as PORTAL_DATABASES
from portal.settings import INSTALLED_APPS as PORTAL_APPS
from portal.settings import env

INSTALLED_APPS = ["django.contrib.admin", "tests.bench.cdrs", *PORTAL_APPS]
# Where the same rows are put to measure against.
PLAIN_DATABASE: str = env.str("BENCH_PLAIN_DATABASE", default="")
DATABASES = PORTAL_DATABASES | ({"plain": env.db_url_config(PLAIN_DATABASE)} if PLAIN_DATABASE else {})
ROOT_URLCONF = "tests.bench.urls"
LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS = ["auth.W004", "axes.W002", "admin.E408"]
