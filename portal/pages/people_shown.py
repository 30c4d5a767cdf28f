"""What the pages of people show: facts about them, and what can be done with them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access import factors
from portal.access.actor import Actor
from portal.access.models import AccountLink, OneTimeLink, RoleRow, User
from portal.access.people import manages_all, may_change
from portal.access.right_words import whole_label
from portal.access.rights import Own
from portal.access.roles import title_of
from portal.ui.badges import badge
from portal.ui.components import Action, Column, Fact, Row, Table
from portal.ui.templatetags.portal_ui import instant

#: How it stands with somebody's second factor, as a badge: its state and its words.
FACTORS = {
    "there": ("yes", gettext_lazy("Set up")),
    "reset": ("unknown", gettext_lazy("Reset: waits for the link to be used")),
    "needed": ("unknown", gettext_lazy("Needed, not set up yet")),
    "none": ("no", gettext_lazy("None")),
}


def table(people: list[User], *, everybody: bool) -> Table:
    """Return a table of people; an agent sees of their own neither role nor agent, which are theirs."""
    titles = {row.slug: str(row) for row in RoleRow.objects.all()} if everybody else {}
    columns = [Column(key="name", label=_("User name")), Column(key="shown", label=_("Name shown"), kind="wide")]
    if everybody:
        columns += [Column(key="role", label=_("Role")), Column(key="agent", label=_("Person of"))]
    columns += [
        Column(key="sees", label=_("Sees")),
        Column(key="seen", label=_("Last seen")),
        Column(key="state", label=_("State")),
    ]
    rows = [_row(user, titles, everybody=everybody) for user in people]
    return Table(label=_("People"), columns=columns, rows=rows)


def _row(user: User, titles: dict[str, str], *, everybody: bool) -> Row:
    url = reverse("people:detail", args=[user.pk])
    name = format_html('<a class="key" href="{}">{}</a>', url, user.username)
    staffs = (titles.get(user.role, user.role), user.parent.username if user.parent else "") if everybody else ()
    return Row((name, user.display_name, *staffs, _sees(user), instant(user.last_seen_at, "bare"), state_of(user)), url=url)


def _sees(user: User) -> str:
    """Return how much a person sees, from the counts that the list asks for."""
    links, platforms = getattr(user, "link_count", 0), getattr(user, "platform_count", 0)
    if getattr(user, "is_confined", False):
        return _("Accounts: %(count)d") % {"count": links}
    return _("Every platform") if user.every_platform else _("Platforms: %(count)d") % {"count": platforms}


def state_of(user: User) -> SafeString:
    """Return whether a person can log in, and whether they ever set a password."""
    states = [badge("active") if user.is_active else badge("disabled", _("Deactivated"))]
    if user.is_active and not user.has_usable_password():
        states = [badge("planned", _("Invited"))]
    if held(user):
        states.append(badge("locked", _("Money held back")))
    return format_html_join(" ", "{}", ((each,) for each in states))


def held(user: User) -> bool:
    """Tell whether a person moves no money now."""
    return user.money_held_until is not None and user.money_held_until > timezone.now()


def facts(actor: Actor, user: User, factor: str) -> list[Fact]:
    """Return what is known of a person; ``factor`` is what :func:`factor_of` says."""
    state, words = FACTORS[factor]
    shown = [
        Fact(_("User name"), user.username, copy=user.username),
        Fact(_("Name shown"), user.display_name),
        Fact(_("E-mail"), user.email),
        Fact(_("Language"), user.get_language_display()),
        Fact(_("Time zone"), user.time_zone),
        Fact(_("Last seen"), instant(user.last_seen_at)),
        Fact(_("Added"), instant(user.created_at)),
        Fact(_("Second factor"), badge(state, str(words))),
    ]
    if held(user):
        shown.append(Fact(_("Moves no money until"), instant(user.money_held_until), _("after the reset of the second factor")))
    if not manages_all(actor):
        return shown
    staffs = [Fact(_("Role"), _role(actor, user)), Fact(_("Platforms"), _platforms(actor, user))]
    return [*staffs, *([Fact(_("Person of"), _parent(user.parent))] if user.parent else ()), *shown]


def factor_of(user: User) -> str:
    """Return how it stands with a person's second factor: a key of ``FACTORS``."""
    if factors.has_factor(user):
        return "there"
    if factors.awaits_link(user):
        return "reset"
    return "needed" if factors.needs_factor(user) else "none"


def _role(actor: Actor, user: User) -> str:
    title = title_of(user.role)
    if not actor.may(Own.MANAGE_ROLES):
        return title
    return format_html('<a href="{}">{}</a>', reverse("roles:detail", args=[user.role]), title)


def _platforms(actor: Actor, user: User) -> str:
    if Actor.person(user).confined:
        return _("Those of their accounts")
    return (
        _("Every platform")
        if user.every_platform
        else ", ".join(each.name for each in user.platforms.all() if actor.sees_platform(each.pk))
    )


def _parent(parent: User) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("people:detail", args=[parent.pk]), parent.username)


def allowed(user: User) -> list[str]:
    """Return in words what a person of an agent may do now; nothing for everybody else, whose role says it."""
    return sorted(whole_label(right) for right in Actor.person(user).rights) if user.parent else []


def links(actor: Actor, user: User) -> list[AccountLink]:
    """Return the accounts that a person stands for, on the platforms that exist for the reader."""
    found = user.links.select_related("platform").order_by("platform__name", "account")
    return [link for link in found if actor.sees_platform(link.platform_id)]


def links_open(user: User) -> QuerySet[OneTimeLink]:
    """Return the one-time links of a person that can still be used."""
    links = OneTimeLink.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
    return links.select_related("issued_by").order_by("-created_at")


def actions(actor: Actor, user: User, factor: str) -> list[Action]:
    """Return what somebody can do with a person; nothing where the person may more than they, or is themselves."""
    at = [user.pk]
    about = Action(label=_("What they did"), url=_audit(user), icon="file-clock", right=Own.READ_AUDIT)
    if not may_change(actor, user):
        return [about]
    edit = Action(label=_("Edit"), url=reverse("people:edit", args=at), icon="pencil", kind="primary")
    if not user.is_active:
        return [edit, Action(label=_("Activate"), url=reverse("people:activate", args=at), icon="user-check", post=True), about]
    link = Action(label=_("New link to set a password"), url=reverse("people:new-link", args=at), icon="link", post=True)
    reset = Action(label=_("Reset the second factor"), url=reverse("people:reset-factor", args=at), icon="smartphone")
    gone = Action(label=_("Deactivate"), url=reverse("people:deactivate", args=at), icon="user-x", kind="danger-quiet", post=True)
    return [edit, link, *([reset] if factor in {"there", "reset"} else ()), gone, about]


def _audit(user: User) -> str:
    return f"{reverse('audit:list')}?{urlencode({'person': user.username})}"
