"""What suites an account or a phone has: ordered, and in effect."""

from __future__ import annotations

from portal.ui.objects.declare import ObjectPages

_ORDERS = ("id", "suiteId", "availableTime", "expireTime", "priority", "rentPercent", "memo")
_CURRENT = ("id", "suiteId", "suiteOrderId", "rentFee", "expireTime", "currentConsumption", "minConsumption", "giftMoney", "memo")


def _orders(within: str, step: str) -> ObjectPages:
    path = f"{step}/<key:owner>/suite-orders"
    return ObjectPages(
        resource="suite_order", namespace="billing", path=path, within=within, icon="package", columns=_ORDERS, prefill=("suiteId",)
    )


def _current(within: str, step: str) -> ObjectPages:
    path = f"{step}/<key:owner>/suites"
    return ObjectPages(resource="current_suite", namespace="billing", path=path, within=within, icon="package-check", columns=_CURRENT)


HANGING = tuple(make(within, step) for within, step in (("account", "accounts"), ("phone", "phones")) for make in (_orders, _current))
