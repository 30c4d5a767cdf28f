"""Recharge and deduct, one payment, and the payments of an account."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from billing_app import pages, services
from billing_app.forms import PayForm, PeriodForm
from billing_app.resources import HISTORY, PAY
from billing_app.told import told
from portal.access.needs import actor_of, needs, sudo
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import (
    DoorError,
    InvalidRequest,
    MoneyHeld,
    NotOffered,
    NotThere,
    OpenMoneyOperation,
    OverLimit,
    ReadOnlyPlatform,
    TokenTaken,
    fresh_token,
)
from portal.ui.listing.rows import platforms_of
from portal.ui.text import say
from portal.vos3000.errors import VosError

CONFLICT, INVALID = 409, 422
_FIELD_OF = {"money": "amount", "memo": "memo"}


def _sends(request: HttpRequest) -> bool:
    return "token" in request.POST


@needs(PAY.right)
@never_cache
@require_http_methods(["GET", "POST"])
@sudo(when=_sends)
def pay(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show what a payment will do to an account, ask, and make it once."""
    (platform,) = platforms_of(actor_of(request), slug)
    if request.method == "POST" and _sends(request):
        return _send(request, platform, key)
    _check_open(platform)
    if (earlier := services.open_payment(platform, key)) is not None:
        return _in_the_way(request, platform, key, earlier)
    account = services.account_of(actor_of(request), platform, key)
    form = PayForm(request.POST if request.method == "POST" else None, balance=account.balance)
    if form.is_bound and form.is_valid() and "edit" not in request.POST:
        return _confirm(request, platform, key, account, form)
    return _form(request, platform, key, account, form, status=INVALID if form.errors else 200)


def _check_open(platform: Platform) -> None:
    """Raise where a platform takes no payments, so that no form is filled in for nothing."""
    if not platform.offers(PAY.name):
        raise NotOffered
    if not platform.writable:
        raise ReadOnlyPlatform


def _send(request: HttpRequest, platform: Platform, key: str) -> HttpResponse:
    """Make the payment that was confirmed; the page that tells of it has an address of its own and may be loaded again."""
    form, token = PayForm(request.POST), _token(request)
    if token is None or not form.is_valid():
        return _again(request, platform, key, form)
    try:
        result = services.pay(actor_of(request), platform, key, form, token)
    except OpenMoneyOperation as open_one:
        return _in_the_way(request, platform, key, open_one.operation)
    except (TokenTaken, MoneyHeld, OverLimit, InvalidRequest) as stopped:
        return _stopped(request, platform, key, form, stopped)
    operation_id = result.operation.pk if result.operation else token
    return redirect("billing:payment", platform.slug, operation_id)


def _stopped(request: HttpRequest, platform: Platform, key: str, form: PayForm, error: DoorError) -> HttpResponse:
    """Show the form with why the door did not let the payment through: beside its field, or above."""
    above, status = "", 0
    match error:
        case OverLimit():
            form.add_error("amount", pages.over(error, platform))
            status = error.status
        case MoneyHeld():
            above, status = pages.held(error.until), error.status
        case InvalidRequest():
            for problem in error.problems:
                form.add_error(_FIELD_OF.get(problem.path), say(problem.text))
        case _:
            above = say(error.sentence)
    return _again(request, platform, key, form, above, status=status)


def _again(request: HttpRequest, platform: Platform, key: str, form: PayForm, stopped: str = "", *, status: int = 0) -> HttpResponse:
    """Show the form with what was typed; nothing was sent."""
    account = services.account_of(actor_of(request), platform, key)
    return _form(request, platform, key, account, form, stopped=stopped, status=status or (CONFLICT if stopped else INVALID))


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST["token"])
    except ValueError:
        return None


def _form(
    request: HttpRequest, platform: Platform, key: str, account: services.Paid, form: PayForm, *, stopped: str = "", status: int = 200
) -> HttpResponse:
    context = {
        **pages.about(platform, key),
        "account": account,
        "form": form,
        "stopped": stopped or pages.held(actor_of(request).money_held_until),
        "figures": [*pages.figures(platform, account), *pages.limits(actor_of(request), platform)],
    }
    return render(request, "billing_app/pay.html", context, status=status)


