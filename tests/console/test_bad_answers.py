"""Every kind of bad answer to a read and to a write: the page, the outcome, the audit, the softswitch."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.audit.models import AuditRow, Kind, Operation
from portal.platforms.models import Platform
from portal.vos3000.errors import Outcome
from portal.vos3000.simulator import Simulator
from tests.console.conftest import Browse, People
from tests.console.faults import ANSWERS, APPLIED, TRICKLE, Case, fault_of
from tests.console.walk import address, body, confirmed, text_of

ACCOUNT = "1000"


@pytest.fixture
def admin(people: People, browse: Browse, platform: Platform) -> Client:
    return browse(people["administrator"])


@pytest.mark.parametrize("case", [*ANSWERS, TRICKLE], ids=fault_of)
def test_a_read(case: Case, admin: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetCustomer", case.fault, None)
    answer = admin.post(address("GetCustomer"), {"accounts": ACCOUNT})
    words = text_of(body(answer))
    assert answer.status_code == 200
    assert case.error.sentence.en in words
    assert "nothing was changed" in words or "Nothing was changed" in words
    assert 'value="1000"' in body(answer) or ">\n1000</textarea>" in body(answer)
    assert not Operation.objects.exists()
    assert not AuditRow.objects.exists()


def test_a_read_of_which_nothing_fits_is_told_with_its_oddities(admin: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("GetCustomer", "wrong-types")
    words = text_of(body(admin.post(address("GetCustomer"), {"accounts": ACCOUNT})))
    assert "did not fit their type" in words
    assert "infoCustomers" in words


@pytest.mark.parametrize(
    ("fault", "says"), [("error:-10031", "-10031: No data"), ("error:-10126", "A warning; probably not all rows came")]
)
def test_codes_that_are_answers_to_a_read(admin: Client, softswitch: Simulator, fault: str, says: str) -> None:
    softswitch.faults.add("GetCustomer", fault)
    words = text_of(body(admin.post(address("GetCustomer"), {"accounts": ACCOUNT})))
    assert "The softswitch answered" in words
    assert says in words


@pytest.mark.parametrize("case", [*ANSWERS, *APPLIED, TRICKLE], ids=fault_of)
def test_a_write(case: Case, admin: Client, softswitch: Simulator) -> None:
    was, memo = memo_of(softswitch), f"after {case.fault}"
    softswitch.faults.add("ModifyCustomer", case.fault, None)
    page = confirmed(admin, "ModifyCustomer", {"account": ACCOUNT, "memo": memo})
    operation = Operation.objects.get()
    assert operation.state == case.write.value
    assert operation.error == case.error.__name__
    assert_told(case, text_of(page))
    assert str(operation.pk) in page
    outcomes = AuditRow.objects.filter(operation=operation.pk).order_by("id").values_list("kind", "outcome")
    assert list(outcomes) == [(Kind.INTENT, ""), (Kind.OUTCOME, case.write.value)]
    assert len([entry for entry in softswitch.journal if entry.interface == "ModifyCustomer"]) == 1
    applied = case.fault.startswith("apply-then") or case is TRICKLE
    assert memo_of(softswitch) == (memo if applied else was)


def memo_of(softswitch: Simulator) -> str:
    return str(softswitch.state.account(ACCOUNT).get("memo", ""))


def assert_told(case: Case, words: str) -> None:
    assert case.error.sentence.en in words
    if case.write is Outcome.UNKNOWN:
        assert "Not known whether it was carried out" in words
        assert "Done" not in words
    else:
        assert "The platform refused it" in words
        assert "Nothing was changed" in words


def test_a_write_that_cannot_leave(admin: Client, softswitch: Simulator) -> None:
    Platform.objects.update(base_url="http://127.0.0.1:1")
    words = text_of(confirmed(admin, "ModifyCustomer", {"account": ACCOUNT, "memo": "x"}))
    assert "Not sent" in words
    assert "The platform could not be reached." in words
    assert Operation.objects.get().state == Outcome.NOT_SENT.value
    assert len(softswitch.journal) == 0


def test_a_write_with_wrong_types_in_its_answer_was_done(admin: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("ModifyCustomer", "wrong-types")
    words = text_of(confirmed(admin, "ModifyCustomer", {"account": ACCOUNT, "memo": "odd"}))
    assert "Done: the softswitch confirmed it" in words
    assert memo_of(softswitch) == "odd"
