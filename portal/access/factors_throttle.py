"""How often codes may be tried, beside the lock by name and address: whoever knows a password may try from many addresses."""

from __future__ import annotations

from axes.helpers import get_cool_off
from django.utils import timezone
from django_otp import verify_token
from django_otp.models import Device

from portal.access.models import User


def verified(user: User, device: Device, code: str) -> bool:
    """Tell whether a device takes a code; each failure doubles how long nothing is taken, and a lock's time ends that.

    Without an end, somebody with the password could keep its owner out for days.
    """
    failed_at = device.throttling_failure_timestamp
    if failed_at is not None and timezone.now() - failed_at > get_cool_off():
        device.throttle_reset()
    return verify_token(user, device.persistent_id, code) is not None
