"""What an agent may do from their first page with few clicks: only what would not be refused."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app.pages import ACCOUNT, PHONE
from portal.access.actor import Actor
from portal.access.rights import Own
from portal.pages.home_own import Holdings
from portal.platforms.models import Platform
from portal.ui.components import Action
from portal.ui.menu import address
from portal.ui.objects.addresses import create_url
from portal.ui.objects.declare import ObjectPages


def acts(actor: Actor, holdings: Holdings) -> list[Action]:
    """Return what may be done on one platform; nothing where no account there is known."""
    return list(_acts(actor, holdings)) if holdings.own else []


def _acts(actor: Actor, holdings: Holdings) -> Iterator[Action]:
    platform = holdings.platform
    first = next((each for each in holdings.own if each.is_agent), None)
    if first and _creates(actor, platform, ACCOUNT):
        yield Action(
            label=_("New sub-account"), url=create_url(ACCOUNT, platform, agentAccount=first.key), icon="user-plus", kind="primary"
        )
    if _creates(actor, platform, PHONE):
        yield Action(label=_("New phone"), url=create_url(PHONE, platform, account=holdings.own[0].key), icon="phone")
    if first and _transfers(actor, platform) and (url := _transfer_url(platform, first.key)):
        yield Action(label=_("Transfer"), url=url, icon="arrow-left-right")


def _creates(actor: Actor, platform: Platform, pages: ObjectPages) -> bool:
    interface = pages.interface("create")
    return interface is not None and actor.may(interface.right) and platform.writable and platform.offers(interface.name)


def _transfers(actor: Actor, platform: Platform) -> bool:
    held = actor.money_held_until is not None and actor.money_held_until > timezone.now()
    return actor.may(Own.MAKE_TRANSFERS) and not held and platform.writable and platform.offers("Pay")


def _transfer_url(platform: Platform, account: str) -> str:
    try:
        return reverse("billing:transfer", args=[platform.slug, account])
    except NoReverseMatch:
        return ""


def add_person(actor: Actor) -> list[Action]:
    """Return the way to let somebody in, for who may."""
    url = address("people:add") if actor.may(Own.MANAGE_SUB_USERS) else ""
    return [Action(label=_("Add a person"), url=url, icon="user-cog")] if url else []
