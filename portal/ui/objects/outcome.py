"""What became of a write, in words: what happened, what state things are in, what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access.rights import Own
from portal.audit.models import Operation, State
from portal.service import Difference, Result
from portal.service.errors import TAKEN
from portal.service.objects import shape
from portal.ui.components import Action, Change, Fact
from portal.ui.forms import Setting
from portal.ui.objects.showing import difference_shown
from portal.ui.text import say
from portal.vos3000.codes import return_code_text
from portal.vos3000.errors import Outcome, PerhapsLate, Refused, VosError
from portal.vos3000.schema.base import Interface, Text
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

ALREADY_THERE = -10004


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome in words. ``not_taken`` was asked for and is not so though the write was done; ``also_changed`` changed unasked."""

    outcome: Outcome
    tone: str
    title: str
    happened: str
    state: str
    advice: str
    detail: str = ""
    given: Sequence[Fact] = ()
    not_taken: Sequence[Change] = ()
    also_changed: Sequence[Change] = ()
    actions: Sequence[Action] = ()

    @property
    def is_done(self) -> bool:
        """Whether it is confirmed that the softswitch did it."""
        return self.outcome is Outcome.DONE


def told(result: Result, setting: Setting, *, confined: bool) -> Told:
    """Return what became of a write for the page that answers it; to who is ``confined`` in words that tell of nobody else."""
    operation = result.operation
    if operation is None:
        raise TypeError("only a write has an outcome to tell")
    interface = INTERFACES[operation.interface]
    differences = _differences(result, operation, setting)
    why = _why_neutral(result.error, operation) if confined else _why(result.error, operation)
    words = _TELLERS[result.outcome](result, interface, operation, why)
    return replace(
        words,
        detail="" if confined else words.detail,
        given=[Fact(say(interface.response[name].label), value) for name, value in result.given.items()],
        not_taken=[shown for each, shown in differences if each.sent],
        also_changed=[shown for each, shown in differences if not each.sent],
        actions=_actions(operation),
    )


def _differences(result: Result, operation: Operation, setting: Setting) -> list[tuple[Difference, Change]]:
    if not result.after_differences:
        return []
    struct = shape(RESOURCES[operation.resource])
    return [(each, difference_shown(struct, each, setting)) for each in result.after_differences]


def not_tried(interface: Interface, why: Text, advice: Text | None = None) -> Told:
    """Return that a write was stopped inside the portal, in words."""
    title = _("Not sent: %(what)s") % {"what": say(interface.title)}
    state = _("Nothing left the portal, so nothing was changed.")
    return Told(Outcome.NOT_SENT, "warn", title, say(why), state, say(advice) if advice else "")


def _actions(operation: Operation) -> list[Action]:
    """Return the way to the operation: of staff and of whoever is confined, each has but one of these rights."""
    url, words = reverse("operations:detail", args=[operation.pk]), _("Open the operation")
    return [Action(label=words, url=url, icon="list-checks", right=right) for right in (Own.READ_OPERATIONS, Own.READ_OWN_AUDIT)]


def _done(result: Result, interface: Interface, _operation: Operation, _why: str) -> Told:
    title = _("Done: %(what)s") % {"what": say(interface.title)}
    if result.repeated:
        happened = _("This form was sent before; it was not sent again. The softswitch confirmed it then.")
        return Told(Outcome.DONE, "good", title, happened, "", _gone_secret(interface))
    return Told(Outcome.DONE, "good", title, _("The softswitch confirmed it."), *_read_back(result))


def _read_back(result: Result) -> tuple[str, str]:
    """Return how things stand after a write that was done, and what to do."""
    if result.after_error is not None:
        advice = _("Open it again in a moment to see how it stands now.")
        return _("It could not be read back: %(why)s") % {"why": say(result.after_error.sentence)}, advice
    return _("It was read back; below is what the softswitch has now.") if result.after else "", ""


def _gone_secret(interface: Interface) -> str:
    if not interface.gives:
        return ""
    return _("What the softswitch made up was shown once and is kept nowhere. If it was not noted down, set a new one.")


def _refused(_result: Result, interface: Interface, _operation: Operation, why: str) -> Told:
    title = _("The platform refused: %(what)s") % {"what": say(interface.title)}
    return Told(Outcome.REFUSED, "bad", title, why, _("Nothing was changed."), "")


def _not_sent(result: Result, interface: Interface, operation: Operation, why: str) -> Told:
    title = _("Not sent: %(what)s") % {"what": say(interface.title)}
    if operation.state == State.SETTLED_NOT_DONE:
        happened = _("This form was sent before. It was looked up since then and was not carried out.")
        return Told(Outcome.NOT_SENT, "warn", title, happened, _("Nothing was changed."), "")
    state = _("Nothing left the portal, so nothing was changed.")
    return Told(Outcome.NOT_SENT, "warn", title, why, state, say(result.error.advice) if result.error else "")


def _unknown(result: Result, interface: Interface, _operation: Operation, why: str) -> Told:
    title = _("Not known whether it was done: %(what)s") % {"what": say(interface.title)}
    happened = why
    if result.repeated:
        happened = _("This form was sent before, and what became of it is not known yet. It was not sent again.")
    state = _("It may or may not have been carried out. Do not do it again before this is settled.")
    advice = _("The portal looks at the platform by itself and settles this; the page of the operation shows how it stands.")
    return Told(Outcome.UNKNOWN, "warn", title, happened, state, advice, result.error.raw if result.error else "")


_TELLERS: Mapping[Outcome, Callable[[Result, Interface, Operation, str], Told]] = MappingProxyType(
    {Outcome.DONE: _done, Outcome.REFUSED: _refused, Outcome.NOT_SENT: _not_sent, Outcome.UNKNOWN: _unknown}
)


def _why(error: VosError | None, operation: Operation) -> str:
    """Return what happened: the portal's sentence and, of a refusal, the code with its meaning and the softswitch's own words."""
    own = error.exception if isinstance(error, Refused | PerhapsLate) else operation.text if operation.ret_code else ""
    parts = [
        say(error.sentence) if error else "",
        say(return_code_text(operation.ret_code)) if operation.ret_code else "",
        _("In its own words: %(words)s") % {"words": own} if own else "",
    ]
    return " ".join(part for part in parts if part)


def _why_neutral(error: VosError | None, operation: Operation) -> str:
    """Return what happened without the softswitch's own words, and without that something is there already."""
    if operation.ret_code == ALREADY_THERE:
        return say(TAKEN)
    parts = [say(error.sentence) if error else "", say(return_code_text(operation.ret_code)) if operation.ret_code else ""]
    return " ".join(part for part in parts if part)
