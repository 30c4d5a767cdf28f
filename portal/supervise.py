"""Processes that are started together, watched together and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from threading import Thread
from typing import IO

#: How long a process may take to end when it is asked to; after that it is made to.
PATIENCE_S = 5.0
_LOOK_S = 0.05
_TELLING_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Starts processes, passes on what they say, notices when one ends by itself, and ends them all.

    Each process leads a session of its own: a Ctrl-C reaches only this one, which ends the others in order, with all
    that they started.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._outliving: set[str] = set()
        self._times_told = 0

    def listen(self) -> None:
        """Take Ctrl-C, SIGTERM and the closing of the terminal for being told to stop."""
        for number in _TELLING_TO_STOP:
            signal.signal(number, self._told)

    def _told(self, *_signal: object) -> None:
        self._times_told += 1

    @property
    def told_to_stop(self) -> bool:
        """Whether somebody wants an end."""
        return self._times_told > 0

    def start(self, name: str, words: Sequence[str], *, outlives: bool = False) -> None:
        """Start a process; one that ``outlives`` the others is what they stand on and ends last."""
        process = subprocess.Popen(  # noqa: S603 - our own command lines
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        )
        self._processes[name] = process
        if outlives:
            self._outliving.add(name)
        Thread(target=self._relay, args=(name, process.stdout), name=f"relay-{name}", daemon=True).start()

    def _relay(self, name: str, said: IO[bytes]) -> None:
        """Pass on line by line; a reader that is gone must not stop the process."""
        for line in said:
            if text := line.decode(errors="replace").rstrip():
                with suppress(OSError, ValueError):
                    self._say(f"{name:>8} | {text}")

    def ended(self) -> str:
        """Return which process has ended, and how; empty while all run."""
        for name, process in self._processes.items():
            if (code := process.poll()) is not None:
                how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"ended (exit code {code})"
                return f"{name} {how}"
        return ""

    def stop(self) -> None:
        """End everything: what outlives the others last. Being told twice means at once."""
        for outliving in (False, True):
            self._end([process for name, process in self._processes.items() if (name in self._outliving) is outliving])

    def _end(self, processes: Sequence[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            process.terminate()
        until = time.monotonic() + PATIENCE_S
        while self._times_told < 2 and time.monotonic() < until and _running(processes):  # noqa: PLR2004 - told twice
            time.sleep(_LOOK_S)
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _running(processes: Iterable[subprocess.Popen[bytes]]) -> bool:
    return any(process.poll() is None for process in processes)
