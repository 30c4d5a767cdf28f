"""The same calls as rows of a database, to measure against."""

from __future__ import annotations

from django.apps import AppConfig


class BenchCdrsConfig(AppConfig):
    """One table, made and filled by the measurement itself."""

    name = "tests.bench.cdrs"
    label = "bench_cdrs"
