"""One measurement in a process of its own: ``python -m tests.bench.run NAME [WORDS]``, on an empty database."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import django
from django.core.management import call_command


def main(name: str, *words: str) -> None:
    """Prepare the database and measure."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    import_module(f"tests.bench.{name}").main(*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
