"""DuckDB, as the portal uses it: in memory, bounded, over Parquet files that are named one by one, with nothing from the network.

A process keeps one database; every question has a connection of its own, so that it can be interrupted by itself.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, TypeVar

import duckdb
import duckdb_extension_excel
from django.conf import settings

from portal.store import NotInStore, StoreFull
from portal.store.scratch import Scratch
from portal.vos3000.schema.base import Text

T = TypeVar("T")
EXCEL = Path(duckdb_extension_excel.__file__).parent / "extensions" / f"v{duckdb.__version__}" / "excel.duckdb_extension"


# DuckDB looks for it at every single value that it is given, and a search for what is not installed takes longer than the question.
if find_spec("pandas") is None:
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]

# DuckDB opens a database nobody asked for when it is imported; its thread is missed in a forked process, which then ends with an abort.
duckdb.default_connection().close()


class Interrupted(duckdb.InterruptException):
    """A question was ended before it was answered."""

    sentence: ClassVar[Text] = Text("The question was ended before it was answered.", "查询在得到结果前已被中止。")


class TooMuch(duckdb.OutOfMemoryException):
    """A question needs more memory than it is given."""

    sentence: ClassVar[Text] = Text(
        "This asks for more than the portal can hold at once. Choose a shorter time or fewer groups.",
        "请求的数据超出门户一次可处理的范围，请缩短时间或减少分组。",
    )


class Vanished(duckdb.IOException):
    """A file went between the reading of the manifest and the question: look at the manifest again."""


class Unreadable(duckdb.Error):
    """What is kept cannot be read."""

    sentence: ClassVar[Text] = Text("What is kept could not be read.", "留存的数据无法读取。")


#: What goes wrong with a question whatever the files are.
_OF_NO_FILE = (
    duckdb.InterruptException,
    duckdb.OutOfMemoryException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
)


class _Process:
    """The database of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.database: duckdb.DuckDBPyConnection | None = None
        self.scratch: Scratch | None = None

    def connection(self) -> tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]:
        """Return a new connection to the database, and the database; the first one makes it."""
        with self.lock:
            if self.database is None:
                self.database = _opened(settings.CDR_MEMORY, self._scratch())
                # Files never change under their name, so what was read of one need not be looked at again.
                self.database.execute("SET GLOBAL parquet_metadata_cache = true; SET GLOBAL validate_external_file_cache = 'NO_VALIDATION'")
            return self.database.cursor(), self.database

    def renew(self, database: duckdb.DuckDBPyConnection) -> None:
        """Have the next question open the database anew, where that was not done already.

        The old one is not closed, which would end the questions that run in it: it goes with the last of them.
        """
        with self.lock:
            if self.database is database:
                self.database = None

    def folder(self) -> Path:
        """Return the folder of this process; made anew where somebody removed it."""
        with self.lock:
            return self._scratch()

    def _scratch(self) -> Path:
        if self.scratch is None or not self.scratch.folder.is_dir():
            self.scratch = Scratch(Path(settings.CDR_SCRATCH))
        return self.scratch.folder


_process = _Process()


def _forget() -> None:
    """Leave the database of the parent process to the parent."""
    global _process  # noqa: PLW0603 - one database for each process is the purpose of this module
    # Its threads live in the parent: here it can be neither used nor closed, not even when this process ends, so it is never let go.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_process))
    _process = _Process()


os.register_at_fork(after_in_child=_forget)


def scratch() -> Path:
    """Return this process's folder on this machine's disk for what is only on its way; it goes with the process, also after a crash."""
    return _process.folder()


def _opened(memory: str, folder: Path, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        config={
            "memory_limit": memory,
            "threads": threads or settings.CDR_THREADS,
            "preserve_insertion_order": False,
            # Two databases that spill into one folder would write over each other's.
            "temp_directory": str(folder / f"duckdb-{uuid.uuid4().hex}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
    )


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection of this process's database; ``interrupt()`` from another thread ends its question.

    Raises :class:`Interrupted`, :class:`TooMuch` and :class:`Vanished` for what DuckDB raises, ``StoreFull`` where its spill finds no room.
    """
    process = _process
    connection, database = process.connection()
    try:
        with explained():
            yield connection
    except duckdb.Error as error:
        # What was read of a broken file is remembered, also when the file has been put right.
        if not isinstance(error, (Vanished, *_OF_NO_FILE)):
            process.renew(database)
        raise
    finally:
        connection.close()


@contextmanager
def apart(memory: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a database of its own with so much memory, for bulk work that must not take it from people's questions."""
    connection = _opened(memory, scratch(), threads)
    try:
        with explained():
            yield connection
    finally:
        connection.close()


@contextmanager
def explained() -> Iterator[None]:
    """Raise what DuckDB raises by what it means."""
    try:
        yield
    except (Interrupted, TooMuch, Vanished):
        raise
    except duckdb.InterruptException as error:
        raise Interrupted(str(error)) from error
    except duckdb.Error as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error


def _meaning(error: duckdb.Error) -> Exception | None:
    said = str(error)
    if "No space left on device" in said or "max_temp_directory_size" in said:
        return StoreFull(said)
    if isinstance(error, duckdb.OutOfMemoryException):
        return TooMuch(said)
    gone = "No files found" in said or "Cannot open file" in said or "No such file" in said
    return Vanished(said) if isinstance(error, duckdb.IOException) and gone else None


def unreadable(error: Exception) -> Exception | None:
    """Return what is raised where a file that is kept could not be read; None where the error speaks of no file."""
    if isinstance(error, NotInStore | Unreadable):
        return error
    return Unreadable(str(error)) if isinstance(error, duckdb.Error) and not isinstance(error, _OF_NO_FILE) else None


def read_anew(connection: duckdb.DuckDBPyConnection) -> None:
    """Have a database of its own remember nothing of the files that it has read: one may be put right under its name."""
    connection.execute("SET GLOBAL enable_external_file_cache = false; SET GLOBAL enable_external_file_cache = true")


def literal(text: object) -> str:
    """Return a text, such as the path of a file, as SQL reads it."""
    return "'" + str(text).replace("'", "''") + "'"


def literals(texts: Iterable[object]) -> str:
    """Return texts as a list that SQL reads."""
    return f"[{', '.join(map(literal, texts))}]"


def twice(ask: Callable[[], T]) -> T:
    """Return what ``ask`` returns, asked a second time where a file vanished under it; it reads the manifest anew each time."""
    try:
        return ask()
    except Vanished:
        return ask()


def load_excel(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a connection able to write XLSX: the extension that comes with the installation, by its path."""
    with suppress(duckdb.CatalogException):
        connection.execute(f"LOAD '{_excel_path()}'")


@cache
def _excel_path() -> str:
    if not EXCEL.exists():
        raise RuntimeError(f"the excel extension of DuckDB {duckdb.__version__} is not installed; raise both together")
    return str(EXCEL).replace("'", "''")
