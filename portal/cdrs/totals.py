"""What a selection of calls comes to: exact sums, of the columns that its reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.access.actor import Actor
from portal.cdrs.answering import answered, explained
from portal.cdrs.datasets import CDRS
from portal.cdrs.facts import Sums, added
from portal.cdrs.seen import Source
from portal.cdrs.selection import Selection, selected
from portal.platforms.models import Platform


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums of a selection; seconds, and money in the platform's currency. None is what its reader does not see.

    ``agent_fee`` and ``margin`` are of the calls of accounts that have an agent, as far as the reader sees what that one pays:
    ``margin`` is what these accounts were charged beyond what their agent was.
    """

    calls: int = 0
    answered: int | None = None
    talk_s: int | None = None
    billed_s: int | None = None
    fee: Decimal | None = None
    agent_fee: Decimal | None = None
    margin: Decimal | None = None

    @property
    def asr(self) -> Decimal | None:
        """Answered calls in a hundred; None where there were none."""
        return None if self.answered is None or not self.calls else Decimal(100 * self.answered) / self.calls

    @property
    def acd_s(self) -> Decimal | None:
        """The mean talk time of answered calls in seconds; None where there were none."""
        return None if self.talk_s is None or not self.answered else Decimal(self.talk_s) / self.answered


def totals(actor: Actor, platform: Platform, selection: Selection) -> Totals:
    """Return what the whole selection comes to; raises ``Unanswered``, and ``NotThere`` as :func:`selected` does."""
    with explained():
        return totals_of(selected(actor, platform, selection))


def totals_of(found: Source) -> Totals:
    """Return what the rows of a source come to; of files that it holds whole this is known, only the others are read."""
    wanted = {name: each.sql for name, each in CDRS.sums.items() if all(map(found.has, each.needs))}
    known, rest = found.known(wanted)
    parts: list[Sums] = [known]
    if rest is not None:
        ((*values,),) = answered(f"SELECT {', '.join(wanted.values())} FROM ({rest.sql}) AS calls", rest.parameters)
        parts.append(dict(zip(wanted, values, strict=True)))
    return Totals(**added(parts))
