"""Whether two sums of the same amounts agree, where one of them was added up in doubles.

A softswitch adds its charges up as doubles: every addition may be wrong by half of the last binary digit of what there is so far, and every
amount of its own is kept here to the eighth decimal. What lies within that is no difference; a cent never does.
"""

from __future__ import annotations

from decimal import Decimal

#: By how much of itself a sum may be wrong after each addition.
OF_SUM = Decimal("1.2e-16")
#: By how much an amount may be wrong that is kept to the eighth decimal.
OF_AMOUNT = Decimal("5e-9")
#: However many amounts there are, more than this is a difference.
MOST = Decimal("0.002")


def tolerance(total: Decimal, count: int) -> Decimal:
    """Return by how much two sums of so many amounts that come to about ``total`` may differ."""
    return min(MOST, count * (abs(total) * OF_SUM + OF_AMOUNT))


def agree(first: Decimal, second: Decimal, count: int) -> bool:
    """Tell whether two sums of the same ``count`` amounts agree; sums of nothing only where they are the same."""
    return abs(first - second) <= tolerance(max(first, second, key=abs), count)


def agree_sql(first: str, second: str, count: str) -> str:
    """Return :func:`agree` as a condition of SQL about three expressions; nothing where one of them is nothing."""
    total = f"CAST(greatest(abs({first}), abs({second})) AS DOUBLE)"
    within = f"({count}) * ({total} * {OF_SUM} + {OF_AMOUNT})"
    # least passes over what is nothing.
    return f"(CASE WHEN ({count}) IS NOT NULL THEN abs(({first}) - ({second})) <= least({MOST}, {within}) END)"
