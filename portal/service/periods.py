"""The period that a request for the past is about, on the platform's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.platforms.models import Platform
from portal.vos3000.schema.base import Field, Format, Interface

BEGIN, END = "beginTime", "endTime"
_WRITTEN: Mapping[Format, str] = {Format.DAY: "%Y%m%d", Format.MOMENT: "%Y%m%d%H%M%S"}
_LENGTH: Mapping[Format, timedelta] = {Format.DAY: timedelta(days=1), Format.MOMENT: timedelta(seconds=1)}


def period_of(platform: Platform, interface: Interface, values: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return the first and the last millisecond that a request asks for; None where it does not say."""
    if BEGIN not in interface.request or END not in interface.request:
        return None
    zone = ZoneInfo(platform.time_zone)
    begin, end = (_moment(interface.request[name], values.get(name)) for name in (BEGIN, END))
    if begin is None or end is None:
        return None
    last = end + _LENGTH[interface.request[END].format]
    return _milliseconds(begin, zone), _milliseconds(last, zone) - 1


def _moment(field: Field, value: Any) -> datetime | None:
    try:
        return datetime.strptime(value, _WRITTEN[field.format])  # noqa: DTZ007 - a clock face; its zone is the platform's
    except (TypeError, ValueError):
        return None


def _milliseconds(clock: datetime, zone: ZoneInfo) -> int:
    return int(clock.replace(tzinfo=zone).timestamp() * 1000)
