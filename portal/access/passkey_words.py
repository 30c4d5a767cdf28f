"""What the package's scripts for passkeys are told: where to ask, and their sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.translation import gettext as _


def making(request: HttpRequest) -> dict[str, Any]:
    """Return what the page that makes a passkey tells its script."""
    addresses = {
        "beginRegistrationUrl": reverse("access:passkey-begin"),
        "completeRegistrationUrl": reverse("access:passkey-complete"),
    }
    return {"config": {"csrfToken": get_token(request), **addresses}, "words": _making(), "done": reverse("access:security")}


def asking(request: HttpRequest) -> dict[str, Any]:
    """Return what the page that asks for a passkey tells its script."""
    addresses = {
        "beginAuthenticationUrl": reverse("access:passkey-ask"),
        "completeAuthenticationUrl": reverse("access:passkey-prove"),
        "autocompleteLoginFieldSelector": None,
        "nextFieldSelector": "input[name='next']",
    }
    return {"config": {"csrfToken": get_token(request), **addresses}, "words": _asking()}


def _making() -> dict[str, str]:
    failed = _("The passkey was not made. Try again, or go back and use an app instead.")
    return {
        "Registering...": _("Waiting for your device …"),
        "Finishing registration...": _("Nearly done …"),
        "Registration successful!": _("The passkey is added."),
        "Registration failed. You most likely already have a Passkey registered for this site.": _(
            "This device holds a passkey of yours already."
        ),
        "Registration aborted.": _("It was broken off."),
        "Registration aborted or not allowed.": _("It was broken off, or the device does not allow it."),
        "Registration failed. A technical problem occurred that prevents you from registering a Passkey for this site.": _(
            "Passkeys need a host name and HTTPS. Use an app instead."
        ),
        "Registration failed. Unable to fetch registration options from server.": failed,
        "Registration failed. The server was unable to verify this passkey.": failed,
        "Registration failed. A server error occurred.": failed,
        "Registration failed. An unknown error occurred.": failed,
        "An error occurred during registration.": failed,
    }


def _asking() -> dict[str, str]:
    failed = _("The passkey was not taken. Try again, or use a code.")
    return {
        "Verifying...": _("Waiting for your device …"),
        "Finishing verification...": _("Nearly done …"),
        "Verification successful!": _("That is it."),
        "Verification aborted.": _("It was broken off."),
        "Verification canceled or not allowed.": _("It was broken off, or the device does not allow it."),
        "Verification failed. Could not retrieve parameters from the server.": failed,
        "Verification failed. An unknown error occurred.": failed,
        "Verification failed. An unknown server error occurred.": failed,
        "Verification failed. A server error occurred.": failed,
        "An error occurred during verification.": failed,
    }
