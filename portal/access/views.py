"""Log in, log out, passwords, a person's own settings, the language."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.forms import ChangePasswordForm, LogInForm, NewPasswordForm, SettingsForm
from portal.access.models import OneTimeLink, User
from portal.access.needs import actor_of, anyone, before_password

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def back(request: HttpRequest, otherwise: str) -> str:
    """Return the page that a form wants to lead to, if it is one of ours."""
    page = request.POST.get("next") or request.GET.get("next", "")
    own = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if own else resolve_url(otherwise)


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def log_in(request: HttpRequest) -> HttpResponse:
    """Let a person in; the session gets a new key."""
    if request.user.is_authenticated:
        return redirect(back(request, settings.LOGIN_REDIRECT_URL))
    form = LogInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.get_user())
        tell(Actor.of(request), Event.LOGGED_IN)
        return redirect(back(request, settings.LOGIN_REDIRECT_URL))
    if form.is_bound:
        tell(_tried(request, form.data.get("username", "")), Event.LOG_IN_FAILED)
    return render(request, "access/log_in.html", {"form": form, "next": back(request, settings.LOGIN_REDIRECT_URL)})


def _tried(request: HttpRequest, name: str) -> Actor:
    """Return who tried to log in; a name nobody has is not kept, since people type their password there by mistake."""
    user = User.objects.filter(username__iexact=name.replace("\x00", "").strip()).first()
    who = Actor.of(request)
    return Actor.nobody(who.address, who.request_id, name=user.username if user else "")


@before_password
@anyone
@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the log-in."""
    tell(actor_of(request), Event.LOGGED_OUT)
    logout(request)
    return redirect("access:log-in")


@before_password
@anyone
@sensitive_post_parameters()
@never_cache
@get_or_post
def password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other log-in of this person ends."""
    form = ChangePasswordForm(_user(request), request.POST if request.method == "POST" else None)
    if form.is_valid():
        with transaction.atomic():
            user = form.save()
            tell(actor_of(request), Event.PASSWORD_CHANGED)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "access/password.html", {"form": form})


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password by a one-time link; only setting it uses the link up."""
    found = OneTimeLink.objects.valid(token)
    if found is None:
        return render(request, "access/link_gone.html", status=404)
    form = NewPasswordForm(found.user, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "access/link.html", {"form": form, "person": found.user})
    with transaction.atomic():
        if not OneTimeLink.objects.take(found):
            return render(request, "access/link_gone.html", status=404)
        user = form.save()
        tell(Actor.person(user, address=Actor.of(request).address), Event.LINK_USED)
    messages.success(request, _("Your password is set. Log in with it."))
    logout(request)
    return redirect("access:log-in")


@anyone
@get_or_post
def own_settings(request: HttpRequest) -> HttpResponse:
    """Show and keep a person's language and time zone."""
    user = _user(request)
    before = {name: getattr(user, name) for name in SettingsForm.Meta.fields}
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=user)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            tell(actor_of(request), Event.SETTINGS_CHANGED, before=before, after=form.cleaned_data)
        messages.success(request, translation.gettext("Your settings are kept."))
        return redirect("access:settings")
    return render(request, "access/settings.html", {"form": form})


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language: kept with the person, and in a cookie for the log-in page."""
    answer = redirect(back(request, settings.LOGIN_REDIRECT_URL))
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return answer
    if isinstance(request.user, User) and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return answer


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
