"""Pages of roles: what each may do and what it cannot, and making and changing further ones."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.access import role_keeping
from portal.access.actor import Actor
from portal.access.models import RoleRow, User
from portal.access.needs import actor_of, needs, sudo
from portal.access.rights import Own
from portal.access.role_keeping import RoleInUse, RoleTaken, may_change, plain_number
from portal.access.roles import possible, rights_of
from portal.pages import roles_matrix
from portal.pages.roles_form import RoleForm
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Crumb, Fact, Row, Tab, Table
from portal.ui.templatetags.portal_ui import number

manages = needs(Own.MANAGE_ROLES)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
@manages
def index(request: HttpRequest) -> HttpResponse:
    """List the roles with how many people have each."""
    people = dict(User.objects.order_by().values_list("role").annotate(Count("pk")))
    rows = sorted(RoleRow.objects.all(), key=lambda row: (not row.built_in, str(row)))
    actions = [Action(label=_("Add a role"), url=reverse("roles:add"), icon="plus", kind="primary")]
    return render(request, "roles/list.html", {"table": _table(rows, people), "actions": actions})


def _table(rows: list[RoleRow], people: dict[str, int]) -> Table:
    columns = (
        Column(key="name", label=_("Name")),
        Column(key="kind", label=_("Kind")),
        Column(key="people", label=_("People"), kind="num"),
        Column(key="rights", label=_("Rights"), kind="num"),
        Column(key="each", label=_("Most for one payment"), kind="num"),
        Column(key="day", label=_("Most in a day"), kind="num"),
        Column(key="factor", label=_("Second factor")),
    )
    return Table(label=_("Roles"), columns=columns, rows=[_row(each, people.get(each.slug, 0)) for each in rows])


def _row(role: RoleRow, people: int) -> Row:
    url = reverse("roles:detail", args=[role.slug])
    rights = _("%(has)d of %(all)d") % {"has": len(rights_of(role)), "all": len(possible(confined=role.confined))}
    name = format_html('<a class="key" href="{}">{}</a>', url, role)
    factor = badge("yes" if role.second_factor else "no")
    return Row((name, _kind(role), number(people), rights, number(role.pay_each), number(role.pay_day), factor), url=url)


def _kind(role: RoleRow) -> str:
    """Return whether a role is staff's, and whether it came with the portal."""
    kind = _("Own accounts only") if role.confined else _("Staff")
    return _("%(kind)s · built in") % {"kind": kind} if role.built_in else kind


@require_GET
@manages
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a role may do, and what it cannot."""
    role = get_object_or_404(RoleRow, slug=slug)
    rights, confined = rights_of(role), role.confined
    context = {
        "role": role,
        "crumbs": _crumbs(),
        "actions": _actions(actor_of(request), role),
        "facts": _facts(role),
        "tables": roles_matrix.tables(rights, confined=confined),
        "cannot": roles_matrix.cannot(rights, confined=confined),
        "never": roles_matrix.never(confined=confined),
    }
    return render(request, "roles/detail.html", context)


def _crumbs(*behind: Crumb) -> list[Crumb]:
    return [Crumb(_("Roles"), reverse("roles:list")), *behind]


def _crumb(role: RoleRow) -> Crumb:
    return Crumb(str(role), reverse("roles:detail", args=[role.slug]))


def _actions(actor: Actor, role: RoleRow) -> list[Action]:
    copied = Action(label=_("Copy"), url=f"{reverse('roles:add')}?{urlencode({'copy': role.slug})}", icon="copy")
    if not may_change(actor, role):
        return [copied]
    edit = Action(label=_("Edit"), url=reverse("roles:edit", args=[role.slug]), icon="pencil", kind="primary")
    gone = Action(label=_("Delete"), url=reverse("roles:delete", args=[role.slug]), icon="trash-2", kind="danger-quiet")
    return [edit, copied] if role.built_in or _people(role) else [edit, copied, gone]


def _people(role: RoleRow) -> int:
    return User.objects.filter(role=role.slug).count()


def _facts(role: RoleRow) -> list[Fact]:
    people = format_html('<a href="{}?{}">{}</a>', reverse("people:list"), urlencode({"role": role.slug}), _people(role))
    kept = _("A role that people have cannot be deleted.") if not role.built_in else _("What it may do stands in the program.")
    return [
        Fact(_("Kind"), _kind(role), kept),
        Fact(_("Short name"), role.slug),
        Fact(_("People"), people),
        Fact(_("Most for one payment"), plain_number(role.pay_each) or _("no limit")),
        Fact(_("Most in a day"), plain_number(role.pay_day) or _("no limit")),
        Fact(_("Most rows in an export"), _no_limit(role.export_rows)),
        Fact(_("Most exports in a day"), _no_limit(role.export_day)),
        Fact(_("Needs a second factor"), badge("yes" if role.second_factor else "no")),
    ]


def _no_limit(most: int | None) -> str:
    return _("no limit") if most is None else str(number(most))


@get_or_post
@manages
@sudo
def add(request: HttpRequest) -> HttpResponse:
    """Make a role, from nothing or as a copy of another."""
    like = RoleRow.objects.filter(slug=request.GET.get("copy", "")).first()
    confined = like.confined if like else request.GET.get("kind") == "own"
    form = RoleForm(actor_of(request), request.POST if request.method == "POST" else None, like=like, confined=confined)
    if form.is_valid():
        try:
            role = role_keeping.add(actor_of(request), form.cleaned_data["slug"], form.draft(), confined=confined)
        except RoleTaken:
            form.add_error("slug", _("This short name is taken."))
        else:
            messages.success(request, _("The role is added."))
            return redirect("roles:detail", role.slug)
    tabs = [] if like else _kinds(confined=confined)
    return _form(request, form, {"crumbs": _crumbs(), "like": like, "tabs": tabs, "cancel_url": reverse("roles:list")})


def _kinds(*, confined: bool) -> list[Tab]:
    """Return the two kinds of roles; which one it is stays for good."""
    return [
        Tab(label=_("For staff"), url="?kind=staff", current=not confined, icon="building-2"),
        Tab(label=_("For customers: own accounts only"), url="?kind=own", current=confined, icon="git-fork"),
    ]


@get_or_post
@manages
@sudo
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what a role may do, its limits and its second factor."""
    role = _changed(request, slug)
    form = RoleForm(actor_of(request), request.POST if request.method == "POST" else None, row=role)
    if form.is_valid():
        role_keeping.change(actor_of(request), role, form.draft())
        messages.success(request, _("The role is changed. It counts from the next request of everybody who has it."))
        return redirect("roles:detail", slug)
    return _form(request, form, {"crumbs": _crumbs(_crumb(role)), "role": role, "cancel_url": reverse("roles:detail", args=[slug])})


def _changed(request: HttpRequest, slug: str) -> RoleRow:
    role = get_object_or_404(RoleRow, slug=slug)
    if not may_change(actor_of(request), role):
        raise PermissionDenied
    return role


def _form(request: HttpRequest, form: RoleForm, context: dict[str, Any]) -> HttpResponse:
    return render(request, "roles/form.html", {**context, "form": form, "parts": form.parts()})


@get_or_post
@manages
@sudo
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete a role that nobody has."""
    role = _changed(request, slug)
    if role.built_in:
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "roles/delete.html", {"role": role, "people": _people(role), "crumbs": _crumbs(_crumb(role))})
    try:
        role_keeping.remove(actor_of(request), role)
    except RoleInUse:
        messages.error(request, _("People have this role. Give them another one first."))
        return redirect("roles:detail", slug)
    messages.success(request, _("The role is deleted."))
    return redirect("roles:list")
