"""The form of a search: a field for every question that its reader may ask, the usual ones in front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing_app.cdrs.asked import Asked
from portal.cdrs.conditions import NO, YES, Look, Question
from portal.cdrs.wording import WAYS, of_accounts, of_condition
from portal.platforms.models import Platform
from portal.ui.components import Chip, Words
from portal.ui.forms.words import number_label, numbered
from portal.ui.text import say
from portal.vos3000.schema.base import Format

#: Always in sight.
FRONT = ("callerE164", "calleeE164", "answered")
#: Behind one click; all else is behind two.
USUAL = ("number", "callerGateway", "calleeGateway", "ip", "endReason", "endDirection", "holdTime", "fee", "free", "callLevel", "flowNo")


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a field: its name, what was typed and what is wrong with it."""

    name: str
    value: str
    error: str = ""
    label: Words = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A question in the form: its inputs, and the values or the ways of comparing to choose from; of whole numbers, those with a name."""

    look: str
    label: str
    help: str
    parts: Sequence[Part]
    options: Sequence[tuple[str, str]] = ()
    how: str = ""
    unit: str = ""

    @property
    def template(self) -> str:
        """The template that draws it."""
        return f"billing_app/cdrs/field_{self.look}.html"

    @property
    def help_id(self) -> str:
        """What its help is known by on the page."""
        return f"h-{self.parts[0].name}"

    @property
    def asked(self) -> bool:
        """Whether something was typed."""
        return any(part.value for part in self.parts)

    @property
    def id(self) -> str:
        """What its first input is known by on the page."""
        return f"cdr-{self.parts[0].name}"


def input_of(question: Question, asked: Asked, platform: Platform) -> Input:
    """Return a question's field with what was typed into it."""
    names = [f"{question.name}_{how}" for how in question.ways] if question.look is Look.RANGE else [question.name]
    labels: list[Words] = [WAYS[how] for how in question.ways] if question.look is Look.RANGE else [""]
    parts = [Part(name, asked.typed.get(name, ""), asked.problems.get(name, ""), label) for name, label in zip(names, labels, strict=True)]
    return Input(
        look=_LOOKS[question.look],
        label=say(question.label),
        help=say(question.help),
        parts=parts,
        options=list(_options(question, parts[0].value)),
        how=asked.typed.get(f"{question.name}_how", ""),
        unit=_unit(question, platform),
    )


_LOOKS: Mapping[Look, str] = {Look.TEXT: "text", Look.WHOLE: "whole", Look.CODE: "select", Look.RANGE: "range", Look.YES_NO: "select"}


def _options(question: Question, typed: str) -> Iterator[tuple[str, str]]:
    if question.look is Look.TEXT:
        yield from ((how.value, str(WAYS[how])) for how in question.ways)
    elif question.look is Look.YES_NO:
        yield from ((YES, _("Yes")), (NO, _("No")))
    elif question.look is Look.WHOLE:
        yield from ((str(number), numbered(number, say(name))) for number, name in question.offers.items())
    elif question.look is Look.CODE:
        yield from ((str(number), numbered(number, say(name))) for number, name in question.codes.items())
        if typed and typed not in {str(number) for number in question.codes}:
            yield typed, number_label(typed, question.codes)


def _unit(question: Question, platform: Platform) -> str:
    if question.declared is None:
        return ""
    if question.declared.format is Format.MONEY:
        return platform.currency
    return say(question.declared.unit.text) if question.declared.unit else ""


@dataclass(frozen=True, slots=True)
class Groups:
    """The fields in front, those behind one click, and the others."""

    front: Sequence[Input]
    usual: Sequence[Input]
    others: Sequence[Input]

    @property
    def open(self) -> bool:
        """Whether something behind a click was asked."""
        return self.others_open or any(each.asked for each in self.usual)

    @property
    def others_open(self) -> bool:
        """Whether something behind two clicks was asked."""
        return any(each.asked for each in self.others)


def groups_of(questions: Mapping[str, Question], asked: Asked, platform: Platform) -> Groups:
    """Return the fields of the form."""
    inputs = {name: input_of(question, asked, platform) for name, question in questions.items()}
    front, usual = ([inputs[name] for name in names if name in inputs] for names in (FRONT, USUAL))
    return Groups(front, usual, [each for name, each in inputs.items() if name not in (*FRONT, *USUAL)])


def chips_of(questions: Mapping[str, Question], asked: Asked) -> list[Chip]:
    """Return what narrows the search, each with the address of the search without it."""
    chips = []
    if asked.selection.accounts:
        words, label = of_accounts(asked.selection, ", ".join(asked.selection.accounts)), _("Accounts")
        chips.append(Chip(f"{label}: {words}", asked.url("account", "below")))
    for each in asked.selection.conditions:
        question = questions[each.name]
        parameter = f"{each.name}_{each.how}" if question.look is Look.RANGE else each.name
        chips.append(Chip(of_condition(question, each), asked.url(parameter, f"{each.name}_how")))
    return chips
