"""What may be asked of the audit, as a form; nothing is listed until all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from portal.access.actor import Actor
from portal.access.events import Event
from portal.access.forms import dressed
from portal.audit.models import State
from portal.audit.search import Wanted
from portal.pages.audit_moments import Period, beginning_of, end_of
from portal.platforms.models import Platform
from portal.ui.components import Chip
from portal.ui.forms.fields.times import input_type
from portal.ui.text import say
from portal.vos3000.schema.base import Interface, Nature
from portal.vos3000.schema.registry import INTERFACES, RESOURCES

LONGEST_PERSON, LONGEST_KEY = 150, 255
#: Events of the house itself, which nobody who is confined to a tree ever finds.
OF_THE_HOUSE = ("platforms:", "access:role:", "audit:", "service:secret:")

Choices = list[tuple[str, Any]]


class FilterForm(forms.Form):
    """What is looked for. Times are the reader's own; both ends are included."""

    person = forms.CharField(label=_lazy("Person"), required=False, max_length=LONGEST_PERSON)
    account = forms.CharField(label=_lazy("Account and what hangs on it"), required=False, max_length=LONGEST_KEY)
    of = forms.ChoiceField(label=_lazy("Kind of object"), required=False)
    thing = forms.CharField(label=_lazy("Object"), required=False, max_length=LONGEST_KEY)
    platform = forms.ChoiceField(label=_lazy("Platform"), required=False)
    interface = forms.ChoiceField(label=_lazy("What"), required=False)
    outcome = forms.ChoiceField(label=_lazy("Outcome"), required=False)
    since = forms.CharField(label=_lazy("From"), required=False, max_length=40)
    until = forms.CharField(label=_lazy("To (included)"), required=False, max_length=40)

    def __init__(self, actor: Actor, platforms: list[Platform], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.platforms = {each.slug: each for each in platforms}
        self._offer("of", [(name, say(each.title)) for name, each in _resources(actor)])
        self._offer("platform", [(each.slug, each.name) for each in platforms])
        self._offer("interface", [(_("Calls"), _calls(actor)), (_("Events"), _events(actor))])
        self._offer("outcome", State.choices)
        dressed(self)
        for name in ("since", "until"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
            self.fields[name].widget.input_type = input_type(self.typed(name))
        self.is_valid()

    def _offer(self, name: str, choices: Choices) -> None:
        """Set the choices of a field; what was asked for and is none of them is kept in sight, and wrong."""
        field = self.fields[name] = forms.ChoiceField(label=self.fields[name].label, required=False, choices=[("", _("any")), *choices])
        asked = self.typed(name)
        if asked and not field.valid_value(asked):
            field.widget.choices = [("", _("any")), *choices, (asked, asked)]

    def typed(self, name: str) -> str:
        """Return what was typed into a field."""
        return str(self.data.get(name, "")).strip()

    @property
    def query(self) -> list[tuple[str, str]]:
        """The address's parameters, as they were typed."""
        return [(name, value) for name in self.fields if (value := self.typed(name))]

    def clean_since(self) -> Any:
        """Return the first instant that counts."""
        text = str(self.cleaned_data["since"])
        return beginning_of(text, self.actor.zone) if text else None

    def clean_until(self) -> Any:
        """Return the first instant that counts no more."""
        text = str(self.cleaned_data["until"])
        return end_of(text, self.actor.zone) if text else None

    def clean(self) -> dict[str, Any]:
        """Hold both ends against each other, and an object against its kind."""
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since >= until:
            self.add_error("until", ValidationError(_("The end is before the beginning.")))
        return values

    @property
    def period(self) -> Period:
        """From when to when rows are looked for."""
        return Period(self.cleaned_data.get("since"), self.cleaned_data.get("until"))

    def wanted(self) -> Wanted:
        """Return what is looked for; only of a form in which nothing is wrong."""
        values = self.cleaned_data
        platform = self.platforms.get(values["platform"])
        return Wanted(
            person=values["person"],
            account=values["account"],
            resource=values["of"],
            thing=values["thing"],
            interface=values["interface"],
            outcome=values["outcome"],
            platform_ids=(platform.pk,) if platform else tuple(each.pk for each in self.platforms.values()),
            on_platform=platform is not None,
            since=self.period.since,
            until=self.period.until,
        )

    @property
    def chips(self) -> list[Chip]:
        """The time asked for in words; everything else stands in the form as it was chosen."""
        if not self.period.since and not self.period.until:
            return []
        rest = [pair for pair in self.query if pair[0] not in {"since", "until"}]
        return [Chip(str(self.period), address(rest))]


def address(pairs: list[tuple[str, str]]) -> str:
    """Return the address of the audit with some parameters."""
    return "?" + urlencode(pairs)


def _resources(actor: Actor) -> Iterator[tuple[str, Any]]:
    mine = {each.resource for each in _interfaces(actor)}
    return ((name, each) for name, each in RESOURCES.items() if name in mine)


def _interfaces(actor: Actor) -> Iterator[Interface]:
    """Yield the writes that leave rows somebody may see."""
    return (each for each in INTERFACES.values() if each.nature is not Nature.READ and not (actor.confined and each.scope is None))


def _calls(actor: Actor) -> Choices:
    return sorted(((each.name, f"{say(each.title)} ({each.name})") for each in _interfaces(actor)), key=lambda each: each[1])


def _events(actor: Actor) -> Choices:
    return [(value, str(label)) for value, label in Event.choices if not (actor.confined and value.startswith(OF_THE_HOUSE))]
