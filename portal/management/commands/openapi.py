"""``manage.py openapi``: the declarations as an OpenAPI 3.1 document."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from portal.vos3000.openapi import document


class Command(BaseCommand):
    """Print the OpenAPI document of every interface and push."""

    help = "Print the interfaces and pushes of VOS3000 as OpenAPI 3.1."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Write JSON to standard output."""
        self.stdout.write(json.dumps(document(), ensure_ascii=False, indent=1))
