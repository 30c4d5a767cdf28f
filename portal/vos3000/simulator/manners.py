"""The manners of the history: how long a range it answers, in which hours, and how many rows."""

from __future__ import annotations

from datetime import datetime, time
from itertools import islice

from portal.vos3000.simulator.answers import CLOSED_HOURS, LIMITED, Refusal, Row, Rows
from portal.vos3000.simulator.clock import Clock
from portal.vos3000.simulator.mixing import mixed
from portal.vos3000.simulator.options import Options

_HIDDEN_DAYS = 14


def longest_days(options: Options) -> int:
    """Return the longest range that is answered, in days."""
    return options.history_limit_days or 1 + mixed(options.seed, "longest range") % _HIDDEN_DAYS


def hours_of(text: str) -> tuple[str, str]:
    """Read hours of a day (``08:00-20:00``, over midnight too); ValueError where it is none."""
    begin, _, end = text.partition("-")
    return f"{time.fromisoformat(begin.strip()):%H:%M}", f"{time.fromisoformat(end.strip()):%H:%M}"


def check_hours(options: Options, clock: Clock) -> None:
    """Refuse in the hours in which the history may not be asked."""
    now = datetime.fromtimestamp(clock.now() / 1000, clock.zone).strftime("%H:%M")
    if any(begin <= now < end if begin <= end else not end <= now < begin for begin, end in options.forbidden_hours):
        raise Refusal(CLOSED_HOURS)


def within_cap(options: Options, answer: Row) -> Row:
    """Return an answer with no more rows than the softswitch tells at once, and with its warning where some were left out."""
    most = options.most_rows
    if not most:
        return answer
    for name, rows in answer.items():
        some = list(islice(rows, most + 1)) if isinstance(rows, (list, Rows)) else []
        if len(some) > most:
            return {**answer, **Refusal(LIMITED).answer(), name: some[:most]}
    return answer
