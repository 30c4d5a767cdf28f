"""Moving money between an agent's account and one below it, one transfer, and all of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billing_app.pages import held, limits
from billing_app.resources import PAY
from billing_app.transfers import pages, services
from billing_app.transfers.forms import CloseForm, SubAccountForm, TransferForm
from billing_app.transfers.services import Both, Ends
from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.platforms.models import Platform
from portal.service import DoorError, InvalidRequest, NotOffered, ReadOnlyPlatform, fresh_token
from portal.service import transfers as moving
from portal.service.models import Way
from portal.service.transfers_errors import NotWaiting
from portal.service.transfers_seen import seen
from portal.ui.components import Pager, Tab
from portal.ui.listing.rows import platforms_of
from portal.ui.text import say

CONFLICT, INVALID = 409, 422
SIZE = 50


def _sends(request: HttpRequest) -> bool:
    return "token" in request.POST


@needs(Own.MAKE_TRANSFERS)
@never_cache
@require_http_methods(["GET", "POST"])
@sudo(when=_sends)
def transfer(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Ask how much and which way, show what it will do to both accounts, and make the transfer once."""
    (platform,) = platforms_of(actor_of(request), slug)
    ends = services.ends_of(actor_of(request), platform, key)
    if not ends.agents:
        return _which(request, platform, ends)
    form = TransferForm(request.POST if request.method == "POST" else None, agents=ends.agents)
    if form.is_bound and _sends(request):
        return _send(request, platform, ends, form)
    _check_open(platform)
    return _ask(request, platform, ends, form)


def _check_open(platform: Platform) -> None:
    """Raise where a platform takes no payments, so that no form is filled in for nothing."""
    if not platform.offers(PAY.name):
        raise NotOffered
    if not platform.writable:
        raise ReadOnlyPlatform


def _which(request: HttpRequest, platform: Platform, ends: Ends) -> HttpResponse:
    """Ask for the sub-account, where the page is of an account that has nobody above."""
    form = SubAccountForm(request.GET if "account" in request.GET else None, ends.below)
    if form.is_bound and form.is_valid():
        return redirect("billing:transfer", platform.slug, form.cleaned_data["account"])
    context = pages.choosing(platform, ends, form)
    return render(request, "transfers/which.html", context, status=INVALID if form.errors else 200)


def _ask(request: HttpRequest, platform: Platform, ends: Ends, form: TransferForm, *, stopped: str = "", status: int = 0) -> HttpResponse:
    """Show the form, or what it will do where it is filled in; both accounts are read live."""
    valid = form.is_bound and form.is_valid()
    asked: dict[str, Any] = form.cleaned_data if valid else {}
    agent = asked.get("agent") or ends.agents[0]
    found = services.both(actor_of(request), platform, agent, ends.account, asked.get("way") or Way.DOWN)
    if valid and not stopped and not status:
        form.check(found.taken_from, found.given_to)
        if not form.errors and "edit" not in request.POST:
            return _confirm(request, platform, ends, form, found)
    actor = actor_of(request)
    context = {
        **pages.asking(platform, ends, form),
        "figures": [*pages.figures(platform, found), *limits(actor, platform)],
        "stopped": stopped or held(actor.money_held_until),
    }
    return render(request, "transfers/form.html", context, status=status or (INVALID if form.errors else 200))


def _confirm(request: HttpRequest, platform: Platform, ends: Ends, form: TransferForm, found: Both) -> HttpResponse:
    context = {**pages.asking(platform, ends, form), **pages.confirming(platform, found, form), "token": fresh_token()}
    return render(request, "transfers/confirm.html", context)


def _send(request: HttpRequest, platform: Platform, ends: Ends, form: TransferForm) -> HttpResponse:
    """Make the transfer that was confirmed; the page that tells of it has an address of its own and may be loaded again."""
    token = _token(request)
    if token is None or not form.is_valid():
        return _ask(request, platform, ends, form, status=INVALID)
    try:
        made = services.make(actor_of(request), platform, ends.account, form, token)
    except InvalidRequest as invalid:
        for problem in invalid.problems:
            form.add_error("amount", say(problem.text))
        return _ask(request, platform, ends, form)
    except DoorError as error:
        if error.status != CONFLICT:
            raise
        return _ask(request, platform, ends, form, stopped=say(error.sentence), status=CONFLICT)
    return redirect("billing:made-transfer", platform.slug, made.pk)


def _token(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST["token"])
    except ValueError:
        return None


@needs(Own.MAKE_TRANSFERS, Own.READ_OPERATIONS)
@never_cache
@require_GET
def made(request: HttpRequest, slug: str, transfer_id: uuid.UUID) -> HttpResponse:
    """Show where a transfer stands, with every step; while it is open the page looks again by itself."""
    return _shown(request, slug, transfer_id, CloseForm())


def _shown(request: HttpRequest, slug: str, transfer_id: uuid.UUID, form: CloseForm) -> HttpResponse:
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    found = services.transfer_seen(actor, platform, transfer_id)
    context = {**pages.made(actor, found), "platform": platform, "form": form}
    return render(request, "transfers/made.html", context, status=INVALID if form.errors else 200)


@needs(Own.SETTLE_OPERATIONS)
@require_POST
@sudo
def pay_back(request: HttpRequest, slug: str, transfer_id: uuid.UUID) -> HttpResponse:
    """Pay money back once more that could be neither given nor paid back."""
    actor = actor_of(request)
    (platform,) = platforms_of(actor, slug)
    services.transfer_seen(actor, platform, transfer_id)
    return _decided(request, platform, transfer_id, lambda: moving.pay_back_again(actor, transfer_id))


@needs(Own.SETTLE_OPERATIONS)
@require_POST
@sudo
def close(request: HttpRequest, slug: str, transfer_id: uuid.UUID) -> HttpResponse:
    """Close a transfer whose money was put right elsewhere, with the reason."""
    actor, form = actor_of(request), CloseForm(request.POST)
    (platform,) = platforms_of(actor, slug)
    services.transfer_seen(actor, platform, transfer_id)
    if not form.is_valid():
        return _shown(request, slug, transfer_id, form)
    return _decided(request, platform, transfer_id, lambda: moving.close(actor, transfer_id, form.cleaned_data["note"]))


def _decided(request: HttpRequest, platform: Platform, transfer_id: uuid.UUID, decide: Callable[[], object]) -> HttpResponse:
    try:
        decide()
    except NotWaiting as error:
        messages.error(request, say(error.sentence))
    return redirect("billing:made-transfer", platform.slug, transfer_id)


@needs(Own.MAKE_TRANSFERS, Own.READ_OPERATIONS)
@require_GET
def transfers(request: HttpRequest, slug: str | None = None) -> HttpResponse:
    """List the transfers of a platform, or of all: an agent's own, for staff everybody's."""
    actor = actor_of(request)
    platforms = platforms_of(actor, slug)
    every = seen(actor).filter(platform__in=platforms)
    only_open = request.GET.get("show") == "open"
    page = Paginator(every.open() if only_open else every, SIZE).get_page(request.GET.get("page"))
    pager = Pager(number=page.number, count=page.paginator.count, size=SIZE, query=[("show", "open")] if only_open else [])
    context = {"table": pages.listed(page.object_list), "pager": pager, "tabs": _tabs(every.open().count(), only_open=only_open)}
    return render(request, "transfers/list.html", context)


def _tabs(count: int, *, only_open: bool) -> list[Tab]:
    return [
        Tab(label=_("All"), url="?", current=not only_open),
        Tab(label=_("Open"), url="?show=open", current=only_open, count=count),
    ]
