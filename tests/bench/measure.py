"""Measuring, and telling what was measured against its floor."""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROUNDS = 40
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure and the most it may be; ``beside`` is what it is compared with, in words."""

    name: str
    value: float
    most: float
    unit: str
    beside: str = ""

    @property
    def held(self) -> bool:
        """Whether the figure is good enough."""
        return self.value <= self.most


def tell(floor: Floor) -> None:
    """Hand a figure to the process that prints the table."""
    sys.stdout.write(json.dumps(asdict(floor)) + "\n")
    sys.stdout.flush()


def peak_mb() -> float:
    """Return the most memory that this program had (MB); rusage would tell that of whoever started it, too."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 of 100 stay within."""
    return sorted(times)[max(0, math.ceil(len(times) * 0.95) - 1)]


@dataclass(slots=True)
class Taken:
    """What an act took, round by round, in milliseconds: by the clock, and of this process's own time."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


def side_by_side(*acts: Callable[[], object], rounds: int = ROUNDS) -> list[Taken]:
    """Return what each act took; they take turns, so that a busy machine is as busy for all."""
    taken = [Taken() for _ in acts]
    for round_ in range(WARM_UP + rounds):
        for each, act in zip(taken, acts, strict=True):
            began, own = time.perf_counter(), time.process_time()
            act()
            if round_ >= WARM_UP:
                each.wall.append((time.perf_counter() - began) * 1000)
                each.own.append((time.process_time() - own) * 1000)
    return taken
