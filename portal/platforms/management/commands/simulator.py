"""Run a simulated softswitch."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.vos3000.simulator import cli


class Command(BaseCommand):
    """The simulator of portal.vos3000 under manage.py."""

    help = "Run a simulated VOS3000 softswitch to try the portal against."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the simulator takes."""
        cli.add_arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Serve until told to stop."""
        cli.run(argparse.Namespace(**options))
