"""Passkeys: the ceremonies of a browser, as a second factor beside the password. They belong to the host that they were made at."""

from __future__ import annotations

import binascii
import json
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential
from django_otp_webauthn.utils import rewrite_exceptions

from portal.access import entering, factors, lockout, sudo
from portal.access.events import Event, tell
from portal.access.forms import PasskeyForm
from portal.access.models import User
from portal.access.needs import anyone, before_factor
from portal.access.needs import sudo as password_first
from portal.access.passkey_words import making

_NAME, _MAKING, _ASKING = "passkey_name", "passkey_making", "passkey_asking"
_BROKEN = (ValueError, TypeError, KeyError, AttributeError, binascii.Error)


class Passkeys(WebAuthnHelper):  # type: ignore[misc]  # the package has no types
    """The ceremonies of the package for the host of the request, which is one of ALLOWED_HOSTS."""

    def get_relying_party_domain(self) -> str:
        """Return the host without its port."""
        return urlsplit(self._origin()).hostname or ""

    def get_allowed_origins(self) -> list[str]:
        """Return the one origin that a browser may have been at."""
        return [self._origin()]

    def _origin(self) -> str:
        return f"{self.request.scheme}://{self.request.get_host()}"


def _refused(why: str, status: int = 403) -> JsonResponse:
    return JsonResponse({"detail": why}, status=status)


@before_factor
@anyone
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@password_first
def add(request: HttpRequest) -> HttpResponse:
    """Show the page that has the browser make a passkey under the name given."""
    if request.method != "POST":
        return redirect("access:security")
    form = PasskeyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the passkey a name of at most 64 characters."))
        return redirect("access:security")
    request.session[_NAME] = form.cleaned_data["name"]
    return render(request, "access/passkey.html", {"name": form.cleaned_data["name"], "settings": making(request)})


@before_factor
@anyone
@never_cache
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Answer what the browser makes a passkey from."""
    if not sudo.is_given(request):
        return _refused(_("Give your password again: go back and start once more."))
    options, request.session[_MAKING] = Passkeys(request).register_begin(user=request.user)
    return JsonResponse(options)


@before_factor
@anyone
@never_cache
@require_POST
def complete(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    user = cast("User", request.user)
    state, name = request.session.pop(_MAKING, None), request.session.get(_NAME, "")
    made = _ceremony(request, lambda helper, data: helper.register_complete(user=user, state=state, data=data)) if state else None
    if made is None:
        return _refused(_("The browser's answer does not fit. Go back and start once more."), 422)
    WebAuthnCredential.objects.filter(pk=made.pk).update(name=name)
    factors.added(request, user, factors.PASSKEY)
    return JsonResponse({"id": made.pk})


@anyone
@never_cache
@require_POST
@password_first
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Do without one of one's passkeys from now on."""
    user = cast("User", request.user)
    passkey = get_object_or_404(WebAuthnCredential, pk=number, user=user)
    if not factors.may_remove(user):
        messages.error(request, _("Your role needs a second factor: set up another one first."))
    else:
        passkey.delete()
        factors.removed(request, user, factors.PASSKEY)
        messages.success(request, _("The passkey is removed."))
    return redirect("access:security")


@login_not_required
@never_cache
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Answer what the browser proves a passkey with, to who has given their password."""
    user = entering.waiting(request)
    if user is None:
        return _refused(_("This took too long. Log in anew."))
    options, request.session[_ASKING] = Passkeys(request).authenticate_begin(user=user, require_user_verification=False)
    return JsonResponse(options)


@login_not_required
@never_cache
@require_POST
def prove(request: HttpRequest) -> HttpResponse:
    """Log in who has given their password and proved a passkey of theirs."""
    user, state = entering.waiting(request), request.session.pop(_ASKING, None)
    if user is None or state is None or lockout.is_locked(request, user.username):
        return _refused(_("This took too long. Log in anew."))
    page = entering.page_after(request) or resolve_url("home")
    shown = _ceremony(request, lambda helper, data: helper.authenticate_complete(user=user, state=state, data=data))
    if shown is None:
        lockout.failed(request, user.username)
        tell(lockout.who_tried(request, user.username), Event.FACTOR_REFUSED, after={"factor": factors.PASSKEY})
        return _refused(_("This passkey is not one of yours, or its answer does not fit."))
    entering.enter(request, user, factors.PASSKEY)
    return JsonResponse({"id": shown.pk, "redirect_url": page})


def _ceremony(request: HttpRequest, step: Callable[[Passkeys, Any], Any]) -> WebAuthnCredential | None:
    """Return the passkey that a browser's answer is about; None where the answer does not fit."""
    try:
        with rewrite_exceptions():
            return step(Passkeys(request), json.loads(request.body))
    except (OTPWebAuthnApiError, *_BROKEN):
        return None
