from __future__ import annotations

import re

import pytest

from portal.access.actor import Actor
from portal.access.rights import ALL_RIGHTS, FIELD_RIGHTS, ONLY_CONFINED, PAY, READS, ROLE_RIGHTS, STAFF_RIGHTS, Own, Role
from portal.vos3000.schema.base import Nature
from portal.vos3000.schema.registry import INTERFACES

WRITES = {each.right for each in INTERFACES.values() if each.nature is not Nature.READ}


def test_every_right_has_the_one_grammar() -> None:
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+:[a-z_]+", right) for right in ALL_RIGHTS)


def test_every_interface_has_its_right() -> None:
    assert {each.right for each in INTERFACES.values()} <= ALL_RIGHTS
    assert len(INTERFACES) == 91


def test_every_role_is_a_set_of_rights_that_exist() -> None:
    assert set(ROLE_RIGHTS) == set(Role)
    assert all(rights <= ALL_RIGHTS for rights in ROLE_RIGHTS.values())
    assert ROLE_RIGHTS[Role.ADMINISTRATOR] == ALL_RIGHTS - ONLY_CONFINED


def test_who_changes_nothing_may_write_nothing() -> None:
    assert not ROLE_RIGHTS[Role.AUDITOR] & WRITES
    assert not Actor.system("directory").rights & WRITES


def test_support_mends_and_finance_pays() -> None:
    support, finance = ROLE_RIGHTS[Role.SUPPORT], ROLE_RIGHTS[Role.FINANCE]
    for name in ("CreateCustomer", "ModifyCustomer", "DeleteCustomer", "CreatePhone", "ModifyPhone", "DeletePhone", "Pay"):
        assert INTERFACES[name].right in support
    assert finance & WRITES == {PAY}
    for name in ("CreateCdr", "CreateIpLimit", "DeleteFeeRateGroup"):
        assert INTERFACES[name].right not in support
    assert Own.SETTLE_OPERATIONS in finance
    assert Own.SETTLE_OPERATIONS not in support


def test_an_agent_has_what_a_reseller_needs() -> None:
    agent = ROLE_RIGHTS[Role.AGENT]
    for name in (
        "CreateCustomer",
        "ModifyPhone",
        "DeleteActivePhoneCard",
        "CreateBindedE164",
        "CreateCustomerPhoneBook",
        "CreateSuiteOrder",
    ):
        assert INTERFACES[name].right in agent
    for name in (
        "GetSuite",
        "GetCurrentSuite",
        "GetFeeRateGroup",
        "GetFeeRate",
        "GetCdr",
        "GetPayHistory",
        "GetReportPhoneFee",
        "GetGatewayMapping",
    ):
        assert INTERFACES[name].right in agent
    assert {Own.MANAGE_SUB_USERS, Own.READ_OWN_AUDIT, Own.EXPORT_ACCOUNTS} <= agent


def test_an_agent_has_nothing_that_makes_money_or_tells_of_others() -> None:
    agent = ROLE_RIGHTS[Role.AGENT]
    assert not agent & STAFF_RIGHTS
    assert not agent & FIELD_RIGHTS
    assert not agent & {each.right for each in INTERFACES.values() if each.nature is Nature.MONEY}
    assert not any(right.startswith(("system:", "voice:", "gateways:routing_gateway")) for right in agent)


def test_what_makes_money_or_leaves_the_tree_is_never_a_confined_roles() -> None:
    staff = {"set_credit", "set_balance", "set_fees", "set_rent", "see_routing"}
    assert {right for right in FIELD_RIGHTS if right.rpartition(":")[2] in staff} <= STAFF_RIGHTS
    # An operator may grant these: the rate groups are the tree's own then, and the memo is the customer's as well.
    assert {"accounts:account:set_rate_group", "accounts:phone:set_rate_group", "accounts:account:see_memo"} <= FIELD_RIGHTS - STAFF_RIGHTS


@pytest.mark.parametrize("right", [Own.MANAGE_PLATFORMS, Own.MANAGE_USERS, Own.CALL_ANY_INTERFACE])
def test_what_rules_the_portal_is_the_administrators(right: str) -> None:
    assert [role for role in Role if right in ROLE_RIGHTS[role]] == [Role.ADMINISTRATOR]


def test_reads_are_reads() -> None:
    assert not READS & WRITES


def test_nobody_may_anything() -> None:
    nobody = Actor.nobody("192.0.2.1")
    assert nobody.rights == frozenset()
    assert not nobody.sees_platform(1)
