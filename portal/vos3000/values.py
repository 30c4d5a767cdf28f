"""What is wrong with one value, in a sentence for the person who typed it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from portal.vos3000.schema.base import Field, Format, Kind, Text

INT_BITS: Mapping[Kind, int] = {Kind.INT32: 32, Kind.INT64: 64}

NOT_TEXT = Text("This must be a text.", "此处须为文本。")
NOT_WHOLE = Text("This must be a whole number.", "此处须为整数。")
NOT_DECIMAL = Text("This must be a decimal number.", "此处须为十进制数。")
NOT_FINITE = Text("This must be an ordinary number, not infinite.", "此处须为普通数值，不能为无穷大。")
NOT_EXACT = Text("This has more digits than the softswitch can keep exactly.", "位数超出软交换可精确保存的范围。")
NOT_YES_NO = Text("This must be yes or no.", "此处须为“是”或“否”。")
CONTROL = Text("This contains a character that cannot be shown or sent.", "包含无法显示或发送的字符。")
NOT_HEX = Text("This must be pairs of hexadecimal digits.", "此处须为成对的十六进制数字。")
NOT_DAY = Text("This must be a day such as 20260131.", "此处须为日期，例如 20260131。")
NOT_MOMENT = Text("This must be a day and a time such as 20260131235959.", "此处须为日期和时间，例如 20260131235959。")
NOT_ADDRESS = Text("This does not look like an IP address.", "此处看起来不像 IP 地址。")
NOT_EMAIL = Text("This does not look like an e-mail address.", "此处看起来不像电子邮件地址。")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*")
# Lenient: ranges, masks, lists and names are in use; only what can be no address at all is refused.
_ADDRESS = re.compile(r"[\w.:/*,;\-\[\]% ]*")
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+")


def fault(field: Field, value: object) -> Text | None:
    """Return what is wrong with one value (one item of an array) of a field that is no object; None where nothing is."""
    if field.kind is Kind.BOOLEAN:
        return None if isinstance(value, bool) else NOT_YES_NO
    if field.kind in INT_BITS:
        return _whole(field, value)
    if field.kind is Kind.DOUBLE:
        return _decimal(field, value)
    return _text(field, value)


def _whole(field: Field, value: object) -> Text | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return NOT_WHOLE
    limit = 1 << (INT_BITS[field.kind] - 1)
    if not -limit <= value < limit:
        return _between(-limit, limit - 1)
    return _within(field, value)


def _decimal(field: Field, value: object) -> Text | None:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return NOT_DECIMAL
    exact = Decimal(value)
    if not exact.is_finite():
        return NOT_FINITE
    nearest = float(exact)
    if math.isinf(nearest) or Decimal(repr(nearest)) != exact:
        return NOT_EXACT
    return _within(field, exact)


def _within(field: Field, value: int | Decimal) -> Text | None:
    if value in (field.special or ()):
        return None
    if (field.low is not None and value < field.low) or (field.high is not None and value > field.high):
        return _between(field.low, field.high)
    return None


def _between(low: int | None, high: int | None) -> Text:
    if low is None:
        return Text(f"At most {high}.", f"不得大于 {high}。")
    if high is None:
        return Text(f"At least {low}.", f"不得小于 {low}。")
    return Text(f"From {low} to {high}.", f"范围为 {low} 至 {high}。")


def _text(field: Field, value: object) -> Text | None:
    if not isinstance(value, str):
        return NOT_TEXT
    if field.limit is not None and len(value) > field.limit:
        return Text(
            f"At most {field.limit} characters; this has {len(value)}.",
            f"最多 {field.limit} 个字符，现有 {len(value)} 个。",
        )
    if (_CONTROL_BUT_LINES if field.kind is Kind.LONG_STRING else _CONTROL).search(value):
        return CONTROL
    if field.kind is Kind.HEX and not _HEX.fullmatch(value):
        return NOT_HEX
    judge = _FORMATS.get(field.format)
    return judge(value) if judge else None


def _stamp(value: str, pattern: str, digits: int, sentence: Text) -> Text | None:
    if len(value) != digits or not (value.isascii() and value.isdigit()):
        return sentence
    try:
        datetime.strptime(value, pattern)  # noqa: DTZ007 - only the digits are judged; the zone is the platform's
    except ValueError:
        return sentence
    return None


def _day(value: str) -> Text | None:
    return _stamp(value, "%Y%m%d", 8, NOT_DAY)


def _moment(value: str) -> Text | None:
    return _stamp(value, "%Y%m%d%H%M%S", 14, NOT_MOMENT)


def _address(value: str) -> Text | None:
    return None if _ADDRESS.fullmatch(value) else NOT_ADDRESS


def _email(value: str) -> Text | None:
    return None if not value or _EMAIL.fullmatch(value) else NOT_EMAIL


_FORMATS: Mapping[Format, Callable[[str], Text | None]] = {
    Format.DAY: _day,
    Format.MOMENT: _moment,
    Format.ADDRESS: _address,
    Format.EMAIL: _email,
}
