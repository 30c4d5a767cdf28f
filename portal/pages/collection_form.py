"""The form of how a platform's past is collected."""

from __future__ import annotations

import re
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.access.forms import dressed
from portal.cdrs.collecting.hours import is_whole_day
from portal.cdrs.models import Collecting

if TYPE_CHECKING:
    CollectingModelForm = forms.ModelForm[Collecting]
else:
    CollectingModelForm = forms.ModelForm

MOST = {"again_days": 31, "today_minutes": 24 * 60, "keep_days": 3660}
#: So many characters of what was typed are repeated in a message.
REPEATED = 40
_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")


class CollectingForm(CollectingModelForm):
    """When the portal collects by itself, and how long it keeps what it has."""

    forbidden = forms.CharField(
        label=_("Hours left alone"),
        required=False,
        help_text=_("In which the history is not asked, by the platform's clock: for example 08:00-20:00, 22:30-23:00"),
    )

    class Meta:
        model = Collecting
        fields = ("enabled", "nightly_at", "again_days", "today_minutes", "keep_days", "forbidden")
        help_texts = {
            "nightly_at": _(
                "By the platform's clock. Yesterday is then read for all accounts; payments and charges are for those that have moved "
                "lately, and for the others in turns over some nights."
            ),
            "again_days": _("So many days before yesterday are read once more each night: some rows are written late."),
            "today_minutes": _("For accounts that have moved lately; 0 leaves today alone."),
            "keep_days": _("Older days are removed from the portal's store for good."),
        }
        widgets = {"nightly_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["forbidden"] = hours_text(self.instance.forbidden)
        for name, most in MOST.items():
            least = 1 if name == "keep_days" else 0
            # In the place of those that come from the model, or one number would be said to be wrong twice.
            others = [each for each in self.fields[name].validators if not isinstance(each, MinValueValidator | MaxValueValidator)]
            self.fields[name].validators = [*others, MinValueValidator(least), MaxValueValidator(most)]
            self.fields[name].widget.attrs |= {"min": least, "max": most}
        dressed(self)

    def clean_forbidden(self) -> list[list[str]]:
        """Take spans of the day."""
        spans = [_span(part.strip()) for part in re.split(r"[,;\n]", str(self.cleaned_data["forbidden"])) if part.strip()]
        if is_whole_day(spans):
            raise ValidationError(_("Together these hours would be the whole day; switch collecting off instead."))
        return spans


def _span(part: str) -> list[str]:
    found = _HOURS.fullmatch(part)
    try:
        begin, end = (time.fromisoformat(each.zfill(5)) for each in (found.groups() if found else ()))
    except ValueError:
        raise ValidationError(_("%(part)s are no hours; write them like 08:00-20:00."), params=_repeated(part)) from None
    if begin == end:
        raise ValidationError(_("%(part)s would be the whole day; switch collecting off instead."), params=_repeated(part))
    return [f"{begin:%H:%M}", f"{end:%H:%M}"]


def _repeated(part: str) -> dict[str, str]:
    return {"part": part if len(part) <= REPEATED else f"{part[:REPEATED]}…"}


def hours_text(forbidden: list[list[str]]) -> str:
    """Return hours as they are written in the form."""
    return ", ".join("-".join(pair) for pair in forbidden)


class SpanForm(forms.Form):
    """From which day to which to collect."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)

    def clean(self) -> dict[str, Any]:
        """Hold the days against each other."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            raise ValidationError(_("The first day is after the last."))
        return values
