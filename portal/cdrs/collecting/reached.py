"""How far a collection has come: what its checkpoint holds beside what the days themselves tell."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.cdrs.collecting.planner import Block
from portal.cdrs.collecting.troubles import Failing
from portal.cdrs.landing import COUNTS, Landed
from portal.cdrs.numbers import packed, unpacked
from portal.vos3000.schema.base import Text

#: So many warnings are told; more are counted.
TOLD = 50
#: What a job's page tells of :class:`Counts`.
COUNTED = MappingProxyType(
    {
        "calls": _("Questions to the softswitch"),
        "rows": _("Rows kept"),
        "known": _("Rows kept already"),
        "changed": _("Rows changed later"),
        "doubles": _("Set aside: doubles"),
        "foreign": _("Set aside: not asked for"),
        "bad": _("Set aside: unreadable"),
    }
)


class DaySets:
    """Sets of accounts by dataset and day."""

    def __init__(self, kept: dict[str, dict[str, str]] | None = None) -> None:
        self._masks = {
            (dataset, date.fromisoformat(day)): unpacked(base64.b85decode(mask))
            for dataset, days in (kept or {}).items()
            for day, mask in days.items()
        }

    def __call__(self, dataset: str, day: date) -> int:
        """Return the set of a day."""
        return self._masks.get((dataset, day), 0)

    def add(self, dataset: str, day: date, mask: int) -> None:
        """Put accounts into the set of a day."""
        self._masks[dataset, day] = self(dataset, day) | mask

    def remove(self, dataset: str, day: date, mask: int) -> None:
        """Take accounts out of the set of a day."""
        self._masks[dataset, day] = self(dataset, day) & ~mask

    def days(self) -> Iterable[tuple[str, date, int]]:
        """Return every set with its dataset and day."""
        return [(dataset, day, mask) for (dataset, day), mask in sorted(self._masks.items()) if mask]

    def as_json(self) -> dict[str, dict[str, str]]:
        """Return the sets as they are kept."""
        kept: dict[str, dict[str, str]] = {}
        for dataset, day, mask in self.days():
            kept.setdefault(dataset, {})[day.isoformat()] = base64.b85encode(packed(mask)).decode()
        return kept


@dataclass(slots=True)
class Counts:
    """What came of the calls so far."""

    calls: int = 0
    bytes: int = 0
    rows: int = 0
    known: int = 0
    changed: int = 0
    doubles: int = 0
    bad: int = 0
    foreign: int = 0

    def add(self, landed: Landed) -> None:
        """Take in what became of the rows of some answers."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(landed, name))


@dataclass(slots=True)
class Reached:
    """Where a collection stands.

    ``done`` are account-days that were asked in this collection and would be asked again by what their days tell; ``aside`` those that the
    softswitch refused by themselves. ``good`` names an account-day that was answered. ``closed`` are datasets whose interface it does not
    answer while it does answer others. ``reread`` are days whose differing accounts were read a second time.
    """

    total: int | None = None
    made: int = 0
    done: DaySets = field(default_factory=DaySets)
    aside: DaySets = field(default_factory=DaySets)
    counts: Counts = field(default_factory=Counts)
    failing: Failing = field(default_factory=Failing)
    warnings: list[dict[str, str]] = field(default_factory=list)
    more: int = 0
    good: list[Any] | None = None
    closed: list[str] = field(default_factory=list)
    reread: list[str] = field(default_factory=list)

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Reached:
        """Return it as a checkpoint keeps it."""
        return cls(
            total=kept.get("total"),
            made=kept.get("made", 0),
            done=DaySets(kept.get("done")),
            aside=DaySets(kept.get("aside")),
            counts=Counts(**kept.get("counts", {})),
            failing=Failing.of_json(kept.get("failing", {})),
            warnings=list(kept.get("warnings", [])),
            more=kept.get("more", 0),
            good=kept.get("good"),
            closed=list(kept.get("closed", [])),
            reread=list(kept.get("reread", [])),
        )

    def as_json(self) -> dict[str, Any]:
        """Return it for a checkpoint."""
        return {
            "total": self.total,
            "made": self.made,
            "done": self.done.as_json(),
            "aside": self.aside.as_json(),
            "counts": asdict(self.counts),
            "failing": self.failing.as_json(),
            "warnings": self.warnings,
            "more": self.more,
            "good": self.good,
            "closed": self.closed,
            "reread": self.reread,
        }

    def warn(self, text: Text) -> None:
        """Keep a warning for whoever reads what came of the collection; the same one is told once."""
        told = {"en": text.en, "zh": text.zh}
        if told in self.warnings:
            return
        if len(self.warnings) < TOLD:
            self.warnings.append(told)
        else:
            self.more += 1

    def kept(self, landed: Landed) -> None:
        """Note what became of the rows of some answers."""
        self.counts.add(landed)
        if landed.rows or landed.known:
            self.failing.over()

    def answered(self, dataset: str, block: Block) -> None:
        """Note that something came."""
        if not self.failing.keeping:
            self.failing.over()
        self.good = [dataset, block.numbers[0], block.last.isoformat()]
