"""What can be made to go wrong, by interface and for how many calls."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from portal.vos3000.simulator.row_faults import ROW_FAULTS

ALL = "*"
APPLY = "apply-then-"
# A fault that would otherwise stand in the way of the work: with APPLY before it, the work is done first.
KINDS = frozenset(
    {
        "empty",
        "html",
        "html403",
        "status404",
        "status405",
        "cut",
        "wrong-types",
        "wrong-charset",
        "no-retcode",
        "reset",
        "trickle",
        "hang",
        "status500",
        "redirect",
        "short",
        "limited",
        "wrapped",
        *ROW_FAULTS,
    }
)
WITH_NUMBER = frozenset({"error", "delay"})
# Answers, if odd ones: they come from work that was done.
ANSWERS = frozenset({"trickle", "delay", "wrong-types", "limited", "wrapped", *ROW_FAULTS})


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its kind, its number (a return code, or milliseconds) and whether the request is carried out all the same.

    A slow, a late and an oddly typed answer are answers: they come from work that was done. Any other fault leaves a write
    undone unless it is asked for as ``apply-then-``.
    """

    name: str
    kind: str
    number: int = 0
    applies: bool = False

    @classmethod
    def named(cls, name: str) -> Fault:
        """Read ``error:-10007``, ``hang``, ``apply-then-reset``, ``delay:1500``, …; ValueError where there is no such fault."""
        kind, _, number = name.removeprefix(APPLY).partition(":")
        if (kind not in KINDS or number) and not (kind in WITH_NUMBER and number.removeprefix("-").isdigit()):
            message = f"no such fault: {name}"
            raise ValueError(message)
        applies = name.startswith(APPLY) or kind in ANSWERS
        return cls(name, kind, int(number or 0), applies)


@dataclass(slots=True)
class _Planned:
    interface: str
    fault: Fault
    left: int | None


class Faults:
    """The faults that are switched on; the first that fits a call is used up by it."""

    def __init__(self) -> None:
        self._planned: list[_Planned] = []
        self._lock = Lock()

    def add(self, interface: str, fault: str, times: int | None = 1) -> None:
        """Switch a fault on for the next calls of an interface (``*``: of any); ``times`` None until it is cleared."""
        planned = _Planned(interface, Fault.named(fault), times)
        with self._lock:
            self._planned.append(planned)

    def clear(self, interface: str | None = None) -> None:
        """Switch the faults of an interface off, or all of them."""
        with self._lock:
            self._planned = [each for each in self._planned if interface is not None and each.interface != interface]

    def take(self, interface: str) -> Fault | None:
        """Return the fault for a call that has come in, if any, and count it."""
        with self._lock:
            for planned in self._planned:
                if planned.interface in {interface, ALL}:
                    self._use(planned)
                    return planned.fault
        return None

    def _use(self, planned: _Planned) -> None:
        if planned.left is None:
            return
        planned.left -= 1
        if planned.left <= 0:
            self._planned.remove(planned)

    def listed(self) -> list[dict[str, object]]:
        """Return what is switched on, for reading."""
        with self._lock:
            return [{"interface": each.interface, "fault": each.fault.name, "times": each.left} for each in self._planned]
