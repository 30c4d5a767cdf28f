"""The forms of the portal's own things: people and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.access.models import User

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:
    UserModelForm = forms.ModelForm


def dressed(form: forms.BaseForm) -> None:
    """Give every input the class that the design layer knows."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, forms.CheckboxInput):
            css = "form-check-input"
        else:
            css = "form-select" if isinstance(widget, forms.Select) else "form-control"
        widget.attrs["class"] = css


class LogInForm(AuthenticationForm):
    """Name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class CodeForm(forms.Form):
    """A code of an app, or a recovery code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class PasswordForm(forms.Form):
    """One's password, where the name is known."""

    password = forms.CharField(
        label=_("Your password"), strip=False, max_length=1024, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class PasskeyForm(forms.Form):
    """The name under which a person knows a passkey again."""

    name = forms.CharField(max_length=64)


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters; not a common one, and not like your name."),
    )
    again = forms.CharField(
        label=_("New password again"), strip=False, max_length=1024, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        dressed(self)

    def clean_password(self) -> str:
        """Refuse a weak password."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean_again(self) -> str:
        """Refuse two that differ."""
        again = str(self.cleaned_data["again"])
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("The two passwords differ."))
        return again

    def save(self) -> User:
        """Set the password; every other log-in of the person ends with it."""
        self.user.set_password(self.cleaned_data["password"])
        self.user.must_change_password = False
        self.user.save(update_fields=["password", "must_change_password"])
        return self.user


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    old = forms.CharField(
        label=_("Current password"), strip=False, max_length=1024, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    field_order = ("old", "password", "again")

    def clean_old(self) -> str:
        """Refuse a wrong present password."""
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise ValidationError(_("This is not your current password."))
        return old


class SettingsForm(UserModelForm):
    """What a person sets for themselves."""

    class Meta:
        model = User
        fields = ("display_name", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones() - {"localtime", "Factory"})
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), help_text=_("Times on every page are shown in it."), choices=[(zone, zone) for zone in zones]
        )
        dressed(self)
