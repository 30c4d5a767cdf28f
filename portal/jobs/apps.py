"""Work that takes longer than a page."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs: a row each, carried out by workers."""

    name = "portal.jobs"
    label = "jobs"
    verbose_name = "Jobs"
