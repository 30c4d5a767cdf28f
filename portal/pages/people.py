"""Pages of people: who can log in, what they are, and their log-ins. An agent has the same pages for the people they let in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portal.access import log_ins
from portal.access.actor import Actor
from portal.access.forms import dressed
from portal.access.models import RoleRow, User
from portal.access.needs import actor_of, needs
from portal.access.people import manages_all, may_change, people_of
from portal.access.rights import Own
from portal.pages import people_shown
from portal.pages.numbers import page_number
from portal.ui.components import Action, Crumb, Pager

manages = needs(Own.MANAGE_USERS, Own.MANAGE_SUB_USERS)
PAGE = 50
_INVITED = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
STATES = {
    "active": (gettext_lazy("Active"), Q(is_active=True) & ~_INVITED),
    "invited": (gettext_lazy("Invited"), Q(is_active=True) & _INVITED),
    "deactivated": (gettext_lazy("Deactivated"), Q(is_active=False)),
}


class FilterForm(forms.Form):
    """Whom a reader looks for."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=150, widget=forms.TextInput(attrs={"type": "search"}))
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("any")), *((key, label) for key, (label, _where) in STATES.items())],
    )

    def __init__(self, data: Any, *, everybody: bool) -> None:
        super().__init__(data)
        if everybody:
            choices = [("", _("any")), *((row.slug, str(row)) for row in RoleRow.objects.all())]
            self.fields["role"] = forms.ChoiceField(label=_("Role"), required=False, choices=choices)
        else:
            del self.fields["role"]
        dressed(self)

    def narrowed(self, people: QuerySet[User]) -> QuerySet[User]:
        """Return the people looked for; what cannot be read is not asked about."""
        values = self.cleaned_data
        for word in values.get("q", "").split():
            people = people.filter(Q(username__icontains=word) | Q(display_name__icontains=word) | Q(email__icontains=word))
        if role := values.get("role", ""):
            people = people.filter(role=role)
        return people.filter(STATES[values["state"]][1]) if values.get("state") else people


@require_GET
@manages
def index(request: HttpRequest) -> HttpResponse:
    """List people, narrowed by what is asked for."""
    actor = actor_of(request)
    everybody = manages_all(actor)
    form = FilterForm(request.GET, everybody=everybody)
    form.is_valid()
    found = form.narrowed(people_of(actor))
    query = [(name, value) for name in form.fields if (value := str(request.GET.get(name, "")))]
    pager = Pager(number=page_number(request), count=found.count(), size=PAGE, query=query)
    people = list(_counted(found)[(pager.number - 1) * PAGE : pager.number * PAGE])
    context = {
        "form": form,
        "table": people_shown.table(people, everybody=everybody),
        "pager": pager,
        "filtered": bool(query),
        "everybody": everybody,
        "actions": [Action(label=_("Add a person"), url=reverse("people:add"), icon="user-plus", kind="primary")],
    }
    return render(request, "people/list.html", context)


def _counted(people: QuerySet[User]) -> QuerySet[User]:
    """Return people with what the list says of how much they see, in one question."""
    confined = RoleRow.objects.filter(slug=OuterRef("role"), confined=True)
    counts = {"link_count": Count("links", distinct=True), "platform_count": Count("platforms", distinct=True)}
    return people.annotate(is_confined=Exists(confined), **counts).select_related("parent").order_by("username", "pk")


@require_GET
@manages
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person, their log-ins and what can be done with them."""
    actor, user = actor_of(request), person_of(actor_of(request), pk)
    factor = people_shown.factor_of(user)
    context = {
        **page_of(user),
        "badges": people_shown.state_of(user),
        "actions": people_shown.actions(actor, user, factor),
        "changeable": may_change(actor, user),
        "facts": people_shown.facts(actor, user, factor),
        "allowed": people_shown.allowed(user),
        "links": people_shown.links(actor, user),
        "log_ins": log_ins.open_log_ins(user),
        "one_time_links": people_shown.links_open(user),
        "children": user.children.order_by("username") if manages_all(actor) else (),
    }
    return render(request, "people/detail.html", context)


def person_of(actor: Actor, pk: int) -> User:
    """Return a person that somebody manages; somebody else's and nobody are the same 404."""
    return get_object_or_404(people_of(actor).select_related("parent"), pk=pk)


def page_of(user: User, *behind: Crumb) -> dict[str, Any]:
    """Return what every page of a person is drawn from."""
    return {"person": user, "crumbs": [Crumb(_("People"), reverse("people:list")), *behind]}
