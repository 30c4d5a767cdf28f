"""What a simulated softswitch is started with."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Midnight(StrEnum):
    """In which day's answer a call over midnight is found."""

    START = "start"
    STOP = "stop"
    BOTH = "both"


@dataclass(slots=True, kw_only=True)
class Options:
    """Size, place and manners of one simulated softswitch; what a manner is may be changed while it runs.

    ``port`` 0 takes any free one. ``agents`` is the number of agent trees, ``gateways`` that of both kinds together and
    ``cdrs_per_day`` that of the whole platform. ``days`` is how far back the history goes. ``clock`` gives seconds since 1970.
    Calls are made up to the moment of the start; with ``live`` they go on, and balances move.

    ``keep`` names a file from which a restart goes on where it was: every write is appended to it, with its time, and carried out
    again at the next start; the sizes are then those of the first start.

    Manners: ``history_limit_days`` is the longest range that may be asked for (0: a number from 1 to 14 that follows from ``seed`` and
    that nobody is told); ``most_rows`` cuts answers of the history (0: whole); ``forbidden_hours`` are pairs of times of day
    (``("08:00", "20:00")``, the platform's clock) in which the history refuses; ``late_minutes`` keeps the CDR of every tenth call back for
    so long after its end, while the reports know of it at once; ``latency_ms`` delays live answers and
    ``history_latency_ms`` those from the history; ``allow_ip`` names the addresses let in (empty: all); ``lacks`` names
    interfaces this version does not have; ``modify_resets`` those that reset what they are not given; ``billing_side_key``
    is the name under which CDRs tell the billed side; ``camel_addresses`` spells theirs ``callerIp`` and ``calleeIp``; ``whole_seconds``
    counts the last second that is asked for to its end, else to its first millisecond; ``push_url`` takes pushes that follow from what is
    asked.
    """

    host: str = "127.0.0.1"
    port: int = 0
    accounts: int = 60
    phones: int = 120
    agents: int = 3
    gateways: int = 8
    cdrs_per_day: int = 400
    days: int = 31
    seed: int = 1
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    clock: Callable[[], float] = time.time
    live: bool = False
    keep: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    history_limit_days: int = 31
    most_rows: int = 0
    forbidden_hours: tuple[tuple[str, str], ...] = ()
    late_minutes: int = 0
    latency_ms: int = 0
    history_latency_ms: int = 0
    trickle_ms: int = 200
    hang_s: float = 300
    allow_ip: tuple[str, ...] = ()
    lacks: frozenset[str] = frozenset()
    modify_resets: frozenset[str] = frozenset()
    billing_side_key: str = "calleeBilling"
    camel_addresses: bool = False
    midnight: Midnight = Midnight.START
    whole_seconds: bool = True
    push_url: str = ""
