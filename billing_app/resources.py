"""What billing shows of its resources."""

from __future__ import annotations

from portal.vos3000.schema.base import Nature, Struct
from portal.vos3000.schema.payments import INFO_PAY_HISTORY
from portal.vos3000.schema.registry import INTERFACES

PAY = INTERFACES["Pay"]
HISTORY = INTERFACES["GetPayHistory"]
TO_ACCOUNTS = frozenset(each.name for each in INTERFACES.values() if each.nature is Nature.MONEY and each.reference)
BOOKING: Struct = INFO_PAY_HISTORY
BOOKING_COLUMNS = ("payTime", "type", "fee", "customerMoney", "payType", "memo")
BOOKING_SUMS = ("fee", "customerMoney")
