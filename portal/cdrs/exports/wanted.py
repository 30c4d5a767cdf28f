"""What somebody wants to have in a file, and what the file is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.selection import Selection, questions_for, visible
from portal.platforms.models import Platform

_NAMED = 2
_LONGEST_NAME = 90
_STRANGE = re.compile(r"[^A-Za-z0-9._+-]+")


class Format(TextChoices):
    """The formats of a file; each is also the ending of its name."""

    CSV = "csv", _("CSV")
    ZIP = "zip", _("CSV, zipped")
    XLSX = "xlsx", _("Excel (XLSX)")
    PARQUET = "parquet", _("Parquet")


TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.ZIP: "application/zip",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PARQUET: "application/vnd.apache.parquet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A selection of calls as a file: ``columns`` are wire names in their order, ``zone`` is the IANA zone of its instants."""

    selection: Selection
    columns: tuple[str, ...]
    format: Format
    zone: str
    language: str

    def as_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return {
            "selection": self.selection.as_json(),
            "columns": list(self.columns),
            "format": self.format.value,
            "zone": self.zone,
            "language": self.language,
        }

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> Wanted:
        """Return what :meth:`as_json` gave; raises ``ValueError`` for anything else."""
        try:
            return Wanted(
                selection=Selection.of_json(kept["selection"]),
                columns=tuple(str(each) for each in kept["columns"]),
                format=Format(kept["format"]),
                zone=ZoneInfo(kept["zone"]).key,
                language=str(kept["language"]),
            )
        except (KeyError, TypeError, ZoneInfoNotFoundError) as error:
            raise ValueError("this is no export of calls") from error


def readable(actor: Actor, wanted: Wanted) -> bool:
    """Tell whether somebody sees every column that an export has, is narrowed or is sorted by."""
    known, asked = set(visible(actor)), {*wanted.columns, wanted.selection.sort}
    narrowed = {each.name for each in wanted.selection.conditions} <= questions_for(actor).keys()
    return actor.may(CDRS.interface.right) and bool(wanted.columns) and asked <= known and narrowed


def name_of(wanted: Wanted, platform: Platform) -> str:
    """Return a name, without its ending, that tells what is in a file, in characters that every system takes."""
    name = "-".join(filter(None, ("cdrs", platform.slug, _days(wanted), *_narrowings(wanted.selection))))
    return name[:_LONGEST_NAME].rstrip("-+.")


def _days(wanted: Wanted) -> str:
    zone, span = ZoneInfo(wanted.zone), wanted.selection.span
    first, last = (f"{datetime.fromtimestamp(each / 1000, zone):%Y-%m-%d}" for each in (span.begin_ms, span.end_ms - 1))
    return first if first == last else f"{first}--{last}"


def _narrowings(selection: Selection) -> Iterator[str]:
    accounts = [_plain(each) for each in selection.accounts[:_NAMED]]
    more = len(selection.accounts) - len(accounts)
    yield "+".join([*filter(None, accounts), *([f"{more}-more"] if more else []), *(["below"] if selection.below else [])])
    for each in selection.conditions:
        yield _plain(each.name if each.value == "yes" else f"{each.name}-{each.value}")


def _plain(text: str) -> str:
    return _STRANGE.sub("", text)
