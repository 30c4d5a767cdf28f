"""Questions of people to what is kept: with an end, and with a sentence where there is no answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

import duckdb

from portal.cdrs import engine
from portal.cdrs.engine import connected
from portal.store.base import StoreError, StoreUnreachable
from portal.vos3000.schema.base import Text

log = logging.getLogger(__name__)
#: How long a page waits for an answer.
PATIENCE_S = 10.0
_AGAIN_S = 0.05
Rows = list[tuple[Any, ...]]


class Unanswered(Exception):
    """A question to what is kept had no answer, with a sentence for the reader."""

    sentence: ClassVar[Text] = engine.Unreadable.sentence
    advice: ClassVar[Text] = Text(
        "Try again in a moment; if it goes on, tell your administrator.", "请稍后重试；若持续如此，请告知管理员。"
    )


class TooSlow(Unanswered):
    """It took too long."""

    sentence = Text("Looking through all of that took too long and was stopped.", "查找范围过大，耗时过长，已停止。")
    advice = Text("Ask for fewer days or accounts.", "请减少天数或账户。")


class TooMuch(Unanswered):
    """It needed too much memory."""

    sentence = Text("That needs more memory than the portal gives to one question.", "所需内存超出单次查询的上限。")
    advice = TooSlow.advice


class Unreadable(Unanswered):
    """A file could not be read."""

    sentence = Text("The store of CDRs cannot be read at the moment.", "暂时无法读取话单存储。")


class Unreachable(Unreadable):
    """The store does not answer; what was asked is answered once it does."""


def answered(sql: str, parameters: Mapping[str, Any], *, seconds: float = PATIENCE_S) -> Rows:
    """Return the rows of an answer; raises :class:`Unanswered` where there is none within some seconds."""
    with explained(), connected() as connection, ended(connection, seconds):
        return connection.execute(sql, dict(parameters)).fetchall()


@contextmanager
def explained() -> Iterator[None]:
    """Say in words why what is kept gave no answer."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise TooSlow from error
    except duckdb.OutOfMemoryException as error:
        raise TooMuch from error
    except StoreUnreachable as error:
        log.warning("what is kept cannot be reached: %s", error)
        raise Unreachable from error
    except (StoreError, duckdb.Error, OSError) as error:
        log.exception("what is kept cannot be read")
        raise Unreadable from error


@contextmanager
def ended(connection: duckdb.DuckDBPyConnection, seconds: float = PATIENCE_S) -> Iterator[None]:
    """Interrupt what a connection does when so many seconds are over; again and again, since what has not begun is not interrupted."""
    over = threading.Event()
    watch = threading.Thread(target=_interrupt, args=(connection, over, time.monotonic() + seconds), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _interrupt(connection: duckdb.DuckDBPyConnection, over: threading.Event, end: float) -> None:
    while not over.wait(max(_AGAIN_S, end - time.monotonic())):
        connection.interrupt()
