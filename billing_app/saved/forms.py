"""The forms of saved reports: their name and days, with whom they are shared, when and to whom they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing_app.models import SavedReport, Schedule
from billing_app.saved.content import DAYS
from billing_app.saved.reasons import REASONS
from billing_app.saved.seen import colleagues, roles_to_share_with, why_not
from portal.access.actor import Actor
from portal.access.forms import dressed
from portal.access.models import User
from portal.access.rights import Own
from portal.platforms.validators import valid_zone
from portal.ui.text import say

_LONGEST_DAY = 31


class TitleForm(forms.Form):
    """The name of what is saved, and which days it is of."""

    title = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    days = forms.ChoiceField(
        label=gettext_lazy("Days"), required=False, help_text=gettext_lazy("Days that move are seen from when it is opened or sent.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [("", _("as it is now")), *DAYS.items()]  # type: ignore[attr-defined]  # a field of choices
        dressed(self)


class ChangeForm(TitleForm):
    """The same, and the role that it is shared with, for those who may share."""

    shared_with = forms.ChoiceField(
        label=gettext_lazy("Shared with"),
        required=False,
        help_text=gettext_lazy("Everybody of this role sees its name, and opens it with their own eyes: what is not theirs is not in it."),
    )

    def __init__(self, data: Any, *, actor: Actor, saved: SavedReport) -> None:
        super().__init__(data, initial={"title": saved.title, "days": saved.days, "shared_with": saved.shared_with})
        if actor.may(Own.SHARE_REPORTS):
            roles = [(each.slug, str(each)) for each in roles_to_share_with()]
            self.fields["shared_with"].choices = [("", _("nobody")), *roles]  # type: ignore[attr-defined]  # a field of choices
        else:
            del self.fields["shared_with"]


if TYPE_CHECKING:
    PeopleField = forms.ModelMultipleChoiceField[User]
else:
    PeopleField = forms.ModelMultipleChoiceField


class People(PeopleField):
    """People of the portal."""

    def label_from_instance(self, obj: Any) -> str:
        """Return a person as they are known, with whether mail reaches them."""
        name = obj.username if not obj.display_name else f"{obj.display_name} ({obj.username})"
        return name if obj.email else _("%(name)s – no e-mail address") % {"name": name}


class ScheduleForm(forms.Form):
    """When a report is made and sent by itself, and to whom."""

    every = forms.ChoiceField(label=gettext_lazy("How often"), choices=Schedule.Every.choices)
    at = forms.TimeField(label=gettext_lazy("At"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"), choices=Schedule.Weekday.choices, coerce=int, help_text=gettext_lazy("For every week.")
    )
    day = forms.IntegerField(
        label=gettext_lazy("Day of the month"),
        min_value=1,
        max_value=_LONGEST_DAY,
        help_text=gettext_lazy("For every month; a month that has no such day has it on its last."),
    )
    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64, validators=[valid_zone])
    format = forms.ChoiceField(label=gettext_lazy("File"), choices=Schedule.Format.choices)
    people = People(
        label=gettext_lazy("Recipients"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Each gets a link to a file of their own, with what they may see, and has to log in for it."),
    )

    def __init__(self, data: Any, *, actor: Actor, saved: SavedReport) -> None:
        super().__init__(data, initial=_initial(actor, saved))
        self.saved = saved
        self.fields["people"].queryset = colleagues(actor)  # type: ignore[attr-defined]  # a field of people
        dressed(self)

    def clean_people(self) -> QuerySet[User]:
        """Refuse people whom it would not reach, and say why."""
        people: QuerySet[User] = self.cleaned_data["people"]
        found = [(each, why_not(each, self.saved)) for each in people.select_related("parent")]
        wrong = [f"{each}: {say(REASONS[why])}" for each, why in found if why]
        if wrong:
            raise ValidationError(wrong)
        return people

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a schedule."""
        return {name: self.cleaned_data[name] for name in ("every", "at", "weekday", "day", "zone", "format")}


def _initial(actor: Actor, saved: SavedReport) -> dict[str, Any]:
    planned = Schedule.objects.filter(saved=saved).first()
    if planned is None:
        usual = {"every": Schedule.Every.DAY, "at": "08:00", "weekday": 0, "day": 1, "format": Schedule.Format.XLSX}
        return {**usual, "zone": actor.zone, "people": [actor.user_id]}
    values = {name: getattr(planned, name) for name in ("every", "at", "weekday", "day", "zone", "format")}
    return {**values, "people": list(planned.recipients.filter(stopped_at=None).values_list("user_id", flat=True))}
