"""What a selection of calls comes to: exact sums, of the columns that its reader sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from portal.access.actor import Actor
from portal.cdrs.answering import answered, explained
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


#: What each sum is made of, and the columns that it needs.
_OF_AGENTS = "FILTER (\"agentAccount\" <> '')"
_OF_BOTH = 'FILTER ("agentAccount" <> \'\' AND "fee" IS NOT NULL AND "agentFee" IS NOT NULL)'
_SUMS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "calls": ("count(*)", ()),
        "answered": ('count(*) FILTER ("holdTime" > 0)', ("holdTime",)),
        "talk_s": ('coalesce(CAST(sum("holdTime") AS BIGINT), 0)', ("holdTime",)),
        "billed_s": ('coalesce(CAST(sum("feeTime") AS BIGINT), 0)', ("feeTime",)),
        "fee": ('coalesce(sum("fee"), 0)', ("fee",)),
        "agent_fee": (f'sum("agentFee") {_OF_AGENTS}', ("agentFee", "agentAccount")),
        "margin": (f'sum("fee") {_OF_BOTH} - sum("agentFee") {_OF_BOTH}', ("fee", "agentFee", "agentAccount")),
    }
)


def totals(actor: Actor, platform: Platform, selection: Selection) -> Totals:
    """Return what the whole selection comes to; raises ``Unanswered``, and ``NotThere`` as :func:`selected` does."""
    with explained():
        return totals_of(selected(actor, platform, selection))


def totals_of(found: Source) -> Totals:
    """Return what the rows of a source come to."""
    wanted = {name: sql for name, (sql, needs) in _SUMS.items() if all(map(found.has, needs))}
    ((*values,),) = answered(f"SELECT {', '.join(wanted.values())} FROM ({found.sql}) AS calls", found.parameters)
    return Totals(**dict(zip(wanted, values, strict=True)))
