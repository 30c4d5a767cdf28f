"""Pages by which a person sets up, renews and removes an app and recovery codes."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.access import factors, factors_app, factors_recovery, lockout
from portal.access.events import Event, tell
from portal.access.forms import CodeForm
from portal.access.models import User
from portal.access.needs import actor_of, anyone, before_factor, sudo

INVALID = 422
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@before_factor
@anyone
@sensitive_post_parameters()
@never_cache
@get_or_post
@sudo
def app(request: HttpRequest) -> HttpResponse:
    """Show a new secret, or let it count where a code of it comes back; recovery codes come with the first factor."""
    if request.method != "POST":
        return redirect("access:security")
    user = cast("User", request.user)
    if "code" not in request.POST:
        return _secret(request, factors_app.draft(user), CodeForm())
    form, device = CodeForm(request.POST), factors_app.drafted(user)
    if device is None:
        return redirect("access:security")
    if lockout.is_locked(request, user.username):
        return lockout.page(request, user.username)
    if form.is_valid() and factors_app.confirm(user, form.cleaned_data["code"]):
        return _added(request, user)
    return _wrong(request, user, device, form)


def _wrong(request: HttpRequest, user: User, device: TOTPDevice, form: CodeForm) -> HttpResponse:
    """Count a wrong code and show the secret again."""
    if form.is_valid():
        lockout.failed(request, user.username)
        form.add_error("code", _("This code is not right. Wait for the next one, and look at the clock of your device."))
    return lockout.page(request, user.username) if lockout.was_locked(request) else _secret(request, device, form)


def _secret(request: HttpRequest, device: TOTPDevice, form: CodeForm) -> HttpResponse:
    context = {"form": form, "picture": factors_app.picture(device), "secret": factors_app.secret(device)}
    return render(request, "access/app.html", context, status=INVALID if form.errors else 200)


def _added(request: HttpRequest, user: User) -> HttpResponse:
    factors.added(request, user, factors.TOTP)
    messages.success(request, _("Your app is set up. From now on it is asked for when you log in."))
    return redirect("access:security") if factors_recovery.left(user) else _codes(request, user)


@anyone
@never_cache
@require_POST
@sudo
def remove_app(request: HttpRequest) -> HttpResponse:
    """Do without the app from now on."""
    user = cast("User", request.user)
    if not factors.may_remove(user):
        messages.error(request, _("Your role needs a second factor: set up another one first."))
    elif TOTPDevice.objects.filter(user=user).delete()[0]:
        factors.removed(request, user, factors.TOTP)
        messages.success(request, _("The app is removed."))
    return redirect("access:security")


@anyone
@never_cache
@get_or_post
@sudo
def codes(request: HttpRequest) -> HttpResponse:
    """Make a new set of recovery codes and show it, this once."""
    user = cast("User", request.user)
    asked = request.method == "POST" and factors.has_factor(user)
    return _codes(request, user) if asked else redirect("access:security")


def _codes(request: HttpRequest, user: User) -> HttpResponse:
    made = factors_recovery.make(user)
    tell(actor_of(request), Event.CODES_MADE, object_key=user.username)
    return render(request, "access/codes.html", {"codes": made})


@anyone
@sensitive_post_parameters()
@never_cache
@require_POST
def codes_as_text(request: HttpRequest) -> HttpResponse:
    """Answer the codes that the page before showed as a file; only what is a code of the person is written back."""
    user = cast("User", request.user)
    lines = factors_recovery.among(user, request.POST.getlist("code"))
    name = _("Recovery codes of %(name)s, each good for once:") % {"name": user.username}
    answer = HttpResponse("\n".join([name, *lines, ""]), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return answer
