"""Whatever fits the project's own OpenAPI document is answered, and the answer fits it too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from portal.vos3000.openapi import document
from portal.vos3000.schema.base import Interface, Nature
from portal.vos3000.schema.registry import INTERFACES
from portal.vos3000.simulator import Options, Simulator, serve
from tests.vos3000.simulator.asking import DECODER
from tests.vos3000.simulator.declared import misfits

schema = schemathesis.openapi.from_dict(document())
schema.config.phases.coverage.enabled = False


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with serve(Options(accounts=20, phones=30, cdrs_per_day=50, days=3)) as running:
        yield running


def understandable(interface: Interface, body: Any) -> bool:
    """Say whether a request must be answered with more than nothing."""
    if not isinstance(body, dict):
        return False
    all_left_in = interface.nature is Nature.READ and any(value == [] for value in body.values())
    return not all_left_in and not [each for each in misfits(interface.request, body) if not each.endswith(("missing", "unknown"))]


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_no_server_error_and_every_answer_as_declared(case: schemathesis.Case[Any], simulator: Simulator) -> None:
    response = case.call(base_url=simulator.url, headers={"Content-Type": "application/json; charset=utf-8"})
    case.validate_response(response, checks=[not_a_server_error, status_code_conformance])
    interface = INTERFACES[case.path.rpartition("/")[2]]
    if response.content or understandable(interface, case.body):
        answer = DECODER.decode(response.content)
        whole = misfits(interface.response, answer)
        assert [each for each in whole if answer["retCode"] == 0 or not each.endswith("missing")] == []
