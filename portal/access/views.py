"""Log in by a password and a second factor, log out, passwords, a person's own settings, the language."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.access import entering, factors, factors_recovery, lockout, log_ins
from portal.access.actor import Actor
from portal.access.events import Event, tell
from portal.access.forms import ChangePasswordForm, CodeForm, LogInForm, NewPasswordForm, PasswordForm, SettingsForm
from portal.access.models import LinkFor, OneTimeLink, User
from portal.access.needs import actor_of, anyone, before_factor, before_password
from portal.access.passkey_words import asking
from portal.access.ways import back

INVALID = 422
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def log_in(request: HttpRequest) -> HttpResponse:
    """Take a name and a password; who has a second factor is asked for it next."""
    if request.user.is_authenticated:
        return redirect(back(request, settings.LOGIN_REDIRECT_URL))
    name = request.POST.get("username", "")
    if request.method == "POST" and lockout.is_locked(request, name):
        return lockout.page(request, name)
    form = LogInForm(request, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _with_password(request, form)
    if form.is_bound:
        tell(lockout.who_tried(request, name), Event.LOG_IN_FAILED)
    return lockout.page(request, name) if lockout.was_locked(request) else _log_in_page(request, form)


def _with_password(request: HttpRequest, form: LogInForm) -> HttpResponse:
    user, page = form.get_user(), back(request, settings.LOGIN_REDIRECT_URL)
    if factors.has_factor(user):
        entering.wait_for_code(request, user, page)
        return redirect("access:code")
    if factors.awaits_link(user):
        form.add_error(None, _("Your second factor was reset. Open the link that your administrator gave you; it sets up a new one."))
        return _log_in_page(request, form)
    entering.enter(request, user)
    return redirect(page)


def _log_in_page(request: HttpRequest, form: LogInForm) -> HttpResponse:
    why = {name: name in request.GET for name in ("ended", "lost")}
    return render(request, "access/log_in.html", {"form": form, "next": back(request, settings.LOGIN_REDIRECT_URL), **why})


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def code(request: HttpRequest) -> HttpResponse:
    """Take the second factor of who has given their password."""
    user = entering.waiting(request)
    if user is None:
        return redirect("access:log-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and lockout.is_locked(request, user.username):
        return lockout.page(request, user.username)
    if form.is_valid():
        page = entering.page_after(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
        if factor := factors.checked(user, form.cleaned_data["code"]):
            return _with_factor(request, user, factor, page)
        _wrong_code(request, user, form)
    if lockout.was_locked(request):
        return lockout.page(request, user.username)
    context = {"form": form, "next": entering.page_after(request), "settings": asking(request) if factors.has_passkey(user) else None}
    return render(request, "access/code.html", context, status=INVALID if form.errors else 200)


def _with_factor(request: HttpRequest, user: User, factor: str, page: str) -> HttpResponse:
    entering.enter(request, user, factor)
    if factor == factors.RECOVERY:
        left = factors_recovery.left(user)
        tell(Actor.of(request), Event.CODE_USED, object_key=user.username, after={"left": left})
        messages.warning(request, ngettext("%(left)d recovery code is left.", "%(left)d recovery codes are left.", left) % {"left": left})
    return redirect(page)


def _wrong_code(request: HttpRequest, user: User, form: CodeForm) -> None:
    lockout.failed(request, user.username)
    tell(lockout.who_tried(request, user.username), Event.FACTOR_REFUSED)
    form.add_error("code", _("This code is not right, or it was used before. After a wrong one wait some seconds."))


@login_not_required
@sensitive_post_parameters()
@never_cache
@get_or_post
def factor_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let in, to set up a new second factor, who has the link of a reset and gives their password; only setting it up uses the link up."""
    found = OneTimeLink.objects.valid(token, purpose=LinkFor.FACTOR)
    if found is None:
        return render(request, "access/link_gone.html", status=404)
    name = found.user.username
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound and lockout.is_locked(request, name):
        return lockout.page(request, name)
    if form.is_valid() and (user := authenticate(request, username=name, password=form.cleaned_data["password"])) is not None:
        entering.enter(request, user)
        request.session[factors.MUST] = True
        return redirect("access:security")
    return _factor_link_again(request, found.user, form)


def _factor_link_again(request: HttpRequest, user: User, form: PasswordForm) -> HttpResponse:
    if form.is_bound:
        tell(lockout.who_tried(request, user.username), Event.LOG_IN_FAILED)
        form.add_error("password", _("This is not your password."))
    if lockout.was_locked(request):
        return lockout.page(request, user.username)
    return render(request, "access/factor_link.html", {"form": form, "person": user})


@before_password
@before_factor
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
        _change_password(request, form)
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "access/password.html", {"form": form})


def _change_password(request: HttpRequest, form: ChangePasswordForm) -> None:
    """Keep the new password; other log-ins end with it, and this one goes on under a new key."""
    actor, old_key = actor_of(request), request.session.session_key
    with transaction.atomic():
        user = form.save()
        tell(actor, Event.PASSWORD_CHANGED)
        log_ins.end_all(user, actor, but=actor.session)
    update_session_auth_hash(request, user)
    log_ins.renewed(request, old_key)


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
        actor = Actor.person(user, address=Actor.of(request).address)
        tell(actor, Event.LINK_USED)
        log_ins.end_all(user, actor)
        lockout.release(user)
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
