"""``manage.py platform``: add and list platforms from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from portal.platforms.models import Platform
from portal.platforms.slugs import free_slug
from portal.platforms.validators import clean_base_url


class Command(BaseCommand):
    """Add a platform, or list those there are."""

    help = "Add a VOS3000 platform (read-only unless --writable), or list the platforms."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take ``add NAME URL --timezone TZ`` or ``list``."""
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="add a platform")
        add.add_argument("name", metavar="NAME")
        add.add_argument("url", metavar="URL")
        add.add_argument("--timezone", required=True, metavar="TZ", help="of the softswitch's clock, for example Asia/Shanghai")
        add.add_argument("--currency", default="CNY", help="ISO code (CNY)")
        add.add_argument("--writable", action="store_true", help="open it for writing at once")
        actions.add_parser("list", help="list the platforms")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what was asked for."""
        if options["action"] == "list":
            self._list()
        else:
            self._add(options)

    def _list(self) -> None:
        for each in Platform.objects.all():
            mode = "writable" if each.writable else "read-only"
            self.stdout.write(f"{each.slug}\t{each.name}\t{each.base_url}\t{each.time_zone}\t{each.currency}\t{mode}")

    def _add(self, options: dict[str, Any]) -> None:
        platform = Platform(
            slug=free_slug(options["name"]),
            name=options["name"],
            base_url=clean_base_url(options["url"]),
            time_zone=options["timezone"],
            currency=options["currency"],
            writable=options["writable"],
        )
        try:
            platform.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())) from error
        platform.save()
        self.stdout.write(f"{platform.slug}: added, {'open for writing' if platform.writable else 'read-only'}.")
