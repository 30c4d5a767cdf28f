"""What is asked of a report, as an address and as a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from billing_app.cdrs.period import is_zone
from billing_app.forms import EARLIEST, LATEST
from portal.access.actor import Actor
from portal.cdrs.reports.asked import LONGEST_NAME, LONGEST_PIECE, Asked, When
from portal.cdrs.reports.base import Report
from portal.cdrs.reports.clock import Period
from portal.cdrs.reports.whose import unseen
from portal.cdrs.selection import MOST_ACCOUNTS, longest_days
from portal.platforms.models import Platform
from portal.ui.text import say

WHENS = {
    When.TODAY: _("Today"),
    When.YESTERDAY: _("Yesterday"),
    When.LAST_7: _("Last 7 full days"),
    When.LAST_30: _("Last 30 full days"),
    When.THIS_MONTH: _("This month"),
    When.LAST_MONTH: _("Last month"),
    When.DATES: _("These days:"),
}
PERIODS = {
    Period.DAY: _("A day"),
    Period.DAYS: _("Several days"),
    Period.MONTH: _("A month"),
    Period.WHOLE: _("The whole time"),
}
_APART = re.compile(r"[,，;；\n]")
_NAMES = {"accounts": "account", "first": "from", "last": "to", "period": "by", "length": "n"}


class ReportForm(forms.Form):
    """What is asked of one report on one platform; days are those of the platform's clock."""

    accounts = forms.CharField(label=_("Accounts"), required=False)
    below = forms.BooleanField(label=_("And all below them"), required=False)
    when = forms.ChoiceField(label=_("Days"), choices=[(each.value, words) for each, words in WHENS.items()], required=False)
    first = forms.DateField(label=_("From"), required=False)
    last = forms.DateField(label=_("To"), required=False)
    period = forms.ChoiceField(label=_("A line covers"), required=False)
    length = forms.IntegerField(label=_("How many days"), required=False, min_value=1, max_value=LONGEST_PIECE)
    group = forms.ChoiceField(label=_("Put together"), required=False)
    zone = forms.ChoiceField(label=_("Hours of"), required=False)
    details = forms.BooleanField(label=_("With call levels"), required=False)
    only = forms.BooleanField(label=_("Only lines that differ"), required=False)

    def __init__(self, given: Mapping[str, Any], report: Report, platform: Platform, actor: Actor) -> None:
        self.report, self.platform, self.actor = report, platform, actor
        super().__init__(_without_nul(given))
        self._choices("period", [(each.value, PERIODS[each]) for each in report.periods])
        self._choices("group", [(name, say(words)) for name, words in report.groups.items()])
        self._choices("zone", [(name, name) for name in self._zones()])
        for name, there in (("group", report.groups), ("zone", report.zoned), ("details", report.detailed), ("only", report.compared)):
            if not there:
                del self.fields[name]
        if report.single:
            del self.fields["below"]
            self.fields["accounts"].label = _("Account")

    def _zones(self) -> list[str]:
        """Return the zones to choose from; also one that is asked for and exists, since links are passed on to readers in others."""
        usual, asked = dict.fromkeys((self.actor.zone, self.platform.time_zone, "UTC")), self.data.get("zone", "")
        return [*usual, *([asked] if self.report.zoned and asked and asked not in usual and is_zone(asked) else [])]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - said where the fields are declared
        field.choices = choices

    def add_prefix(self, field_name: str) -> str:
        """Return the name of a field in the address."""
        return _NAMES.get(field_name, field_name)

    def clean_accounts(self) -> tuple[str, ...]:
        """Return the accounts that are named, each once."""
        names = tuple(dict.fromkeys(name for each in _APART.split(self.cleaned_data["accounts"]) if (name := each.strip())))
        if len(names) > (1 if self.report.single else MOST_ACCOUNTS):
            raise ValidationError(_("Give at most %(most)s."), params={"most": 1 if self.report.single else MOST_ACCOUNTS})
        if any(len(each) > LONGEST_NAME for each in names):
            raise ValidationError(_("No account has so long a number."))
        if unseen(self.actor, self.platform, names):
            raise ValidationError(_("You see no such account."))
        return names

    @property
    def _typed_days(self) -> bool:
        """Whether days were typed over those that the form showed for a choice."""
        days = f"{self.data.get('from', '')} {self.data.get('to', '')}"
        return bool(self.data.get("shown")) and days.strip() != "" and days != self.data["shown"]

    def clean(self) -> dict[str, Any]:
        """Refuse days that cannot be asked for."""
        if self._typed_days:
            self.cleaned_data["when"] = When.DATES.value
        if self.cleaned_data.get("when") != When.DATES or self.errors:
            return self.cleaned_data
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        for name, day in (("first", first), ("last", last)):
            if day is None:
                self.add_error(name, _("Give a day."))
            elif not EARLIEST <= day <= LATEST:
                self.add_error(name, _("This year cannot be used."))
        if not self.errors and last < first:
            self.add_error("last", _("The last day may not be before the first."))
        elif not self.errors and (last - first).days >= (most := longest_days(self.platform)):
            self.add_error("last", _("At most %(most)s days.") % {"most": most})
        return self.cleaned_data

    def asked(self) -> Asked:
        """Return what is asked; of a valid form."""
        data = self.cleaned_data
        when = When(data["when"] or (When.DATES if data["first"] and data["last"] else When.LAST_7))
        first, last = (data["first"], data["last"]) if when is When.DATES else (None, None)
        sort = str(self.data.get("sort", ""))[:LONGEST_NAME]
        return Asked(
            report=self.report.name,
            platform=self.platform.slug,
            accounts=data["accounts"],
            below=data.get("below", False) and bool(data["accounts"]),
            when=when,
            first=first,
            last=last,
            period=Period(data["period"] or self.report.periods[0]),
            length=data["length"] or 7,
            group=data.get("group", ""),
            zone=data.get("zone", ""),
            details=data.get("details", False),
            only=data.get("only", False),
            sort=sort.removeprefix("-"),
            descending=sort.startswith("-"),
        )

    def days(self) -> tuple[str, str]:
        """Return the days as the form shows them: as typed where that cannot be read, else what is meant today."""
        if not self.is_valid():
            return str(self.data.get("from", "")), str(self.data.get("to", ""))
        first, last = self.asked().days(datetime.now(ZoneInfo(self.platform.time_zone)).date())
        return first.isoformat(), last.isoformat()


def _without_nul(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(given.get(name, "")).replace("\x00", "").strip() for name in given}
