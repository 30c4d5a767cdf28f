"""What a platform's fields may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.vos3000.endpoint import MEBIBYTE, Limits

INTERFACE_PATH = "/external/server"
# Above these a page, a worker, the memory or the disk would have no limit any more.
MOST: Mapping[str, int] = MappingProxyType(
    {
        "live_at_once": 64,
        "history_at_once": 16,
        "history_pause_ms": 60_000,
        "wait_s": 120,
        "connect_s": 60,
        "live_timeout_s": 120,
        "history_timeout_s": 900,
        "max_answer_bytes": 1024 * MEBIBYTE,
        "max_download_bytes": 16 * 1024 * MEBIBYTE,
    }
)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PIN_HEX = re.compile(r"[0-9a-f]{64}")
_PIN_BASE64 = re.compile(r"[0-9A-Za-z+/]{43}=")


def clean_base_url(value: str) -> str:
    """Return a base URL without the parts that the client adds: a trailing slash, the interfaces' own path."""
    return value.strip().rstrip("/").removesuffix(INTERFACE_PATH).rstrip("/")


def valid_base_url(value: str) -> None:
    """Refuse what is no plain http or https address; credentials would end in logs."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise ValidationError(_("This is not an address.")) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0 or re.search(r"[\s\x00-\x1f]", value):
        raise ValidationError(_("The address starts with http:// or https:// and names a host."))
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("The address may not contain a user name or a password."))
    if parts.query or parts.fragment:
        raise ValidationError(_("The address may not contain a query or a fragment."))


def valid_zone(value: str) -> None:
    """Refuse what is no IANA time zone."""
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValidationError(_("This is not a time zone such as Asia/Shanghai or Europe/Berlin.")) from None


def valid_currency(value: str) -> None:
    """Refuse what is not written like an ISO 4217 code."""
    if not _CURRENCY.fullmatch(value):
        raise ValidationError(_("A currency is written as three capital letters, for example CNY."))


def valid_pin(value: str) -> None:
    """Refuse what is no SHA-256, in hexadecimal (with or without colons) or in base64."""
    if not _PIN_HEX.fullmatch(value.replace(":", "").lower()) and not _PIN_BASE64.fullmatch(value):
        raise ValidationError(_("A fingerprint is 64 hexadecimal digits, with or without colons, or 44 characters of base64."))


def valid_limits(value: object) -> None:
    """Refuse limits that the client does not know, that are not above zero (a pause may be zero) or so high that they are none."""
    known = {each.name for each in fields(Limits)}
    if not isinstance(value, dict) or not set(value) <= known:
        raise ValidationError(_("The limits are named: %(names)s"), params={"names": ", ".join(sorted(known))})
    for name, number in value.items():
        lowest = 0 if name == "history_pause_ms" else 1
        if isinstance(number, bool) or not isinstance(number, int | float) or not number >= lowest:
            raise ValidationError(_("%(name)s must be a number of at least %(lowest)s."), params={"name": name, "lowest": lowest})
        if number > MOST[name]:
            raise ValidationError(_("%(name)s must be a number of at most %(most)s."), params={"name": name, "most": MOST[name]})
