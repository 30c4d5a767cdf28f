"""Codes that an app makes from a secret and the clock (TOTP)."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from textwrap import wrap

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

from portal.access import factors_throttle
from portal.access.models import User

NAME = "app"


@dataclass(frozen=True, slots=True)
class Picture:
    """A QR code as a path of squares, ``size`` of them wide and high with its margin; nothing of it leaves the portal."""

    size: int
    path: str


def drafted(user: User) -> TOTPDevice | None:
    """Return the secret that a person is setting up and has not confirmed yet."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).order_by("-pk").first()


def draft(user: User) -> TOTPDevice:
    """Make a new secret; it counts for nothing before a code of it was given."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name=NAME, confirmed=False)


def confirm(user: User, code: str) -> bool:
    """Let a new secret count, in place of an earlier one, if the code is one of it."""
    found = drafted(user)
    if found is None or not factors_throttle.verified(user, found, code):
        return False
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        TOTPDevice.objects.filter(pk=found.pk).update(confirmed=True)
    return True


def check(user: User, code: str) -> bool:
    """Tell whether a code is one of the person's app; each is good for once."""
    found = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    return found is not None and factors_throttle.verified(user, found, code)


def secret(device: TOTPDevice) -> str:
    """Return a secret in groups of four, to be typed."""
    return " ".join(wrap(b32encode(device.bin_key).decode().rstrip("="), 4))


def picture(device: TOTPDevice) -> Picture:
    """Return a secret to be photographed."""
    code = QRCode(error_correction=ERROR_CORRECT_L)
    code.add_data(device.config_url)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Picture(len(rows), "".join(squares))
