"""Whether this worker has been told to end: then the work in hand stops where it was saved, instead of holding up the end."""

from __future__ import annotations

from ctypes import c_bool
from multiprocessing.sharedctypes import RawValue
from typing import Any

from celery.signals import worker_init, worker_shutting_down

# Without a lock: a process that is killed while it looks must not keep the others from looking.
_told = RawValue(c_bool)


def worker_ends() -> bool:
    """Tell whether the worker ends; its processes share the answer."""
    return bool(_told.value)


@worker_init.connect  # type: ignore[untyped-decorator]  # Celery has no types
def _begins(**_told_by_celery: Any) -> None:
    _told.value = False


@worker_shutting_down.connect  # type: ignore[untyped-decorator]
def _ends(**_told_by_celery: Any) -> None:
    _told.value = True
