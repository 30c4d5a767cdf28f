"""What a collection is to bring: the parameters of its job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.cdrs.datasets import DATASETS, Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Datasets of some accounts (None: all of the platform) from a day to another, both inclusive.

    Days from ``again`` on are asked about once more even where they are kept. Of the datasets named in ``active`` only those accounts
    are wanted that have had calls or money moved lately. ``night`` marks the portal's own collection of all that is over, ``today``
    that of what is not. ``turn`` marks that of accounts whose turn it is (:mod:`portal.cdrs.collecting.turns`), and is the number of the
    account that is next.
    """

    datasets: Sequence[Dataset]
    accounts: Sequence[str] | None
    first: date
    last: date
    again: date | None = None
    active: Sequence[str] = ()
    night: bool = False
    today: bool = False
    turn: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a job's parameters."""
        told: dict[str, Any] = {
            "datasets": [each.name for each in self.datasets],
            "accounts": None if self.accounts is None else sorted(self.accounts),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }
        extra = {
            "again": self.again.isoformat() if self.again else None,
            "active": list(self.active),
            "night": self.night,
            "today": self.today,
            "turn": self.turn,
        }
        return told | {name: value for name, value in extra.items() if value}

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Wish:
        """Return it from a job's parameters."""
        return cls(
            datasets=[DATASETS[name] for name in told["datasets"]],
            accounts=told["accounts"],
            first=date.fromisoformat(told["first"]),
            last=date.fromisoformat(told["last"]),
            again=date.fromisoformat(told["again"]) if told.get("again") else None,
            active=told.get("active", ()),
            night=told.get("night", False),
            today=told.get("today", False),
            turn=told.get("turn", 0),
        )
