"""One's own safety on one page: second factors, recovery codes and log-ins; and putting notices away."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from portal.access import factors, factors_recovery, log_ins, notices
from portal.access.models import User
from portal.access.needs import actor_of, anyone, before_factor
from portal.access.ways import back


@before_factor
@anyone
@never_cache
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show a person how they are protected and where they are logged in."""
    user = cast("User", request.user)
    return render(request, "access/security.html", {**_factors_of(request, user), **_log_ins_of(request, user)})


def _factors_of(request: HttpRequest, user: User) -> dict[str, Any]:
    app = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    passkeys = list(WebAuthnCredential.objects.filter(user=user).order_by("created_at", "pk"))
    return {
        "app": app,
        "passkeys": passkeys,
        "may_remove": factors.may_remove(user),
        "codes_left": factors_recovery.left(user),
        "missing": factors.is_missing(request, user),
    }


def _log_ins_of(request: HttpRequest, user: User) -> dict[str, Any]:
    rows = list(log_ins.open_log_ins(user))
    return {"log_ins": rows, "here": actor_of(request).session}


@anyone
@require_POST
def end_log_in(request: HttpRequest, number: int) -> HttpResponse:
    """End one of the person's own log-ins."""
    row = get_object_or_404(log_ins.open_log_ins(cast("User", request.user)), pk=number)
    log_ins.end(row, actor_of(request))
    messages.success(request, _("The log-in is ended."))
    return redirect("access:security")


@anyone
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End every log-in of the person but this one."""
    actor = actor_of(request)
    log_ins.end_all(cast("User", request.user), actor, but=actor.session)
    messages.success(request, _("Your other log-ins are ended."))
    return redirect("access:security")


@anyone
@require_POST
def put_away(request: HttpRequest, number: int) -> HttpResponse:
    """Put a notice away that was read."""
    notices.put_away(cast("User", request.user), number)
    return redirect(back(request, "home"))
