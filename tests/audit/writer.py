"""A process that records: ``python -m tests.audit.writer NAME COUNT``."""

from __future__ import annotations

import sys

import django


def main(name: str, count: int) -> None:
    """Record so many rows, in every way in which the portal does."""
    django.setup()

    from django.db import transaction  # noqa: PLC0415 - Django is ready only now

    from portal.access.actor import Actor  # noqa: PLC0415 - likewise
    from portal.access.events import Event  # noqa: PLC0415 - likewise
    from portal.audit.models import AuditRow, Operation  # noqa: PLC0415 - likewise
    from portal.audit.record import record_event, record_intent  # noqa: PLC0415 - likewise
    from portal.platforms.models import Platform  # noqa: PLC0415 - likewise

    actor, platform = Actor.nobody("192.0.2.1", name=name), Platform.objects.get()

    def plain(number: int) -> None:
        record_event(actor, Event.LOGGED_IN, after={"number": number, "rate": 1e22})

    def with_operation(number: int) -> None:
        with transaction.atomic(durable=True):
            operation = Operation.objects.create(platform=platform, interface="ModifyCustomer", resource="account", object_key=str(number))
            record_intent(actor, operation, before={"number": number}, after={})

    def many(number: int) -> None:
        AuditRow.objects.bulk_create([AuditRow(kind="event", event="x:y:z", user_name=name, text=str(number))])

    def not_after_all(number: int) -> None:
        with transaction.atomic():
            plain(number)
            transaction.set_rollback(True)
        plain(number)

    ways = (plain, with_operation, many, not_after_all)
    for number in range(count):
        ways[number % len(ways)](number)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
