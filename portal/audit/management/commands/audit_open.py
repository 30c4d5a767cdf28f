"""``manage.py audit_open``: the writes whose end is not known."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.audit.models import Operation


class Command(BaseCommand):
    """List intents without an outcome."""

    help = "List the writes whose intent was recorded and whose end is not known, the oldest first."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line a write."""
        for each in Operation.objects.open().select_related("platform").order_by("created_at").iterator():
            what = (each.platform.slug, each.interface, each.object_key, each.user_name)
            self.stdout.write("\t".join((f"{each.created_at:%Y-%m-%d %H:%M:%S}", each.state, *what, str(each.pk))))
