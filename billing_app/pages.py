"""What the templates of payments are given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from billing_app.forms import PayForm
from billing_app.resources import BOOKING, BOOKING_COLUMNS, BOOKING_SUMS, HISTORY
from billing_app.services import Bookings, Paid, Receipt, Row
from portal.access.actor import Actor
from portal.audit.models import Operation
from portal.platforms.models import Platform
from portal.service import OverLimit, parts
from portal.service.limits import left
from portal.ui.components import Change, Column, Crumb, Fact, Table
from portal.ui.components import Row as TableRow
from portal.ui.formats import instant_text, money_text, zone_text
from portal.ui.forms import Setting, shown
from portal.ui.menu import address
from portal.ui.objects.addresses import linked
from portal.ui.templatetags.portal_ui import money
from portal.ui.text import say
from portal.vos3000.codes import return_code_text
from portal.vos3000.errors import Outcome, Refused, VosError

MOST_ROWS = 500
TOO_LONG = -10033


def about(platform: Platform, key: str) -> dict[str, Any]:
    """Return where a page about an account's money stands."""
    account = linked("account", platform, key)
    crumbs = [Crumb(platform.name, address("accounts:list", platform.slug)), Crumb(key, account)]
    return {"platform": platform, "key": key, "account_url": account, "crumbs": crumbs}


def figures(platform: Platform, account: Paid) -> list[Fact]:
    """Return how the account stands before a payment."""
    return [
        Fact(_("Balance"), money(account.balance, platform.currency)),
        Fact(_("Credit limit"), money(account.credit, platform.currency)),
    ]


def limits(actor: Actor, platform: Platform) -> list[Fact]:
    """Return what the reader may pay here at once and what is left of today's; nothing where there is no limit."""
    may = left(actor, platform)
    facts = [(_("You may pay at once"), may.each), (_("You may still pay today"), may.day)]
    return [Fact(label, money(amount, platform.currency)) for label, amount in facts if amount is not None]


def over(error: OverLimit, platform: Platform) -> str:
    """Return in words which limit a payment is over, and what is left under it."""
    words = {"limit": f"{money_text(error.limit)} {platform.currency}", "left": f"{money_text(error.left)} {platform.currency}"}
    if error.of_day:
        return _("Your role lets you pay %(limit)s a day, of which %(left)s is left today. Nothing was sent.") % words
    return _("Your role lets you pay at most %(limit)s at once. Nothing was sent.") % words


def held(until: datetime | None) -> str:
    """Return that the reader moves no money yet, and until when; empty where they may."""
    if until is None or until <= timezone.now():
        return ""
    words = {"until": f"{instant_text(until)} ({zone_text(until)})"}
    return _("You can move no money until %(until)s, since your second factor was reset a short while ago.") % words


def confirming(platform: Platform, account: Paid, form: PayForm) -> dict[str, Any]:
    """Return what a payment will do, for the page that asks."""
    after, amount = account.after(form.money), f"{money_text(abs(form.money))} {platform.currency}"
    takes = form.money < 0
    words = _("Deduct %(amount)s") if takes else _("Recharge by %(amount)s")
    return {
        "changes": [
            Change(_("Balance"), money(account.balance, platform.currency), money(after, platform.currency), numeric=True),
            Change(_("Credit limit"), money(account.credit, platform.currency), money(account.credit, platform.currency), numeric=True),
        ],
        "submit": words % {"amount": amount},
        "takes": takes,
        "overdrawn": account.overdrawn_by(form.money),
    }


def receipt(payment: Operation, told: Receipt) -> list[Fact]:
    """Return the figures of one payment."""
    currency = payment.platform.currency
    rows = [Fact(_("Amount"), money(told.money, currency)), Fact(_("Reference"), format_html("<code>{}</code>", payment.reference))]
    if told.booked_balance is not None:
        rows.append(Fact(_("Balance after it"), money(told.booked_balance, currency), _("as the softswitch answered")))
    if told.balance_now is not None:
        rows.append(Fact(_("Balance now"), money(told.balance_now, currency), _("read just now")))
    return rows


def patience_s(platform: Platform) -> int:
    """Return for how many seconds a page waits for the history: as long as the portal does itself."""
    return round(parts.patience_s(platform, HISTORY)) + 2


def booked(actor: Actor, platform: Platform, found: Bookings) -> dict[str, Any]:
    """Return the payments of an account as a table with exact sums."""
    setting = Setting(reader_zone=actor.zone, platform_zone=platform.time_zone, currency=platform.currency)
    sums = [(_("Recharged"), found.recharged), (_("Deducted"), found.deducted), (_("Net"), found.net)]
    return {
        "figures": [Fact(_("Payments"), len(found.rows)), *(Fact(label, money(amount, platform.currency)) for label, amount in sums)],
        "table": _table(found, setting) if found.rows else None,
        "cut": MOST_ROWS if len(found.rows) > MOST_ROWS else None,
    }


def _table(found: Bookings, setting: Setting) -> Table:
    fields = [BOOKING[name] for name in BOOKING_COLUMNS]
    columns = [Column(key=each.name, label=say(each.label), kind="num" if each.name in BOOKING_SUMS else "") for each in fields]
    return Table(label=_("Payments"), columns=columns, rows=[_row(row, setting) for row in found.rows[:MOST_ROWS]])


def _row(row: Row, setting: Setting) -> TableRow:
    return TableRow([_cell(name, row, setting) for name in BOOKING_COLUMNS])


def _cell(name: str, row: Row, setting: Setting) -> object:
    value = row.get(name)
    if name in BOOKING_SUMS and isinstance(value, Decimal):
        return money(value)
    return str(shown(BOOKING[name], value, setting)) if value is not None else ""


def failed(error: VosError, *, confined: bool) -> dict[str, Any]:
    """Return why there is no history, in words for its place on the page; to who is ``confined`` without the platform's own."""
    code = error.ret_code if isinstance(error, Refused) else None
    advice = _("Choose fewer days.") if code == TOO_LONG else _("Try again in a moment.")
    own = error.exception if isinstance(error, Refused) and not confined else ""
    return {
        "failure": say(error.sentence),
        "happened": f"{say(return_code_text(code))} {own}".strip() if code is not None else "",
        "advice": say(error.advice) if error.outcome is Outcome.NOT_SENT else advice,
    }
