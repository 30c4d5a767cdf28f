"""What every test stands on. Tests run on the database that ``DATABASE_URL`` names; on PostgreSQL only what touches data runs again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.db.backends.base.operations import BaseDatabaseOperations
from playwright.sync_api import Browser, sync_playwright

from portal.audit import triggers

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
IN_CI = os.environ.get("CI") == "true"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
DATA_FIXTURES = {"db", "transactional_db", "live_server", "platform"}


def _touches_data(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(DATA_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run does not show, and skip what the machine lacks."""
    if ON_POSTGRES:
        left_out = [item for item in items if not _touches_data(item) or item.get_closest_marker("browser") is not None]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser") is not None:
                item.add_marker(pytest.mark.skip(reason="Chromium is not installed"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def _nothing_left_in_redis() -> Iterator[None]:
    """Leave nothing of one test in Redis for the next."""
    yield
    redis.Redis.from_url(settings.REDIS_URL).flushdb()


@pytest.fixture(autouse=True, scope="session")
def _audit_can_be_emptied() -> Iterator[None]:
    """Let the database be emptied between tests: the triggers of the audit, which refuse that, are away for the moment."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def emptied(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        with self.connection.schema_editor() as editor:
            triggers.remove(None, editor)
        flush(self, sql_list)
        with self.connection.schema_editor() as editor:
            triggers.make(None, editor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", emptied)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return the one browser of this run; each test opens a context of its own."""
    # Playwright's loop runs in the thread of the tests, which also ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
