"""What people type to pay and to look at payments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.ui.forms.numbers import decimal_of

MOST_DECIMALS = 8
# A softswitch keeps money as a double, which holds so many digits whatever they are.
MOST_DIGITS = 15
LONGEST_MEMO = 240
USUAL_DAYS = 30
#: The days that can be asked for: with a day to either side they can be counted in every zone.
EARLIEST, LATEST = date(1971, 1, 1), date(9998, 12, 31)


class Way(models.TextChoices):
    """Which way the money goes."""

    RECHARGE = "recharge", _("Recharge: add to the balance")
    DEDUCT = "deduct", _("Deduct: take from the balance")


def digits_of(amount: Decimal) -> tuple[int, int]:
    """Return how many digits an amount has before and behind the point, zeros at its ends left out."""
    _sign, digits, exponent = amount.normalize().as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - an amount is finite
    decimals = max(0, -exponent)
    return max(0, len(digits) + exponent), decimals


def fits(amount: Decimal) -> bool:
    """Tell whether a softswitch can keep an amount to its last digit."""
    return sum(digits_of(amount)) <= MOST_DIGITS


class PayForm(forms.Form):
    """One payment: which way, how much, and a note. ``balance`` is the account's, where it was just read."""

    way = forms.ChoiceField(label=_("What to do"), choices=Way, initial=Way.RECHARGE, widget=forms.RadioSelect)
    amount = forms.CharField(label=_("Amount"), max_length=60, help_text=_("Always positive, with up to 8 decimals, for example 1234.50."))
    memo = forms.CharField(
        label=_("Memo"),
        required=False,
        max_length=LONGEST_MEMO,
        help_text=_("A note that is kept with the payment. The portal's reference is put before it."),
    )

    def __init__(self, data: Any = None, *, balance: Decimal | None = None) -> None:
        super().__init__(data, initial={"way": Way.RECHARGE})
        self.balance = balance
        self.fields["amount"].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean_amount(self) -> Decimal:
        """Return the amount as an exact positive number."""
        amount = decimal_of(self.cleaned_data["amount"])
        if amount < 0:
            raise ValidationError(_("Give a positive amount; what takes money away is chosen above."))
        if amount == 0:
            raise ValidationError(_("An amount of zero moves nothing."))
        if digits_of(amount)[1] > MOST_DECIMALS:
            raise ValidationError(_("At most %(most)d decimals."), params={"most": MOST_DECIMALS})
        if not fits(amount):
            raise ValidationError(_("At most %(most)d digits: the softswitch keeps no more of them exactly."), params={"most": MOST_DIGITS})
        return amount

    def clean(self) -> dict[str, Any]:
        """Refuse what would leave a balance that the softswitch cannot keep exactly."""
        if self.balance is not None and not self.errors and not fits(self.balance + self.money):
            self.add_error("amount", _("The balance would have more digits than the softswitch keeps exactly."))
        return self.cleaned_data

    @property
    def money(self) -> Decimal:
        """The amount as the softswitch takes it: negative takes away."""
        amount: Decimal = self.cleaned_data["amount"]
        return amount if self.cleaned_data["way"] == Way.RECHARGE else -amount

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What was typed, for the page that asks to confirm."""
        return [(name, str(self.data.get(name, ""))) for name in self.fields]


class PeriodForm(forms.Form):
    """Whose payments, and of which days in the platform's zone; both days are included. ``own`` is the account it begins with."""

    account = forms.CharField(label=_("Account"), max_length=255)
    first = forms.DateField(label=_("From"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, asked: Any, zone: str, own: str = "") -> None:
        today = datetime.now(ZoneInfo(zone)).date()
        usual = {"first": today - timedelta(days=USUAL_DAYS), "last": today}
        account = asked.get("account", "").strip()
        data = {
            "account": account,
            "from": asked.get("from") or usual["first"].isoformat(),
            "to": asked.get("to") or today.isoformat(),
        }
        super().__init__(data if account else None, initial={**usual, "account": own})

    def add_prefix(self, field_name: str) -> str:
        """Return the name of a field in the address."""
        return {"first": "from", "last": "to"}.get(field_name, field_name)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, and years that cannot be counted."""
        for name in ("first", "last"):
            if isinstance(day := self.cleaned_data.get(name), date) and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("This year cannot be used."))
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("The last day may not be before the first."))
        return self.cleaned_data
