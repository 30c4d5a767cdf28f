"""What is collected by night beside what always is: whoever builds on what is kept says what they need of a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from portal.cdrs.datasets import Dataset
from portal.platforms.models import Platform

Needs = Callable[[Platform], Iterable[Dataset]]
_asked: list[Needs] = []


def also_collect(needs: Needs) -> None:
    """Have what somebody needs of a platform be collected every night."""
    _asked.append(needs)


def needed(platform: Platform) -> list[Dataset]:
    """Return what anybody needs of a platform."""
    return [dataset for needs in _asked for dataset in needs(platform)]
