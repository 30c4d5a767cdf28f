"""What came of a call, for the page that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.audit.models import Operation
from portal.console.decoded import Block, blocks
from portal.console.wire import Excerpt, answered
from portal.service import DoorError, InvalidRequest, OpenMoneyOperation, Result
from portal.ui.components import Action, Fact
from portal.ui.forms import Setting
from portal.ui.text import say
from portal.vos3000.codes import return_code_text
from portal.vos3000.errors import Outcome, PerhapsLate, Refused, VosError
from portal.vos3000.schema.base import Interface, Struct


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A call and its answer in words.

    ``code`` is the return code with its meaning, ``status`` that of the page, and ``left`` whether anything was sent.
    """

    tone: str
    title: str
    happened: str = ""
    state: str = ""
    advice: str = ""
    badge: str = ""
    code: str = ""
    exception: str = ""
    warning: str = ""
    oddities: Sequence[str] = ()
    problems: Sequence[tuple[str, str]] = ()
    answer: Excerpt | None = None
    seconds: float | None = None
    blocks: Sequence[Block] = ()
    given: Sequence[Fact] = ()
    actions: Sequence[Action] = ()
    status: int = 200
    left: bool = True


def of_read(result: Result, setting: Setting, shape: Struct) -> Told:
    """Return the answer of a read; ``shape`` is what its reader sees of one."""
    told = Told(tone="good", title=_("The softswitch answered"), state=_("This call only reads; nothing was changed."), badge="done")
    return _with_answer(told, result, setting, shape)


def of_failed_read(error: VosError) -> Told:
    """Return why a read has no answer."""
    known = error.outcome is not Outcome.UNKNOWN
    advice = say(error.advice) if known else _("This call only reads, so nothing was changed. Try again in a moment.")
    return _with_error(Told(tone="bad", title=say(error.sentence), advice=advice, badge=error.outcome.value), error)


def of_write(interface: Interface, result: Result, setting: Setting, shape: Struct) -> Told:
    """Return what became of a write; ``shape`` is what its reader sees of an answer."""
    told = replace(
        _words(result),
        badge=result.outcome.value,
        given=[Fact(say(interface.response[name].label), value) for name, value in result.given.items()],
        actions=_to(result.operation),
    )
    if result.error is not None:
        return _with_error(told, result.error)
    if result.answer is not None:
        return _with_answer(told, result, setting, shape)
    return _with_operation(told, result.operation)


def _words(result: Result) -> Told:
    """Return what became of a write as a notice."""
    tone, title, state, advice = _of_outcome(result.outcome)
    if result.repeated:
        return Told(tone=tone, title=title, happened=_("This form was sent before; it was not sent again."), state=state, advice=advice)
    if result.error is None:
        return Told(tone=tone, title=title, state=state, advice=advice)
    known = result.outcome is not Outcome.UNKNOWN
    return Told(
        tone=tone, title=title, happened=say(result.error.sentence), state=state, advice=say(result.error.advice) if known else advice
    )


def _of_outcome(outcome: Outcome) -> tuple[str, str, str, str]:
    """Return tone, title, how things stand and what to do."""
    match outcome:
        case Outcome.DONE:
            return "good", _("Done: the softswitch confirmed it"), "", ""
        case Outcome.REFUSED:
            return "bad", _("The platform refused it"), "", ""
        case Outcome.NOT_SENT:
            return "warn", _("Not sent"), "", _("Nothing left the portal, so nothing was changed.")
    return (
        "warn",
        _("Not known whether it was carried out"),
        _("It may or may not have been carried out. Do not send it again before that is settled."),
        _("The portal finds out by reading, where a reading can tell; the operation's page shows how it stands."),
    )


def of_door(error: DoorError) -> Told:
    """Return why nothing was sent."""
    problems = [(each.path, say(each.text)) for each in error.problems] if isinstance(error, InvalidRequest) else []
    told = Told(tone="warn", title=say(error.sentence), badge="not-sent", problems=problems, status=error.status, left=False)
    if isinstance(error, OpenMoneyOperation):
        return replace(told, actions=_to(error.operation))
    return told


def _to(operation: Operation | None) -> list[Action]:
    if operation is None:
        return []
    return [Action(label=_("Open the operation"), url=reverse("operations:detail", args=[operation.pk]), icon="list-checks")]


def _with_answer(told: Told, result: Result, setting: Setting, shape: Struct) -> Told:
    answer = result.answer
    assert answer is not None  # noqa: S101 - a call that did not fail was answered
    found: dict[str, Any] = answer.data
    return replace(
        told,
        code=say(return_code_text(answer.ret_code)),
        exception=answer.exception,
        warning=say(answer.warning) if answer.warning else "",
        oddities=answer.oddities,
        answer=answered(answer.raw),
        seconds=answer.seconds,
        blocks=blocks(shape, found, setting),
    )


def _with_error(told: Told, error: VosError) -> Told:
    told = replace(told, answer=answered(error.raw) if error.raw else None, left=error.outcome is not Outcome.NOT_SENT)
    if isinstance(error, Refused | PerhapsLate):
        return replace(told, code=say(return_code_text(error.ret_code)), exception=error.exception)
    return told


def _with_operation(told: Told, operation: Operation | None) -> Told:
    """Tell of a write that was asked for before what was kept of it."""
    if operation is None:
        return told
    code = "" if operation.ret_code is None else say(return_code_text(operation.ret_code))
    return replace(told, code=code, exception=operation.text, answer=answered(operation.answer) if operation.answer else None)
