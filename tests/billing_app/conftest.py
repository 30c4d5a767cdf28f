"""The same softswitch, platform and people as the console's tests have."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from portal.vos3000.simulator import Simulator
from tests.console.conftest import _switched_on, browse, people, platform, softswitch  # noqa: F401 - these are this folder's fixtures

Balance = Callable[[], Decimal]
ACCOUNT = "1000"


@pytest.fixture
def balance(softswitch: Simulator) -> Balance:  # noqa: F811 - asked for by its name
    """Return what tells the balance of the account that is paid to, as the softswitch has it."""
    return lambda: Decimal(str(softswitch.state.account(ACCOUNT)["money"]))
