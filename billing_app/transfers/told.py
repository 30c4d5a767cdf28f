"""What became of a transfer, in words: what happened, where the money is, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from django.utils.translation import gettext as _

from billing_app.told import Told
from portal.audit.models import Operation, State
from portal.service import errors as door_errors
from portal.service import transfers_errors
from portal.service.models import Stand, Step, Transfer
from portal.service.transfers import waits_for_person
from portal.service.transfers_seen import Pay
from portal.ui.formats import money_text
from portal.ui.text import say
from portal.vos3000 import errors
from portal.vos3000.codes import return_code_text


def told(moving: Transfer, pays: Sequence[Pay], *, staff: bool) -> Told:
    """Return how a transfer stands; ``pays`` are all of its Pays, ``staff`` tells who can put right what failed."""
    operation = {each.step: each.operation for each in pays}[_TELLING.get(Stand(moving.state), Step(moving.step))]
    if waits_for_person(moving, operation) and not moving.look_at:
        return _stuck(moving, operation, staff=staff)
    return _TELLERS[Stand(moving.state)](moving, operation)


def what(moving: Transfer) -> str:
    """Return what a transfer moves: how much, from where to where."""
    words = {"amount": amount(moving), "debited": moving.debited, "credited": moving.credited}
    return _("%(amount)s from %(debited)s to %(credited)s") % words


def amount(moving: Transfer) -> str:
    """Return how much a transfer moves, with its currency."""
    return f"{money_text(moving.money)} {moving.platform.currency}".strip()


def why(operation: Operation | None) -> str:
    """Return why a Pay did not end well: the portal's sentence, the return code and the softswitch's own words."""
    if operation is None or operation.is_done:
        return ""
    code = "" if operation.ret_code is None else say(return_code_text(operation.ret_code))
    own = f"“{operation.text}”" if operation.text and operation.ret_code is not None else ""
    return " ".join(part for part in (sentence(operation.error), code, own) if part)


def sentence(name: str) -> str:
    """Return the sentence of a failure by its name; empty where there is none."""
    for module in (transfers_errors, door_errors, errors):
        kind = getattr(module, name, None) if name else None
        if isinstance(kind, type) and issubclass(kind, Exception) and hasattr(kind, "sentence"):
            return say(kind.sentence)
    return ""


def _begun(moving: Transfer, _operation: Operation | None) -> Told:
    title = _("Being made: %(what)s") % {"what": what(moving)}
    return Told("info", title, state=_("First the money is taken; it is given only when that is confirmed. This page looks by itself."))


def _taken(moving: Transfer, _operation: Operation | None) -> Told:
    title = _("Taken, being given: %(what)s") % {"what": what(moving)}
    waits = _("It is tried again by itself; after some minutes the money is paid back.") if moving.problem else ""
    state = _("The money was taken from %(account)s and is not given yet.") % {"account": moving.debited}
    return Told("info", title, sentence(moving.problem), state, waits)


def _paying_back(moving: Transfer, operation: Operation | None) -> Told:
    title = _("Being paid back: %(what)s") % {"what": what(moving)}
    state = _("The money was taken from %(account)s, could not be given, and is being paid back.") % {"account": moving.debited}
    return Told("info", title, why(operation), state)


def _held(moving: Transfer, operation: Operation | None) -> Told:
    if operation is None or not operation.is_open or operation.state == State.PLANNED:
        title = _("Waiting to be paid back: %(what)s") % {"what": what(moving)}
        state = _("The money was taken from %(account)s, could not be given, and cannot be paid back just now.") % {
            "account": moving.debited
        }
        return Told("warn", title, sentence(moving.problem), state, _("It is tried again by itself. You need not do anything."))
    words = {"debited": moving.debited, "credited": moving.credited}
    states = {
        Step.DEBIT: _("It is not known whether the money was taken from %(debited)s. It is not given before that is known."),
        Step.CREDIT: _("The money was taken from %(debited)s. It is not known whether it was given to %(credited)s."),
        Step.PAY_BACK: _("The money was taken from %(debited)s and could not be given. It is not known whether it was paid back."),
    }
    title = _("Held: %(what)s") % {"what": what(moving)}
    return Told("warn", title, why(operation), states[Step(moving.step)] % words, _awaited(operation))


def _awaited(operation: Operation) -> str:
    if operation.look_at is None:
        words = _("The payment history did not tell clearly. A person has to look for the reference %(reference)s and settle it.")
    else:
        words = _("The portal looks for the reference %(reference)s by itself and then goes on. Do not make the transfer again.")
    return words % {"reference": operation.reference}


def _stuck(moving: Transfer, operation: Operation | None, *, staff: bool) -> Told:
    title = _("Taken, and neither given nor paid back: %(what)s") % {"what": what(moving)}
    state = _("The money was taken from %(account)s. It is on neither account.") % {"account": moving.debited}
    if staff:
        advice = _("A person has to put this right: pay it back again, or put it right elsewhere and close it here.")
    else:
        advice = _("Your provider sees this and has to put it right. Do not make the transfer again.")
    return Told("bad", title, why(operation), state, advice)


def _done(moving: Transfer, _operation: Operation | None) -> Told:
    return Told("good", _("Done: %(what)s") % {"what": what(moving)}, state=_("The money was taken and given, each once."))


def _refused(moving: Transfer, operation: Operation | None) -> Told:
    title = _("Not made: %(what)s") % {"what": what(moving)}
    return Told("warn", title, why(operation), _("Nothing was taken and nothing was given."), _("It may be tried again."))


def _paid_back(moving: Transfer, operation: Operation | None) -> Told:
    title = _("Not made: %(what)s") % {"what": what(moving)}
    state = _("The money could not be given and was paid back to %(account)s.") % {"account": moving.debited}
    return Told("warn", title, why(operation), state, _("It may be tried again."))


def _settled(moving: Transfer, _operation: Operation | None) -> Told:
    title = _("Closed by a person: %(what)s") % {"what": what(moving)}
    return Told("info", title, state=_("The money could be neither given nor paid back by the portal. It was put right elsewhere."))


# Why money was paid back is told by the Pay that should have given it.
_TELLING = MappingProxyType({Stand.PAID_BACK: Step.CREDIT, Stand.PAYING_BACK: Step.CREDIT})
_TELLERS: Mapping[Stand, Callable[[Transfer, Operation | None], Told]] = MappingProxyType(
    {
        Stand.PLANNED: _begun,
        Stand.DEBITING: _begun,
        Stand.DEBITED: _taken,
        Stand.CREDITING: _taken,
        Stand.PAYING_BACK: _paying_back,
        Stand.HELD: _held,
        Stand.DONE: _done,
        Stand.REFUSED: _refused,
        Stand.PAID_BACK: _paid_back,
        Stand.SETTLED: _settled,
    }
)
