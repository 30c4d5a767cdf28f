"""``manage.py first_admin NAME``: how the first administrator of an installation comes in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.access.inviting import invitation
from portal.access.models import User
from portal.access.rights import Role


class Command(BaseCommand):
    """Make an administrator, or send a present one back in, by a link that works once."""

    help = "Print a one-time link by which an administrator sets their password (valid 24 hours)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name and where the portal answers."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="where the portal answers")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the link; it is shown nowhere else."""
        with transaction.atomic():
            user = self._administrator(options["name"].strip())
            words = invitation(user, options["base_url"], "first_admin")
        self.stdout.write(words)

    def _administrator(self, name: str) -> User:
        if not name:
            raise CommandError("A name is needed.")
        user = User.objects.filter(username__iexact=name).first()
        if user is None:
            return User.objects.create_user(name, role=Role.ADMINISTRATOR)
        if user.role != Role.ADMINISTRATOR or user.is_demo or not user.is_active:
            raise CommandError(f"{user.username} exists and is no active administrator.")
        return user
