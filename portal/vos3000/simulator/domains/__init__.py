"""What each interface does, one module a domain; importing this package fills the table of handlers."""

from portal.vos3000.simulator.domains import (
    accounts,
    calls,
    cdrs,
    conversions,
    gateways,
    ivr,
    number_groups,
    payments,
    phone_books,
    phone_cards,
    phones,
    rates,
    reports,
    suites,
    system,
)

__all__ = [
    "accounts",
    "calls",
    "cdrs",
    "conversions",
    "gateways",
    "ivr",
    "number_groups",
    "payments",
    "phone_books",
    "phone_cards",
    "phones",
    "rates",
    "reports",
    "suites",
    "system",
]
