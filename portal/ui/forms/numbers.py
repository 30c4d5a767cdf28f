"""Numbers as people type them: strict about what they mean, kind about how they are written."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 40

_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_SPACED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_COMMA_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
_POINT_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
_COMMA_POINT = re.compile(r"\d+,\d+")
_UNCLEAR = re.compile(r"[1-9]\d{0,2},\d{3}")
_CODE = re.compile(r"-?[0-9]{1,20}")
_WHOLE = re.compile(r"\d+|\d{1,3}(?:[ '’]\d{3})+|\d{1,3}(?:,\d{3})+")


def _sign_and_body(text: str) -> tuple[str, str]:
    """Return the sign and the digits; full-width digits of Chinese input and typographic minus signs are understood."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("\N{MINUS SIGN}", "-")
    if plain[:1] in {"+", "-"}:
        return plain[0].replace("+", ""), plain[1:].strip()
    return "", plain


def _plain_decimal(body: str, example: str) -> str:
    """Return ``body`` with a decimal point and without groups; raise where it could mean two numbers or none."""
    if _PLAIN.fullmatch(body):
        return body
    if _SPACED.fullmatch(body):
        return re.sub(r"[ '’]", "", body).replace(",", ".")
    if _UNCLEAR.fullmatch(body):
        whole, part = body.split(",")
        raise ValidationError(
            _("This could mean %(large)s or %(small)s. Write it without the comma, or with a decimal point."),
            params={"large": whole + part, "small": f"{whole}.{part}"},
        )
    if _COMMA_GROUPS.fullmatch(body):
        return body.replace(",", "")
    if _POINT_GROUPS.fullmatch(body):
        return body.replace(".", "").replace(",", ".")
    if _COMMA_POINT.fullmatch(body):
        return body.replace(",", ".")
    raise ValidationError(_("Write a number, for example %(example)s."), params={"example": example})


def _not_too_long(text: str) -> None:
    if len(text) > LONGEST:
        raise ValidationError(_("This number is too long."))


def decimal_of(text: str, example: str = "1234.50") -> Decimal:
    """Return the exact number that ``text`` means; raise ``ValidationError`` where it is none or not the only one."""
    _not_too_long(text)
    sign, body = _sign_and_body(text)
    return Decimal(sign + _plain_decimal(body, example))


def integer_of(text: str) -> int:
    """Return the whole number that ``text`` means; raise ``ValidationError`` where it is none."""
    _not_too_long(text)
    sign, body = _sign_and_body(text)
    if not _WHOLE.fullmatch(body):
        raise ValidationError(_("Write a whole number, for example %(example)s."), params={"example": "120"})
    return int(sign + re.sub(r"[ ,'’]", "", body))


def code_of(text: str) -> int | None:
    """Return the number of a choice such as ``-1``; None for what is no number of 64 bits."""
    return int(text) if _CODE.fullmatch(text) else None


def plain(number: object) -> str:
    """Return a number as it is typed and shown: every digit, no exponent, no groups."""
    return format(number, "f") if isinstance(number, Decimal) else str(number)
