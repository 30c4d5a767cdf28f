"""What an agent types to move money, and what staff say of money that could not be paid back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from billing_app.forms import PayForm, fits
from billing_app.services import Paid
from portal.access.forms import dressed
from portal.service.models import Way


class TransferForm(PayForm):
    """One transfer: which way, with which of the agent's accounts, and how much.

    ``agents`` are the accounts above this one that it can be made with; the first is taken where none is named.
    """

    way = forms.ChoiceField(label=_("Which way"), choices=Way, widget=forms.RadioSelect)
    agent = forms.ChoiceField(label=_("With which account"))
    memo = None  # type: ignore[assignment]  # Django leaves a field out so

    def __init__(self, data: Any = None, *, agents: Sequence[str]) -> None:
        super().__init__(data)
        self.initial = {"way": Way.DOWN, "agent": agents[0]}
        self.fields["agent"].choices = [(each, each) for each in agents]  # type: ignore[attr-defined]
        self.fields["agent"].required = len(agents) > 1

    def clean_agent(self) -> str:
        """Return the agent's account that was chosen, or the only one."""
        return self.cleaned_data["agent"] or str(self.initial["agent"])

    def check(self, taken_from: Paid, given_to: Paid) -> None:
        """Say beside the amount where the balance does not cover it, or one of the two could not be kept exactly."""
        amount = self.cleaned_data["amount"]
        before = [each.balance for each in (taken_from, given_to)]
        if None in before:
            self.add_error("amount", _("The balance is not known just now, so nothing can be moved."))
        elif taken_from.overdrawn_by(-amount):
            self.add_error("amount", _("The balance and the credit limit do not cover this."))
        elif not all(balance is not None and fits(balance + signed) for balance, signed in zip(before, (-amount, amount), strict=True)):
            self.add_error("amount", _("The balance would have more digits than the softswitch keeps exactly."))


class SubAccountForm(forms.Form):
    """Which of the accounts below money is moved to or from."""

    account = forms.CharField(label=_("Sub-account"), max_length=255)

    def __init__(self, data: Any, below: frozenset[str]) -> None:
        super().__init__(data)
        self.below = below
        dressed(self)

    def clean_account(self) -> str:
        """Return the account; one that is somebody else's is as unknown as one that does not exist."""
        account: str = self.cleaned_data["account"]
        if account not in self.below:
            raise ValidationError(_("There is no such account below this one."))
        return account


class CloseForm(forms.Form):
    """How the money was put right elsewhere."""

    note = forms.CharField(
        label=_("How was it put right?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: paid back in the softswitch's own client. It stays in the audit."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dressed(self)
