"""The form of a role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.access.actor import SYSTEM_ROLE, Actor
from portal.access.forms import dressed
from portal.access.models import RoleRow
from portal.access.rights import Role
from portal.access.role_keeping import Draft, plain_number, too_high, too_many
from portal.access.roles import ExportLimits, PayLimits, grantable, rights_of
from portal.pages.roles_matrix import Part, parts

_SLUG = re.compile(r"[a-z][a-z0-9-]*")
#: What would be read as something else, in an address or in the audit.
NOT_FREE = frozenset({"add", SYSTEM_ROLE, *Role.values})


class RoleForm(forms.Form):
    """A role: its name, what it may do, how much it may pay and export. A built-in role has only limits and the second factor."""

    slug = forms.CharField(
        label=_("Short name"),
        max_length=32,
        help_text=_("Small letters, digits and dashes, beginning with a letter. It stays for good."),
    )
    title = forms.CharField(label=_("Name"), max_length=100)
    pay_each = forms.DecimalField(
        label=_("Most for one payment"),
        required=False,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        help_text=_("In the currency of the platform. Empty is no limit, 0 is no payment at all."),
    )
    pay_day = forms.DecimalField(
        label=_("Most in a day"),
        required=False,
        min_value=Decimal(0),
        max_digits=18,
        decimal_places=4,
        help_text=_("What one person pays on one platform from midnight to midnight there. Empty is no limit."),
    )
    export_rows = forms.IntegerField(
        label=_("Most rows in an export"),
        required=False,
        min_value=0,
        max_value=10**12,
        help_text=_("Of an export of calls. Empty is no limit, 0 is no export at all."),
    )
    export_day = forms.IntegerField(
        label=_("Most exports in a day"),
        required=False,
        min_value=0,
        max_value=10**6,
        help_text=_("What one person exports of calls in 24 hours. Empty is no limit."),
    )
    second_factor = forms.BooleanField(
        label=_("Needs a second factor"), required=False, help_text=_("Who has none sets one up at their next log-in.")
    )

    def __init__(
        self,
        actor: Actor,
        data: Mapping[str, Any] | None = None,
        *,
        row: RoleRow | None = None,
        like: RoleRow | None = None,
        confined: bool = False,
    ) -> None:
        super().__init__(data, initial=_initial(row or like))
        self.actor, self.row, self.confined = actor, row, row.confined if row else confined
        self.offered = grantable(actor, confined=self.confined)
        self.fields["rights"] = forms.MultipleChoiceField(
            label=_("Rights"),
            required=False,
            choices=[(right, right) for right in sorted(self.offered)],
            error_messages={"invalid_choice": _("%(value)s is no right that you can give to this role.")},
        )
        if row is None:
            self.initial.pop("title", None)
        for name in self._without():
            del self.fields[name]
        dressed(self)

    def _without(self) -> tuple[str, ...]:
        if self.row is None:
            return ()
        return ("slug", "title", "rights") if self.row.built_in else ("slug",)

    def plain(self) -> list[forms.BoundField]:
        """Return the fields that are no rights."""
        return [field for field in self if field.name != "rights"]

    def parts(self) -> list[Part]:
        """Return the rights as they are ticked; none for a built-in role."""
        if "rights" not in self.fields:
            return []
        return parts(frozenset(map(str, self["rights"].value() or ())), self.offered, confined=self.confined)

    def clean_slug(self) -> str:
        """Take a short name that is free and can stand in an address."""
        slug = str(self.cleaned_data["slug"])
        if not _SLUG.fullmatch(slug):
            raise ValidationError(_("Small letters, digits and dashes, beginning with a letter."))
        if slug in NOT_FREE or RoleRow.objects.filter(slug=slug).exists():
            raise ValidationError(_("This short name is taken."))
        return slug

    def clean_title(self) -> str:
        """Take a name that no other role is called by."""
        title = str(self.cleaned_data["title"])
        others = {str(each).casefold() for each in RoleRow.objects.all() if each != self.row}
        if title.casefold() in others:
            raise ValidationError(_("Another role has this name."))
        return title

    def clean(self) -> dict[str, Any]:
        """Hold the limits against each other and against those of whoever sets them."""
        values = super().clean() or self.cleaned_data
        each, day = values.get("pay_each"), values.get("pay_day")
        if each is not None and day is not None and each > day:
            self.add_error("pay_each", _("This is more than the most in a day."))
        for name in too_high(self.actor, PayLimits(each, day)):
            if f"pay_{name}" in values:
                self.add_error(f"pay_{name}", _("You cannot give more than your own role may pay."))
        for name in too_many(self.actor, ExportLimits(values.get("export_rows"), values.get("export_day"))):
            if f"export_{name}" in values:
                self.add_error(f"export_{name}", _("You cannot give more than your own role may export."))
        return values

    def draft(self) -> Draft:
        """Return what was filled in."""
        values = self.cleaned_data
        return Draft(
            title=values.get("title", ""),
            rights=frozenset(values.get("rights", ())),
            limits=PayLimits(values["pay_each"], values["pay_day"]),
            exports=ExportLimits(values["export_rows"], values["export_day"]),
            second_factor=values["second_factor"],
        )


def _initial(row: RoleRow | None) -> dict[str, Any]:
    if row is None:
        return {}
    rights = sorted(rights_of(row))
    return {
        "title": row.title,
        "pay_each": plain_number(row.pay_each),
        "pay_day": plain_number(row.pay_day),
        "export_rows": row.export_rows,
        "export_day": row.export_day,
        "second_factor": row.second_factor,
        "rights": rights,
    }