def _confirm(request: HttpRequest, platform: Platform, key: str, account: services.Paid, form: PayForm) -> HttpResponse:
    context = {
        **pages.about(platform, key),
        **pages.confirming(platform, account, form),
        "account": account,
        "form": form,
        "token": fresh_token(),
    }
    return render(request, "billing_app/confirm.html", context)


def _in_the_way(request: HttpRequest, platform: Platform, key: str, earlier: Operation) -> HttpResponse:
    """Tell that an earlier payment is open, and where it stands."""
    services.payment_of(actor_of(request), platform, earlier.pk)
    return render(request, "billing_app/open.html", {**pages.about(platform, key), "earlier": earlier}, status=CONFLICT)


@needs(PAY.right, HISTORY.right)
@never_cache
@require_GET
def payment(request: HttpRequest, slug: str, operation_id: uuid.UUID) -> HttpResponse:
    """Show what became of one payment; while that is open the page looks again by itself."""
    (platform,) = platforms_of(actor_of(request), slug)
    found = services.payment_of(actor_of(request), platform, operation_id)
    receipt = services.receipt_of(actor_of(request), found)
    key = found.money_account or found.object_key
    context = {
        **pages.about(platform, key),
        "payment": found,
        "told": told(found, receipt),
        "figures": pages.receipt(found, receipt),
        "receipt": receipt,
    }
    return render(request, "billing_app/payment.html", context)


@needs(HISTORY.right)
@require_GET
def anywhere(request: HttpRequest) -> HttpResponse:
    """Lead to the payments of the first platform that the reader sees."""
    actor = actor_of(request)
    seen = next((each for each in Platform.objects.enabled() if actor.sees_platform(each.pk)), None)
    if seen is None:
        raise NotThere
    return redirect("billing:payments", seen.slug)


@needs(HISTORY.right)
@require_GET
def payments(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for an account and days; the payments themselves are loaded after the page."""
    (platform,) = platforms_of(actor_of(request), slug)
    return _asking(request, platform, PeriodForm(request.GET, platform.time_zone, _own(request, platform)))


def _own(request: HttpRequest, platform: Platform) -> str:
    """Return the account that a reader is linked to, where it is one; empty for staff and for several."""
    linked = actor_of(request).accounts_on(platform.pk)
    return next(iter(linked)) if len(linked) == 1 else ""


def _asking(request: HttpRequest, platform: Platform, form: PeriodForm) -> HttpResponse:
    context = {"platform": platform, "form": form, "later": _history_url(platform, form), "seconds": pages.patience_s(platform)}
    return render(request, "billing_app/payments.html", context, status=INVALID if form.errors else 200)


def _history_url(platform: Platform, form: PeriodForm) -> str:
    if not form.is_bound or not form.is_valid():
        return ""
    asked = {"account": form.cleaned_data["account"], "from": form.cleaned_data["first"], "to": form.cleaned_data["last"]}
    return f"{reverse('billing:history', args=[platform.slug])}?{urlencode(asked)}"


@needs(HISTORY.right)
@never_cache
@require_GET
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the payments of an account as the softswitch tells them: a fragment under htmx, else a page."""
    (platform,) = platforms_of(actor_of(request), slug)
    form = PeriodForm(request.GET, platform.time_zone)
    if not form.is_bound or not form.is_valid():
        return _asking(request, platform, form)
    asked = form.cleaned_data
    try:
        found = services.bookings(actor_of(request), platform, asked["account"], asked["first"], asked["last"])
        context = {"bookings": found, **pages.booked(actor_of(request), platform, found)}
    except VosError as error:
        context = pages.failed(error, confined=actor_of(request).confined)
    template = "billing_app/history.html" if request.htmx else "billing_app/history_page.html"  # type: ignore[attr-defined]
    return render(request, template, {**context, "platform": platform, "form": form})
