"""What became of a payment, in its own words: what happened, how the money stands, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.translation import gettext as _

from billing_app.services import Receipt
from portal.audit.models import Operation, State
from portal.service import errors as door_errors
from portal.ui.formats import money_text
from portal.ui.text import say
from portal.vos3000 import errors
from portal.vos3000.codes import return_code_text
from portal.vos3000.errors import VosError
from portal.vos3000.schema.registry import INTERFACES


class Told(NamedTuple):
    """A payment's end, or that it has none yet, as a notice."""

    tone: str
    title: str
    happened: str = ""
    state: str = ""
    advice: str = ""


def told(payment: Operation, receipt: Receipt) -> Told:
    """Return what became of a payment."""
    return _TELLERS[State(payment.state)](payment, receipt)


def _amount(payment: Operation, receipt: Receipt) -> str:
    money = receipt.money
    return f"{money_text(abs(money))} {payment.platform.currency}" if money is not None else ""


def _what(payment: Operation, receipt: Receipt) -> str:
    words = {"amount": _amount(payment, receipt), "account": payment.money_account or payment.object_key}
    if receipt.money is None:
        return f"{say(INTERFACES[payment.interface].title)}: {words['account']}"
    if receipt.money < 0:
        return _("Deduct %(amount)s from %(account)s") % words
    return _("Recharge %(account)s by %(amount)s") % words


def _balance(payment: Operation, receipt: Receipt) -> str:
    if receipt.booked_balance is None:
        return ""
    words = {"balance": f"{money_text(receipt.booked_balance)} {payment.platform.currency}"}
    return _("The softswitch booked it and says the balance is %(balance)s.") % words


def _done(payment: Operation, receipt: Receipt) -> Told:
    return Told(
        "good", _("Done: %(what)s") % {"what": _what(payment, receipt)}, state=_balance(payment, receipt) or _("The softswitch booked it.")
    )


def _found_done(payment: Operation, receipt: Receipt) -> Told:
    happened = _("There had been no clear answer. The payment was found booked, by its reference or by a person.")
    return Told("good", _("Booked: %(what)s") % {"what": _what(payment, receipt)}, happened, _("It was booked once. Do not pay it again."))


def _refused(payment: Operation, receipt: Receipt) -> Told:
    title = _("The softswitch refused: %(what)s") % {"what": _what(payment, receipt)}
    return Told("bad", title, why(payment), _("Nothing was booked."), _("Fix the cause, then pay again."))


def _not_sent(payment: Operation, receipt: Receipt) -> Told:
    title = _("Not sent: %(what)s") % {"what": _what(payment, receipt)}
    return Told("warn", title, why(payment), _("Nothing left the portal, so nothing was booked."), _("It may be tried again."))


def _found_not_done(payment: Operation, receipt: Receipt) -> Told:
    happened = _("There had been no clear answer. The payment was looked for and is not in the payment history.")
    return Told(
        "warn",
        _("Not booked: %(what)s") % {"what": _what(payment, receipt)},
        happened,
        _("Nothing was booked."),
        _("It may be paid again."),
    )


def _sending(payment: Operation, receipt: Receipt) -> Told:
    title = _("Being sent: %(what)s") % {"what": _what(payment, receipt)}
    return Told("info", title, state=_("It is sent once. This page looks by itself how it stands."))


def _unknown(payment: Operation, receipt: Receipt) -> Told:
    title = _("Not known whether it was booked: %(what)s") % {"what": _what(payment, receipt)}
    state = _("The money may or may not have been booked. Until that is settled no further payment to this account is sent.")
    if payment.look_at is None:
        advice = _("The payment history did not tell clearly. A person has to look for the reference %(reference)s and settle it.")
    else:
        advice = _(
            "The portal looks for the reference %(reference)s in the payment history by itself. You need not do anything; do not pay again."
        )
    return Told("warn", title, why(payment), state, advice % {"reference": payment.reference})


_TELLERS: Mapping[State, Callable[[Operation, Receipt], Told]] = MappingProxyType(
    {
        State.PLANNED: _sending,
        State.SENDING: _sending,
        State.DONE: _done,
        State.REFUSED: _refused,
        State.NOT_SENT: _not_sent,
        State.UNKNOWN: _unknown,
        State.SETTLED_DONE: _found_done,
        State.SETTLED_NOT_DONE: _found_not_done,
    }
)


def why(payment: Operation) -> str:
    """Return why a payment did not end well: the portal's sentence, the return code and the softswitch's own words."""
    error = getattr(errors, payment.error, None) or getattr(door_errors, payment.error, None) if payment.error else None
    sentence = say(error.sentence) if isinstance(error, type) and issubclass(error, VosError) else ""
    code = "" if payment.ret_code is None else say(return_code_text(payment.ret_code))
    own = f"“{payment.text}”" if payment.text and payment.ret_code is not None else ""
    return " ".join(part for part in (sentence, code, own) if part)
