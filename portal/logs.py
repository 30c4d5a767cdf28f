"""Logging by structlog: lines for people on a terminal, JSON in production, each with the id of its request."""

from __future__ import annotations

from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """Return Django's ``LOGGING``: everything goes to standard error through one formatter."""
    # Plain tracebacks: richer ones print local variables, and those hold passwords.
    terminal = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    renderer: Any = structlog.processors.JSONRenderer() if as_json else terminal
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.format_exc_info, renderer]
    if not as_json:
        processors.remove(structlog.processors.format_exc_info)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": structlog.stdlib.ProcessorFormatter, "processors": processors, "foreign_pre_chain": _SHARED}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "httpx": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "celery.worker.strategy": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
        },
    }
