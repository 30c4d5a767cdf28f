"""The form of a platform."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal.access.forms import dressed
from portal.platforms.models import Platform, Tls
from portal.platforms.slugs import free_slug
from portal.platforms.validators import clean_base_url, valid_limits
from portal.ui.text import say
from portal.vos3000.endpoint import LARGEST_ANSWER, LARGEST_DOWNLOAD, Limits
from portal.vos3000.schema.registry import INTERFACES

if TYPE_CHECKING:
    PlatformModelForm = forms.ModelForm[Platform]
else:
    PlatformModelForm = forms.ModelForm

_said = lazy(say, str)
LIMIT_LABELS: Mapping[str, Any] = {
    "live_at_once": _("Live calls at once"),
    "history_at_once": _("History calls at once"),
    "history_pause_ms": _("Pause between history calls (ms)"),
    "wait_s": _("Longest wait for a free place (s)"),
    "connect_s": _("Longest connecting (s)"),
    "live_timeout_s": _("Time-out of live calls (s)"),
    "history_timeout_s": _("Time-out of history calls (s)"),
    "max_answer_bytes": _said(LARGEST_ANSWER),
    "max_download_bytes": _said(LARGEST_DOWNLOAD),
}


class PlatformForm(PlatformModelForm):
    """Where a platform is and how it is spoken to; opening it for writing is an act of its own."""

    lacks = forms.CharField(
        label=_("Interfaces it lacks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Names apart by spaces or lines; what a platform lacks is not offered on it."),
    )

    class Meta:
        model = Platform
        fields = (
            "name",
            "base_url",
            "time_zone",
            "currency",
            "tls",
            "ca_pem",
            "pin_sha256",
            "allow_old_tls",
            "version",
            "lacks",
            "enabled",
        )
        widgets = {"ca_pem": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [("", ""), *((zone, zone) for zone in sorted(available_timezones() - {"localtime", "Factory"}))]
        self.fields["time_zone"].widget = forms.Select(choices=zones)
        if self.instance.pk:
            self.fields["time_zone"].help_text = _("Changing it discards what is kept of the past: its days are collected anew.")
        self.initial["lacks"] = " ".join(self.instance.lacks)
        for each in fields(Limits):
            self.fields[each.name] = forms.FloatField(
                label=LIMIT_LABELS[each.name],
                required=False,
                initial=self.instance.limits.get(each.name),
                widget=forms.NumberInput(attrs={"placeholder": str(each.default)}),
            )
        dressed(self)

    def clean_base_url(self) -> str:
        """Leave out what the client adds itself."""
        return clean_base_url(str(self.cleaned_data["base_url"]))

    def clean_lacks(self) -> list[str]:
        """Take names of interfaces that there are."""
        names = str(self.cleaned_data["lacks"]).replace(",", " ").split()
        if unknown := [name for name in names if name not in INTERFACES]:
            raise ValidationError(_("There is no interface %(names)s."), params={"names": ", ".join(unknown)})
        return sorted(set(names))

    def clean_ca_pem(self) -> str:
        """Take a CA file that can be read."""
        text = str(self.cleaned_data["ca_pem"]).strip()
        if text:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text)
            except (ssl.SSLError, ValueError):
                raise ValidationError(_("This is no certificate in PEM format.")) from None
        return text

    def clean(self) -> dict[str, Any]:
        """Hold the fields against each other, and the limits against what the client takes."""
        values = super().clean() or self.cleaned_data
        for tls, name in ((Tls.CA, "ca_pem"), (Tls.PIN, "pin_sha256")):
            if values.get("tls") == tls and name in values and not values[name]:
                self.add_error(name, _("This is needed for the way chosen to judge the certificate."))
        self.instance.limits = self._limits(values)
        return values

    def _limits(self, values: dict[str, Any]) -> dict[str, float]:
        """Return the limits that differ from the ordinary ones."""
        limits: dict[str, float] = {}
        for each in fields(Limits):
            number = values.get(each.name)
            if number is None:
                continue
            limits[each.name] = int(number) if isinstance(each.default, int) and not each.name.endswith("_s") else number
            try:
                valid_limits({each.name: limits[each.name]})
            except ValidationError as error:
                self.add_error(each.name, error)
        return limits

    def save(self, commit: bool = True) -> Platform:  # noqa: FBT001, FBT002 - the shape of a model form
        """Keep the platform; a new one gets its short name."""
        if not self.instance.slug:
            self.instance.slug = free_slug(self.instance.name)
        return super().save(commit=commit)
