"""The pages of one account and of one phone: what they show beside the declared fields, and what is done with few clicks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts_app.services import registration_of
from portal.access.fields import seen as seen_by
from portal.access.rights import Own
from portal.directory.models import Account, Mirror, Phone
from portal.directory.search import hanging_on
from portal.ui.components import Action, Fact, under_each_other
from portal.ui.listing.rows import rows_of
from portal.ui.objects.addresses import create_url, linked
from portal.ui.objects.declare import ObjectPages, Part, Quick, Seen
from portal.ui.objects.hanging import hanging_part
from portal.ui.objects.showing import values_of
from portal.ui.templatetags.portal_ui import money, number
from portal.vos3000.errors import VosError
from portal.vos3000.schema.phones import INFO_PHONE_ONLINE
from portal.vos3000.schema.registry import INTERFACES

SHOWN = 10
AGENT = 1
PHONE_LOCKS = {1: "locked-out", 2: "locked-in", 3: "locked"}

Wire = Mapping[str, Any]


class Below(NamedTuple):
    """What hangs on an account and how it is listed: by which column of the mirror, by which filter of which list, and with what behind."""

    resource: str
    model: type[Mirror]
    owner: str
    title: Promise
    icon: str
    template: str
    list_url: str
    filter: str
    tail: Callable[[Seen, Any], object]


def _balance(seen: Seen, row: Account) -> object:
    return money(row.money, seen.platform.currency)


def _memo(seen: Seen, row: Phone) -> object:
    return row.memo if "memo" in PHONE.info_for(seen.actor) else ""


SUB_ACCOUNTS = Below(
    "account",
    Account,
    "agent_account",
    _("Sub-accounts"),
    "git-fork",
    "accounts_app/accounts_below.html",
    "accounts:list",
    "agent",
    _balance,
)
PHONES = Below("phone", Phone, "account", _("Phones"), "phone", "accounts_app/phones_below.html", "accounts:phones", "account", _memo)


def account_badges(values: Wire) -> list[str]:
    """Return the states of an account."""
    limit = values.get("limitMoney")
    states = {
        "cancelled": values.get("canceled") is True,
        "agent": values.get("category") == AGENT,
        "locked": bool(values.get("lockType")),
        "expired": 0 < int(values.get("validTime") or 0) < time.time() * 1000,
        "overdrawn": limit is not None and values.get("money", 0) < -limit,
    }
    return [state for state, is_so in states.items() if is_so] or ["active"]


def phone_badges(values: Wire) -> list[str]:
    """Return the states of a phone that stand in its own fields."""
    return [PHONE_LOCKS[lock]] if (lock := values.get("lockType")) in PHONE_LOCKS else ["unlocked"] if lock == 0 else []


def account_parts(seen: Seen) -> Sequence[Part]:
    """Return what hangs on an account: sub-accounts and phones as the directory knows them, the rest when it is opened, payments later."""
    return [*_below(seen), *hanging_part(seen, "account"), *_payments(seen)]


def _below(seen: Seen) -> Iterator[Part]:
    counts = hanging_on(seen.platform.pk, seen.key)
    if counts["accounts"] or seen.values.get("category") == AGENT:
        yield _listed(seen, SUB_ACCOUNTS, counts["accounts"])
    yield _listed(seen, PHONES, counts["phones"])


def _listed(seen: Seen, what: Below, count: int) -> Part:
    owned = {what.owner: seen.key}
    rows = rows_of(seen.actor, what.model, [seen.platform]).filter(**owned).order_by(what.model.key_column())[:SHOWN] if count else []
    tails = under_each_other([what.tail(seen, row) for row in rows])
    return Part(
        title=what.title,
        icon=what.icon,
        template=what.template,
        context={"rows": [(linked(what.resource, seen.platform, row.key), row, tail) for row, tail in zip(rows, tails, strict=True)]},
        count=count,
        url=f"{reverse(what.list_url, args=[seen.platform.slug])}?{urlencode({what.filter: seen.key})}" if count else "",
    )


def _payments(seen: Seen) -> Iterator[Part]:
    interface = INTERFACES["GetPayHistory"]
    if seen.actor.may(interface.right) and seen.platform.offers(interface.name):
        url = reverse("accounts:account-payments", args=[seen.platform.slug, seen.key])
        whole = f"{reverse('billing:payments', args=[seen.platform.slug])}?{urlencode({'account': seen.key})}"
        yield Part(title=_("Payments of the last 30 days"), icon="wallet", url=whole, later=url, wide=True)


def account_actions(seen: Seen) -> Sequence[Action]:
    """Return what else is done from an account: a sub-account, a phone."""
    return list(_account_actions(seen))


def _account_actions(seen: Seen) -> Iterator[Action]:
    if not seen.platform.writable:
        return
    if seen.platform.offers("Pay"):
        url = reverse("billing:pay", args=[seen.platform.slug, seen.key])
        yield Action(label=_("Recharge or deduct"), url=url, icon="wallet", kind="primary", right=INTERFACES["Pay"].right)
    if seen.platform.offers("Pay"):
        url = reverse("billing:transfer", args=[seen.platform.slug, seen.key])
        yield Action(label=_("Transfer"), url=url, icon="arrow-left-right", kind="primary", right=Own.MAKE_TRANSFERS)
    if seen.platform.offers("CreatePhone"):
        url = create_url(PHONE, seen.platform, account=seen.key)
        yield Action(label=_("New phone"), url=url, icon="phone", right=INTERFACES["CreatePhone"].right)
    if seen.platform.offers("CreateCustomer") and seen.values.get("category") == AGENT:
        url = create_url(ACCOUNT, seen.platform, agentAccount=seen.key)
        yield Action(label=_("New sub-account"), url=url, icon="user-plus", right=INTERFACES["CreateCustomer"].right)


def hanging_on_account(seen: Seen) -> list[Fact]:
    """Return how many sub-accounts and phones hang on an account, as the directory knows."""
    counts = hanging_on(seen.platform.pk, seen.key)
    titles = {"accounts": SUB_ACCOUNTS.title, "phones": PHONES.title}
    return [Fact(titles[kind], number(count)) for kind, count in counts.items() if count]


def phone_parts(seen: Seen) -> Sequence[Part]:
    """Return where a phone is registered, asked live, and what hangs on it; not where the platform has just failed to answer."""
    return [*_registration(seen), *hanging_part(seen, "phone")] if seen.live else ()


def _registration(seen: Seen) -> Iterator[Part]:
    online = INTERFACES["GetPhoneOnline"]
    if not seen.platform.offers(online.name) or not seen.actor.may(online.right):
        return
    context: dict[str, Any] = {}
    try:
        told = registration_of(seen.actor, seen.platform, seen.key)
    except VosError as error:
        context["error"] = error
    else:
        struct = seen_by(seen.actor, online, INFO_PHONE_ONLINE)
        context["values"] = values_of(struct, told, seen) if told else ()
    yield Part(title=_("Registration"), icon="wifi", template="accounts_app/registration.html", context=context)


LOCK = Quick(name="lock", label=_("Lock"), icon="lock", values={"lockType": 1}, fits=lambda values: not values.get("lockType"), danger=True)
UNLOCK = Quick(name="unlock", label=_("Unlock"), icon="lock-open", values={"lockType": 0}, fits=lambda values: bool(values.get("lockType")))

ACCOUNT = ObjectPages(
    resource="account",
    namespace="accounts",
    path="accounts",
    icon="users",
    list_url="accounts:list",
    mirror=Account,
    figures=("money", "limitMoney", "todayConsumption"),
    prefill=("agentAccount",),
    quick=(Quick(name="limit", label=_("Change the credit limit"), icon="gauge", fields=("limitMoney",)), LOCK, UNLOCK),
    badges=account_badges,
    parts=account_parts,
    actions=account_actions,
    hanging=hanging_on_account,
)

PHONE = ObjectPages(
    resource="phone",
    namespace="accounts",
    path="phones",
    icon="phone",
    list_url="accounts:phones",
    mirror=Phone,
    prefill=("account",),
    suggested={"autoCreateAccount": False},
    quick=(Quick(name="lock", label=_("Lock or unlock"), icon="lock", fields=("lockType",)),),
    badges=phone_badges,
    parts=phone_parts,
)
