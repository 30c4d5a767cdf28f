"""``manage.py messages``: collect, check and compile the portal's strings, without the gettext programs."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
SOURCES = ("portal", "accounts_app", "gateways_app", "billing_app", "templates")
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalog_path() -> Path:
    """Return where the Chinese catalogue is kept."""
    return Path(settings.BASE_DIR) / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _extract_file(path: Path) -> Iterator[tuple[Any, Any]]:
    method: Any = "python"
    source: IO[bytes] = BytesIO(path.read_bytes())
    if path.suffix in {".html", ".txt"}:
        source = BytesIO(_as_python(path.read_text(encoding="utf-8"), str(path)))
        method = extract_python
    for _line, message, _comments, context in extract(method, source, keywords=KEYWORDS, options={"encoding": "utf-8"}):
        yield message, context


def _as_python(template: str, origin: str) -> bytes:
    """Return a template's strings as calls that Babel's reader of Python finds; what is left of the indent would confuse it."""
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).splitlines()).encode()


def _files() -> Iterable[Path]:
    root = Path(settings.BASE_DIR)
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def collected() -> Catalog:
    """Return every string of the sources that a reader may see."""
    catalog = Catalog(locale=LOCALE)
    for path in _files():
        for message, context in _extract_file(path):
            catalog.add(message, context=context or None)
    return catalog


def kept() -> Catalog:
    """Return the catalogue as it is kept, empty where there is none yet."""
    path = catalog_path()
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as source:
        return read_po(source, locale=LOCALE)


def missing() -> list[str]:
    """Return the strings with no Chinese yet."""
    have = kept()
    lacking = []
    for message in collected():
        if not message.id:
            continue
        single = str(message.id[0] if isinstance(message.id, list | tuple) else message.id)
        known = have.get(single, message.context)
        done = known is not None and not known.fuzzy and all(known.string if isinstance(known.string, tuple) else [known.string])
        if not done:
            lacking.append(single)
    return lacking


class Command(BaseCommand):
    """Keep the Chinese catalogue whole."""

    help = "Collect, check or compile the portal's strings."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of three things to do."""
        group = parser.add_mutually_exclusive_group(required=True)
        group.add_argument("--collect", action="store_true", help="add new strings to the catalogue and drop unused ones")
        group.add_argument("--check", action="store_true", help="fail where a string has no Chinese")
        group.add_argument("--compile", action="store_true", help="write the compiled catalogue")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what was asked."""
        if options["collect"]:
            self._collect()
        elif options["compile"]:
            self._compile()
        else:
            self._check()

    def _collect(self) -> None:
        have = kept()
        have.update(collected(), no_fuzzy_matching=True)
        have.obsolete.clear()
        path = catalog_path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            write_po(target, have, width=0, sort_output=True, no_location=True, omit_header=False)
        self.stdout.write(f"{len(missing())} strings wait for their Chinese.")

    def _compile(self) -> None:
        with catalog_path().with_suffix(".mo").open("wb") as target:
            write_mo(target, kept())

    def _check(self) -> None:
        if lacking := missing():
            raise CommandError("No Chinese for:\n" + "\n".join(f"  {text!r}" for text in lacking))
        self.stdout.write("Every string is there in both languages.")
