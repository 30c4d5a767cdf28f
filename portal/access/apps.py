"""The Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest


class AccessConfig(AppConfig):
    """People, roles, rights and log-ins."""

    name = "portal.access"
    label = "access"

    def ready(self) -> None:
        """Keep a row of every log-in, however it came about."""
        from portal.access import log_ins  # noqa: PLC0415 - models are ready only now

        def opened(sender: object, request: HttpRequest, user: Any, **_told: Any) -> None:  # noqa: ARG001 - the shape of a receiver
            log_ins.opened(request, user)

        def closed(sender: object, request: HttpRequest, **_told: Any) -> None:  # noqa: ARG001 - likewise
            log_ins.closed(request)

        user_logged_in.connect(opened, weak=False, dispatch_uid="log-ins")
        user_logged_out.connect(closed, weak=False, dispatch_uid="log-ins")
