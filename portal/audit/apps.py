"""The Django app."""

from typing import Any

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The append-only record and the operations; it listens to what the layer below tells."""

    name = "portal.audit"
    label = "audit"

    def ready(self) -> None:
        """Record what happens at the door of the portal itself."""
        from portal.access.events import happened  # noqa: PLC0415 - models are ready only now
        from portal.audit.record import record_event  # noqa: PLC0415 - likewise

        def record(sender: object, signal: object, **told: Any) -> None:  # noqa: ARG001 - the shape of a receiver
            record_event(**told)

        happened.connect(record, weak=False, dispatch_uid="audit")
