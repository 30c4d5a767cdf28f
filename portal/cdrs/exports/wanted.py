"""What somebody wants to have in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor
from portal.cdrs.datasets import CDRS
from portal.cdrs.selection import Selection, questions_for, visible


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
