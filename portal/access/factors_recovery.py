"""Recovery codes: ten, each good for once, for the day the app and the passkeys are lost.

Only hashes under the portal's key are kept. A new key, or a new set, makes the old ones worthless.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from portal.access import factors_throttle
from portal.access.models import User

COUNT = 10
#: Without what is mistaken for another: 31 letters and digits, ten of them are 49 bits.
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_LENGTH, _KEPT = 10, 16


def make(user: User) -> list[str]:
    """Return a new set of codes, in place of an earlier one; they are readable only here."""
    codes = ["".join(secrets.choice(_LETTERS) for _each in range(_LENGTH)) for _code in range(COUNT)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="recovery")
        StaticToken.objects.bulk_create(StaticToken(device=device, token=_digest(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def left(user: User) -> int:
    """Return how many codes are left."""
    return int(StaticToken.objects.filter(device__user=user).count())


def check(user: User, code: str) -> bool:
    """Tell whether a code is one of the person's, and use it up."""
    device = StaticDevice.objects.filter(user=user).first()
    return device is not None and factors_throttle.verified(user, device, _digest(user, code))


def among(user: User, codes: Iterable[str]) -> list[str]:
    """Return those of the given codes that are the person's and unused."""
    kept = set(StaticToken.objects.filter(device__user=user).values_list("token", flat=True))
    return [code for code in codes if _digest(user, code) in kept]


def _digest(user: User, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return salted_hmac("portal.access.recovery", f"{user.pk}:{plain}", algorithm="sha256").hexdigest()[:_KEPT]
