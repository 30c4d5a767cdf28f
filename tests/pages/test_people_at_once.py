"""Two administrators who keep each other out at the same moment: one of them stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from portal.access import people
from portal.access.actor import Actor
from portal.access.models import RoleRow, User
from portal.access.people import LastAdministrator
from portal.access.profiles import Profile
from portal.access.rights import Role
from tests.pages.people_world import person


@pytest.fixture
def two(transactional_db: None) -> tuple[User, User]:
    # Rows that a migration made are gone where the database was emptied before.
    for slug in (Role.ADMINISTRATOR, Role.SUPPORT):
        RoleRow.objects.get_or_create(slug=slug)
    return person("anna", Role.ADMINISTRATOR), person("boris", Role.ADMINISTRATOR)


def at_once(acts: list[tuple[User, User]], how: str) -> list[str]:
    """Have each first one keep the second out, all at the same moment; return what came of each."""
    barrier = Barrier(len(acts))

    def act(who: User, whom: User) -> str:
        actor = Actor.person(who)
        barrier.wait()
        try:
            if how == "deactivate":
                people.deactivate(actor, whom)
            else:
                people.change(actor, whom, Profile(role=Role.SUPPORT))
        except (LastAdministrator, PermissionDenied):
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act, *pair) for pair in acts]]


@pytest.mark.parametrize("how", ["deactivate", "change"])
@pytest.mark.parametrize("attempt", range(3))
def test_two_administrators_do_not_end_each_other(two: tuple[User, User], how: str, attempt: int) -> None:
    anna, boris = two
    assert sorted(at_once([(anna, boris), (boris, anna)], how)) == ["done", "refused"]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1
