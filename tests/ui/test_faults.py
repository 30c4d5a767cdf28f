"""A failure that no view handled is a page in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from portal.access.models import User
from portal.access.rights import Role


@contextmanager
def database_down() -> Iterator[None]:
    """The network's fault: nothing reaches the database."""

    def fail(*_args: object) -> None:
        raise DatabaseError("server closed the connection unexpectedly")

    with mock.patch.object(connection, "cursor", fail), mock.patch.object(connection, "chunked_cursor", fail):
        yield


@pytest.fixture
def support(db: None) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user("mei", "pw", role=Role.SUPPORT))
    return client


@pytest.mark.parametrize("path", ["/", "/accounts/", "/operations/", "/log-in/"])
def test_without_its_database_the_portal_says_so(support: Client, path: str) -> None:
    with database_down():
        response = support.get(path)
    if response.status_code == 200:
        assert path == "/log-in/"
        return
    assert response.status_code == 503
    assert "database" in response.content.decode()
    assert "look at Operations before doing it again" in response.content.decode()


def test_a_wrong_address_and_a_missing_right_are_pages_in_words(support: Client) -> None:
    assert "There is nothing here" in support.get("/nowhere/").content.decode()
    assert "does not have the right" in support.get("/console/").content.decode()
