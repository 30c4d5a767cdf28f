"""The page of the audit: what happened and who did it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.access.events import Event
from portal.access.forms import dressed
from portal.access.needs import needs
from portal.access.rights import Own
from portal.audit.models import State
from portal.audit.search import Wanted, matching
from portal.pages.numbers import page_number
from portal.platforms.models import Platform
from portal.ui.components import Pager
from portal.ui.text import say
from portal.vos3000.schema.base import Nature
from portal.vos3000.schema.registry import INTERFACES

PAGE = 50


class FilterForm(forms.Form):
    """What is looked for; days are the reader's own, both included."""

    person = forms.CharField(label=_("Person"), required=False, max_length=150)
    thing = forms.CharField(label=_("Object"), required=False, max_length=255)
    platform = forms.ModelChoiceField(
        Platform.objects.all(), label=_("Platform"), required=False, to_field_name="slug", empty_label=_("any")
    )
    interface = forms.ChoiceField(label=_("What"), required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[("", _("any")), *State.choices])
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writes = sorted((each.name, f"{say(each.title)} ({each.name})") for each in INTERFACES.values() if each.nature is not Nature.READ)
        self.fields["interface"] = forms.ChoiceField(
            label=_("What"), required=False, choices=[("", _("anything")), (_("Calls"), writes), (_("Events"), Event.choices)]
        )
        dressed(self)

    def wanted(self) -> Wanted:
        """Return what is looked for; what cannot be read is not asked about."""
        values = self.cleaned_data
        until = values.get("until")
        platform = values.get("platform")
        return Wanted(
            person=values.get("person", "").strip(),
            thing=values.get("thing", "").strip(),
            interface=values.get("interface", ""),
            outcome=values.get("outcome", ""),
            platform_id=platform.pk if platform else None,
            since=_midnight(values.get("since")),
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


@require_GET
@needs(Own.READ_AUDIT)
def index(request: HttpRequest) -> HttpResponse:
    """List rows, the latest first, narrowed by what is asked for."""
    form = FilterForm(request.GET)
    form.is_valid()
    found = matching(form.wanted())
    query = [(name, value) for name in form.fields if (value := str(request.GET.get(name, "")))]
    pager = Pager(number=page_number(request), count=found.count(), size=PAGE, query=query)
    rows = found[(pager.number - 1) * PAGE : pager.number * PAGE]
    return render(request, "audit/list.html", {"form": form, "rows": rows, "pager": pager, "filtered": bool(query)})
