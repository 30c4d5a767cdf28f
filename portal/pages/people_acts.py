"""Pages that change people: letting them in, changing them, keeping them out."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.access import people
from portal.access.actor import Actor
from portal.access.log_ins import open_log_ins
from portal.access.models import LINK_HOURS, AccountLink, User
from portal.access.needs import actor_of, sudo
from portal.directory.models import Account
from portal.pages.people import manages, page_of, person_of
from portal.pages.people_form import PersonForm, SubUserForm
from portal.ui.components import Crumb

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
@manages
@never_cache
@sudo
def add(request: HttpRequest) -> HttpResponse:
    """Make a person and show the link by which they set their password, this once."""
    actor = actor_of(request)
    form = _form_for(request, None)
    if form.is_valid():
        try:
            user, token = people.invite(actor, form.cleaned_data["username"], form.profile())
        except people.NameTaken:
            form.add_error("username", _("This user name is taken."))
        else:
            return _link_page(request, user, reverse("access:link", args=[token]), _("%(name)s is added.") % {"name": user})
    crumbs = [Crumb(_("People"), reverse("people:list"))]
    return render(request, "people/form.html", {"form": form, "crumbs": crumbs, "cancel_url": reverse("people:list")})


@get_or_post
@manages
@sudo
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person."""
    user = _changed(request, pk)
    form = _form_for(request, user)
    if form.is_valid():
        try:
            people.change(actor_of(request), user, form.profile())
        except people.LastAdministrator:
            form.add_error("role", _("This is the last administrator. Make another one first."))
        else:
            messages.success(request, _("The person is changed. It counts from their next request."))
            return redirect("people:detail", pk)
    page = page_of(user, _crumb(user))
    return render(request, "people/form.html", {**page, "form": form, "cancel_url": reverse("people:detail", args=[pk])})


def _form_for(request: HttpRequest, user: User | None) -> PersonForm | SubUserForm:
    """Return the form that fits: a person of an agent has the agent's role, some of their rights and accounts of their trees."""
    actor, posted = actor_of(request), request.POST if request.method == "POST" else None
    if not people.manages_all(actor):
        return SubUserForm(actor, posted, user=user, above=actor)
    if user is not None and user.parent is not None:
        return SubUserForm(actor, posted, user=user, above=Actor.person(user.parent))
    return PersonForm(actor, posted, user=user)


def _changed(request: HttpRequest, pk: int) -> User:
    """Return a person that the reader may change."""
    user = person_of(actor_of(request), pk)
    if not people.may_change(actor_of(request), user):
        raise PermissionDenied
    return user


def _crumb(user: User) -> Crumb:
    return Crumb(user.username, reverse("people:detail", args=[user.pk]))


@require_POST
@manages
@never_cache
@sudo
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a new link by which a person sets a password, this once."""
    user = _changed(request, pk)
    if not user.is_active:
        raise PermissionDenied
    token = people.reset_password(actor_of(request), user)
    return _link_page(request, user, reverse("access:link", args=[token]), _("Until it is used the old password is good."))


@get_or_post
@manages
@never_cache
@sudo
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person's second factor away, after saying what follows, and show the link to set up another, this once."""
    user = _changed(request, pk)
    if request.method != "POST":
        return render(request, "people/reset_factor.html", page_of(user, _crumb(user)))
    token = people.reset_factor(actor_of(request), user)
    words = _("The second factor is reset. Their log-ins have ended.")
    return _link_page(request, user, reverse("access:factor-link", args=[token]), words)


def _link_page(request: HttpRequest, user: User, path: str, words: str) -> HttpResponse:
    """Show a one-time link; it is in this answer and nowhere else."""
    context = {**page_of(user, _crumb(user)), "link": request.build_absolute_uri(path), "words": words, "hours": LINK_HOURS}
    return render(request, "people/link.html", context)


@require_POST
@manages
@sudo
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a person out."""
    try:
        people.deactivate(actor_of(request), _changed(request, pk))
    except people.LastAdministrator:
        messages.error(request, _("This is the last administrator. Make another one first."))
    else:
        messages.success(request, _("The person is deactivated. Their log-ins and links have ended."))
    return redirect("people:detail", pk)


@require_POST
@manages
@sudo
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    people.activate(actor_of(request), _changed(request, pk))
    messages.success(request, _("The person is active again and logs in as before."))
    return redirect("people:detail", pk)


@require_POST
@manages
def end_log_in(request: HttpRequest, pk: int, log_in: int) -> HttpResponse:
    """End one log-in of a person."""
    user = _changed(request, pk)
    people.end_log_in(actor_of(request), user, get_object_or_404(open_log_ins(user), pk=log_in))
    messages.success(request, _("The log-in has ended."))
    return redirect("people:detail", pk)


@require_POST
@manages
def end_log_ins(request: HttpRequest, pk: int) -> HttpResponse:
    """End every log-in of a person."""
    people.end_log_ins(actor_of(request), _changed(request, pk))
    messages.success(request, _("All log-ins have ended."))
    return redirect("people:detail", pk)


@require_POST
@manages
@sudo
def resume_link(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Tie a person again to an account that came back under its old name; only staff can judge whose it is now."""
    user = _changed(request, pk)
    suspended = get_object_or_404(AccountLink.objects.exclude(suspended_at=None), user=user, pk=link)
    here = Account.objects.filter(platform=suspended.platform, account=suspended.account, gone_at=None).exists()
    if not people.manages_all(actor_of(request)):
        raise PermissionDenied
    if here:
        people.resume_link(actor_of(request), user, suspended)
        messages.success(request, _("The link counts again."))
    else:
        messages.error(request, _("The platform has no such account now."))
    return redirect("people:detail", pk)
