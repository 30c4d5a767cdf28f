"""``manage.py person NAME --role ROLE``: let somebody in by a one-time link."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.access.inviting import invitation
from portal.access.models import AccountLink, User
from portal.access.rights import Role
from portal.platforms.models import Platform


class Command(BaseCommand):
    """Make a person, or send a present one a new link; an agent stands for accounts of platforms."""

    help = "Make a person and print the one-time link by which they set their password (valid 24 hours)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is, and for an agent the accounts they stand for."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument("--account", action="append", default=[], metavar="PLATFORM:ACCOUNT", help="for an agent; may be given again")
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="where the portal answers")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the link; it is shown nowhere else."""
        role, accounts = Role(options["role"]), options["account"]
        if (role == Role.AGENT) != bool(accounts):
            raise CommandError("An agent needs --account PLATFORM:ACCOUNT, and nobody else takes one.")
        with transaction.atomic():
            user = self._person(options["name"].strip(), role)
            for account in accounts:
                self._link(user, account)
            words = invitation(user, options["base_url"], "person")
        self.stdout.write(words)

    def _person(self, name: str, role: Role) -> User:
        if not name:
            raise CommandError("A name is needed.")
        user = User.objects.filter(username__iexact=name).first()
        if user is None:
            return User.objects.create_user(name, role=role)
        if user.role != role or user.is_demo or not user.is_active:
            raise CommandError(f"{user.username} exists and is no active {role.label.lower()}.")
        return user

    def _link(self, user: User, words: str) -> None:
        slug, _colon, account = words.partition(":")
        platform = Platform.objects.filter(slug=slug).first()
        if platform is None or not account:
            raise CommandError(f"{words!r} does not name an account as PLATFORM:ACCOUNT.")
        AccountLink.objects.get_or_create(user=user, platform=platform, account=account)
