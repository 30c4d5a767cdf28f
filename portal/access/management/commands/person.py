"""``manage.py person NAME --role ROLE``: let somebody in by a one-time link."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.access.inviting import invitation
from portal.access.models import AccountLink, RoleRow, User
from portal.platforms.models import Platform


class Command(BaseCommand):
    """Make a person, or send a present one a new link: staff see platforms, everybody else stands for accounts."""

    help = "Make a person and print the one-time link by which they set their password (valid 24 hours)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is, and what they see."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--role", required=True, metavar="ROLE", help="the short name of a role, built in or made on the page of roles")
        accounts = "for roles that see only their own accounts; may be given again"
        parser.add_argument("--account", action="append", default=[], metavar="PLATFORM:ACCOUNT", help=accounts)
        platforms = "for staff who see only some; may be given again; without it they see every platform"
        parser.add_argument("--platform", action="append", default=[], metavar="PLATFORM", help=platforms)
        parser.add_argument("--base-url", default="http://127.0.0.1:8000", help="where the portal answers")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the link; it is shown nowhere else."""
        role = self._role(options["role"])
        if role.confined != bool(options["account"]) or (role.confined and options["platform"]):
            raise CommandError("A role of own accounts needs --account PLATFORM:ACCOUNT; staff take --platform PLATFORM or nothing.")
        with transaction.atomic():
            user = self._person(options["name"].strip(), role)
            for account in options["account"]:
                self._link(user, account)
            if options["platform"]:
                self._narrow(user, options["platform"])
            words = invitation(user, options["base_url"], "person")
        self.stdout.write(words)

    def _role(self, slug: str) -> RoleRow:
        role = RoleRow.objects.filter(slug=slug).first()
        if role is None:
            raise CommandError(f"There is no role {slug!r}; there are: {', '.join(RoleRow.objects.values_list('slug', flat=True))}.")
        return role

    def _person(self, name: str, role: RoleRow) -> User:
        if not name:
            raise CommandError("A name is needed.")
        user = User.objects.filter(username__iexact=name).first()
        if user is None:
            return User.objects.create_user(name, role=role.slug)
        if user.role != role.slug or user.is_demo or not user.is_active:
            raise CommandError(f"{user.username} exists and is no active {str(role).lower()}.")
        return user

    def _link(self, user: User, words: str) -> None:
        slug, _colon, account = words.partition(":")
        if not account:
            raise CommandError(f"{words!r} does not name an account as PLATFORM:ACCOUNT.")
        AccountLink.objects.get_or_create(user=user, platform=self._platform(slug), account=account)

    def _narrow(self, user: User, slugs: list[str]) -> None:
        user.every_platform = False
        user.save(update_fields=["every_platform"])
        user.platforms.set([self._platform(slug) for slug in slugs])

    def _platform(self, slug: str) -> Platform:
        platform = Platform.objects.filter(slug=slug).first()
        if platform is None:
            raise CommandError(f"There is no platform {slug!r}.")
        return platform
