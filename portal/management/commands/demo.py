"""``manage.py demo``: the whole portal on one machine, with demo people and two simulated softswitches."""

from __future__ import annotations

import os
import secrets
import sys
import threading
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from honcho.manager import Manager

from portal import demo
from portal.platforms.models import Platform

PEOPLE = "root (administrator), support, finance, auditor, north, north-east and south (agents)"


class Command(BaseCommand):
    """Start everything, and stop it with Ctrl-C."""

    help = "Run the demo: PORTAL_PORT (8000), PORTAL_DATA (var/), DEMO_PASSWORD."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Prepare the data, start the processes and wait for their end."""
        if not settings.PORTAL_DEMO:
            raise CommandError("The demo runs only with PORTAL_DEMO=1: its people must not exist in a real installation.")
        port = int(os.environ.get("PORTAL_PORT", "8000"))
        self._refuse_taken_ports(port)
        password = self._password()
        self._prepare(port, password)
        self._run(port, password)

    def _refuse_taken_ports(self, port: int) -> None:
        for each in (port, *(port + platform.port_offset for platform in demo.PLATFORMS)):
            if demo.taken(each):
                raise CommandError(f"Port {each} is in use. Set PORTAL_PORT to another number.")

    def _password(self) -> str:
        """Return the demo people's password: given, or made once and kept in the data folder."""
        if given := os.environ.get("DEMO_PASSWORD"):
            return given
        path = settings.PORTAL_DATA / "demo-password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(f"demo-{secrets.token_hex(4)}")
        return str(path.read_text())

    def _prepare(self, port: int, password: str) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        for each in demo.PLATFORMS:
            Platform.objects.update_or_create(
                slug=each.slug,
                defaults={"base_url": each.address(port)},
                create_defaults={
                    "name": each.name,
                    "base_url": each.address(port),
                    "time_zone": each.time_zone,
                    "currency": each.currency,
                    "writable": True,
                },
            )
        os.environ["DEMO_PASSWORD"] = password
        call_command("demo_people", verbosity=0)

    def _run(self, port: int, password: str) -> None:
        manager = Manager()
        for name, command in demo.commands(port).items():
            manager.add_process(name, command)
        threading.Thread(target=self._announce, args=(port, password), daemon=True).start()
        manager.loop()
        sys.exit(0 if manager.returncode == 130 else manager.returncode)  # noqa: PLR2004 - 130 is Ctrl-C, the way to end it

    def _announce(self, port: int, password: str) -> None:
        if not demo.wait_until_ready(port):
            self.stderr.write("The portal did not answer within a minute; see the lines above.")
            return
        current_app.send_task("portal.service.tasks.refresh_all")
        self.stdout.write(f"\n  The portal is ready:  http://127.0.0.1:{port}\n  Log in as:            {PEOPLE}")
        self.stdout.write(f"  Password of each:     {password}\n  Stop with Ctrl-C.\n")
        self.stdout.flush()
