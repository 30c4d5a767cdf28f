"""``manage.py demo_people``: the people of the demo, who exist nowhere else."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.access.models import AccountLink, RoleRow, User
from portal.access.rights import ROLE_RIGHTS, Own, Role
from portal.platforms.models import Platform

STAFF = {"root": Role.ADMINISTRATOR, "support": Role.SUPPORT, "finance": Role.FINANCE, "auditor": Role.AUDITOR}
AGENTS = {"north": "1000", "north-east": "1100", "south": "2000"}
#: A role that the operator made: an agent who may also move money between own accounts.
RESELLER = "reseller"
RESELLERS = frozenset({"north"})


class Command(BaseCommand):
    """Make the demo people, or give them the password of this start."""

    help = "Make the people of the demo (needs PORTAL_DEMO=1 and DEMO_PASSWORD)."

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make each person with their role; agents are linked to their account on every platform."""
        password = os.environ.get("DEMO_PASSWORD", "")
        if not settings.PORTAL_DEMO:
            raise CommandError("Demo people exist only in the demo (PORTAL_DEMO=1).")
        if not password:
            raise CommandError("DEMO_PASSWORD is needed.")
        with transaction.atomic():
            encoded = self._encoded(password)
            self._reseller()
            agents = {name: RESELLER if name in RESELLERS else str(Role.AGENT) for name in AGENTS}
            for name, role in (STAFF | agents).items():
                self._person(name, role, encoded)
        if options["verbosity"]:
            self.stdout.write("The demo people are there.")

    def _encoded(self, password: str) -> str:
        """Return the password's one hash for all of them: making or checking seven would hold every start up."""
        known = User.objects.filter(is_demo=True).first()
        return known.password if known and known.check_password(password) else make_password(password)

    def _reseller(self) -> None:
        """Make the role, or give it what the built-in one has by now."""
        rights = sorted(map(str, ROLE_RIGHTS[Role.AGENT] | {Own.MAKE_TRANSFERS}))
        RoleRow.objects.update_or_create(slug=RESELLER, defaults={"title": "Reseller", "confined": True, "rights": rights})

    def _person(self, name: str, role: str, encoded: str) -> None:
        user = User.objects.filter(username=name).first() or User(username=name)
        if user.pk and not user.is_demo:
            raise CommandError(f"{name} exists and is no demo person.")
        user.role, user.is_demo, user.is_active, user.password = role, True, True, encoded
        user.save()
        for platform in Platform.objects.all() if name in AGENTS else ():
            AccountLink.objects.get_or_create(user=user, platform=platform, account=AGENTS[name])
