"""What the templates of transfers are given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from billing_app import pages
from billing_app.transfers.forms import SubAccountForm, TransferForm
from billing_app.transfers.services import Both, Ends
from billing_app.transfers.told import told, why
from portal.access.actor import Actor
from portal.access.rights import PAY, Own
from portal.platforms.models import Platform
from portal.service.models import Stand, Transfer
from portal.service.transfers import waits_for_person
from portal.service.transfers_seen import Pay, pays_of
from portal.ui.badges import badge
from portal.ui.components import Change, Column, Crumb, Fact, Row, Table
from portal.ui.formats import money_text
from portal.ui.menu import address
from portal.ui.objects.addresses import completion_address, linked
from portal.ui.templatetags.portal_ui import instant, money, none

_LOOKS = {
    Stand.PLANNED: "planned",
    Stand.DEBITING: "sending",
    Stand.DEBITED: "sending",
    Stand.CREDITING: "sending",
    Stand.PAYING_BACK: "sending",
    Stand.HELD: "unknown",
    Stand.DONE: "done",
    Stand.REFUSED: "refused",
    Stand.PAID_BACK: "not-sent",
    Stand.SETTLED: "settled-not-done",
}


def state(moving: Transfer) -> SafeString:
    """Return where a transfer stands, as a badge."""
    return badge(_LOOKS[Stand(moving.state)], str(Stand(moving.state).label))


def choosing(platform: Platform, ends: Ends, form: SubAccountForm) -> dict[str, Any]:
    """Return the page that asks for the sub-account; what is typed is completed among what the reader sees."""
    suggests = {"list": "sub-accounts", "data-complete": completion_address(platform).format(resource="account"), "autocomplete": "off"}
    form.fields["account"].widget.attrs |= suggests
    return {**pages.about(platform, ends.account), "form": form}


def asking(platform: Platform, ends: Ends, form: TransferForm) -> dict[str, Any]:
    """Return what the form stands among."""
    return {**pages.about(platform, ends.account), "ends": ends, "form": form}


def figures(platform: Platform, each: Both) -> list[Fact]:
    """Return how both accounts stand before a transfer."""
    ends = ((each.debited, each.taken_from), (each.credited, each.given_to))
    shown: list[Fact] = []
    for key, account in sorted(ends):
        shown.append(Fact(_("Balance of %(account)s") % {"account": key}, money(account.balance, platform.currency), account.name))
        shown.append(Fact(_("Credit limit of %(account)s") % {"account": key}, money(account.credit, platform.currency)))
    return shown


def confirming(platform: Platform, each: Both, form: TransferForm) -> dict[str, Any]:
    """Return what a transfer will do to both accounts, for the page that asks."""
    asked = form.cleaned_data["amount"]
    moves = ((each.debited, each.taken_from, -asked), (each.credited, each.given_to, asked))
    words = {"amount": f"{money_text(asked)} {platform.currency}", "debited": each.debited, "credited": each.credited}
    return {
        "changes": [
            Change(
                _("Balance of %(account)s") % {"account": key},
                money(account.balance, platform.currency),
                money(account.after(signed), platform.currency),
                numeric=True,
            )
            for key, account, signed in moves
        ],
        "submit": _("Move %(amount)s from %(debited)s to %(credited)s") % words,
    }


def made(actor: Actor, moving: Transfer) -> dict[str, Any]:
    """Return a transfer with all its Pays."""
    pays = pays_of(moving)
    (at,) = [each for each in pays if each.step == moving.step]
    slug = moving.platform.slug
    decides = waits_for_person(moving, at.operation) and actor.may(Own.SETTLE_OPERATIONS)
    return {
        "transfer": moving,
        "told": told(moving, pays, staff=not actor.confined),
        "state": state(moving),
        "figures": _figures(moving),
        "table": _pays(actor, moving, pays),
        "crumbs": [Crumb(moving.platform.name, address("accounts:list", slug)), Crumb(_("Transfers"), address("billing:transfers", slug))],
        "decides": decides,
        "pays_back": decides and actor.may(PAY),
        "another_url": reverse("billing:transfer", args=[slug, moving.account]) if actor.may(Own.MAKE_TRANSFERS) else "",
    }


def _figures(moving: Transfer) -> list[Fact]:
    ends = (_account(moving.platform, each) for each in (moving.debited, moving.credited))
    return [
        Fact(_("Amount"), money(moving.money, moving.platform.currency)),
        *(Fact(label, each) for label, each in zip((_("From"), _("To")), ends, strict=True)),
        Fact(_("Person"), moving.user_name),
        Fact(_("Time"), instant(moving.created_at)),
    ]


def _account(platform: Platform, key: str) -> SafeString:
    url = linked("account", platform, key)
    return format_html('<a href="{}">{}</a>', url, key) if url else format_html("{}", key)


def _pays(actor: Actor, moving: Transfer, pays: Sequence[Pay]) -> Table:
    columns = (
        Column(key="step", label=_("Step")),
        Column(key="account", label=_("Account")),
        Column(key="money", label=_("Amount"), kind="num"),
        Column(key="state", label=_("State")),
        Column(key="why", label=_("What happened")),
        Column(key="at", label=_("Time")),
    )
    return Table(label=_("Steps"), columns=columns, rows=[_pay(actor, moving, each) for each in pays])


def _pay(actor: Actor, moving: Transfer, pay: Pay) -> Row:
    operation = pay.operation
    cells = (pay.account, money(pay.money, moving.platform.currency))
    if operation is None:
        return Row((pay.step.label, *cells, none(), none(), none()))
    url = reverse("operations:detail", args=[operation.pk]) if actor.may(Own.READ_OPERATIONS) else ""
    name = format_html('<a href="{}">{}</a>', url, pay.step.label) if url else pay.step.label
    at = instant(operation.ended_at or operation.sent_at or operation.created_at, "bare")
    return Row((name, *cells, badge(operation.state), why(operation) or none(), at), url=url)


def listed(transfers: Iterable[Transfer]) -> Table:
    """Return transfers as a table."""
    columns = (
        Column(key="at", label=_("Time")),
        Column(key="from", label=_("From")),
        Column(key="to", label=_("To")),
        Column(key="amount", label=_("Amount"), kind="num"),
        Column(key="platform", label=_("Platform")),
        Column(key="person", label=_("Person")),
        Column(key="state", label=_("State")),
    )
    return Table(label=_("Transfers"), columns=columns, rows=[_row(each) for each in transfers])


def _row(moving: Transfer) -> Row:
    url = reverse("billing:made-transfer", args=[moving.platform.slug, moving.pk])
    at = format_html('<a href="{}">{}</a>', url, instant(moving.created_at, "bare"))
    amount = money(moving.money, moving.platform.currency)
    return Row((at, moving.debited, moving.credited, amount, moving.platform.name, moving.user_name, state(moving)), url=url)
