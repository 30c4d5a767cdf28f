"""``manage.py demo``: the whole portal on one machine, with demo people and two simulated softswitches."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal import demo
from portal.access.management.commands.demo_people import AGENTS, STAFF
from portal.directory.models import Refresh
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.supervise import Supervisor

_SLOW_S = 60.0
_LOOK_S = 0.1
_RULE = "─" * 78


class Command(BaseCommand):
    """Start everything, and stop it with Ctrl-C."""

    help = "Run the demo: PORTAL_PORT (8000), PORTAL_DATA (var/), DEMO_PASSWORD."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Start, wait for the end, and stop what was started."""
        if not settings.PORTAL_DEMO:
            raise CommandError("The demo runs only with PORTAL_DEMO=1: its people must not exist in a real installation.")
        data = Path(settings.PORTAL_DATA)
        parts = Supervisor(self._say)
        parts.listen()
        try:
            demo.refuse_real_data()
            port = demo.port_of(os.environ.get("PORTAL_PORT") or "8000")
            with demo.alone_in(data), demo.socket_place(data) as valkey_socket:
                demo.refuse_taken_ports(port)
                self._run(parts, data, port, valkey_socket)
        except demo.CannotStart as error:
            raise CommandError(str(error)) from None

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _run(self, parts: Supervisor, data: Path, port: int, valkey_socket: Path) -> None:
        password = demo.password_in(data)
        self._tell_parts(data, port, valkey_socket)
        try:
            self._start_surroundings(parts, data, port, valkey_socket)
            self._prepare(port, password)
            for name, words in demo.portal_parts(port).items():
                parts.start(name, words)
            failed = self._watch(parts, port, password)
        finally:
            parts.stop()
        if failed:
            raise CommandError(failed)

    def _tell_parts(self, data: Path, port: int, valkey_socket: Path) -> None:
        """Say to the parts, by their environment, where things are; a broker that was named is used."""
        os.chdir(settings.BASE_DIR)
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        os.environ.setdefault("PORTAL_URL", f"http://127.0.0.1:{port}")
        os.environ.setdefault("REDIS_URL", f"unix://{valkey_socket}")
        os.environ.update(PYTHONUNBUFFERED="1", PORTAL_DATA=str(data))
        os.environ.pop("DEMO_PASSWORD", None)
        current_app.conf.broker_url = os.environ["REDIS_URL"].replace("unix://", "redis+socket://", 1)

    def _start_surroundings(self, parts: Supervisor, data: Path, port: int, valkey_socket: Path) -> None:
        """Start what the portal stands on; it gets ready while the database is prepared."""
        if os.environ["REDIS_URL"] == f"unix://{valkey_socket}":
            parts.start("valkey", demo.broker(data, valkey_socket), outlives=True)
        for platform in demo.PLATFORMS:
            parts.start(platform.slug, demo.simulator(platform, port, data), outlives=True)

    def _prepare(self, port: int, password: str) -> None:
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        for each in demo.PLATFORMS:
            address = {"base_url": each.address(port)}
            first = {**address, "name": each.name, "time_zone": each.time_zone, "currency": each.currency, "writable": True}
            Platform.objects.update_or_create(slug=each.slug, defaults=address, create_defaults=first)
        os.environ["DEMO_PASSWORD"] = password
        call_command("demo_people", verbosity=0)
        del os.environ["DEMO_PASSWORD"]
        # Nobody else works on this folder: what holds a platform or a job is a worker of the last time that was killed.
        Refresh.objects.update(held_by="", held_until=None)
        Job.objects.filter(state=State.RUNNING).update(lease_until=timezone.now())

    def _watch(self, parts: Supervisor, port: int, password: str) -> str:
        """Wait until somebody wants an end ("") or a part has ended by itself (a sentence); tell when all is ready."""
        began, ready, told_slow = time.monotonic(), False, False
        while not parts.told_to_stop:
            if ended := parts.ended():
                return f"{ended}, so the demo ends."
            if not ready and (ready := demo.answers(port)):
                self._announce(port, password)
            elif not (ready or told_slow) and time.monotonic() - began > _SLOW_S:
                told_slow = True
                self._say(f"The portal does not answer yet, after {_SLOW_S:.0f} s; see the lines above.")
            time.sleep(_LOOK_S)
        self._say("Stopping ...")
        return ""

    def _announce(self, port: int, password: str) -> None:
        """Have the mirror filled, and tell where the portal is and who may log in."""
        try:
            current_app.send_task("portal.service.tasks.refresh_all")
        except OperationalError as error:
            self._say(f"The worker cannot be reached, so the lists stay as they were: {error}")
        people = [f"{name} ({role.value})" for name, role in STAFF.items()] + [f"{', '.join(AGENTS)} (agents)"]
        platforms = [f"{each.name} {each.address(port)} ({each.time_zone}, {each.currency})" for each in demo.PLATFORMS]
        lines = [_RULE, f"  The portal is ready:  http://127.0.0.1:{port}", ""]
        lines += [f"  Log in as:            {', '.join(people)}", f"  Password of each:     {password}"]
        lines += [f"  Simulated:            {platforms[0]}", *(f"                        {each}" for each in platforms[1:])]
        self._say("\n".join(["", *lines, "  Stop with:            Ctrl-C", _RULE, ""]))
