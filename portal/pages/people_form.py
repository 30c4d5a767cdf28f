"""The forms of people: those that administrators make, and those that an agent lets into their own tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor
from portal.access.forms import dressed
from portal.access.models import User
from portal.access.profiles import Profile
from portal.access.right_words import whole_label
from portal.access.rights import Own
from portal.access.roles import assignable
from portal.directory.models import Account
from portal.pages.roles_matrix import Part, parts_of
from portal.platforms.models import Platform
from portal.service.scope import tree

Links = frozenset[tuple[int, str]]
MOST_ACCOUNTS = 500


class ProfileForm(forms.Form):
    """What everybody has: a name to log in with (given once), how they are shown, their language and time zone."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("What they log in with: letters, digits and @ . + - _. It stays for good."),
    )
    display_name = forms.CharField(label=_("Name shown"), max_length=150, required=False)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, help_text=_("For your own use: the portal sends no e-mail.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, actor: Actor, data: Mapping[str, Any] | None = None, *, user: User | None = None) -> None:
        super().__init__(data, initial=self._initial(actor, user))
        self.actor, self.user = actor, user
        zones = sorted(available_timezones() - {"localtime", "Factory"})
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), choices=[(zone, zone) for zone in zones])
        if user is not None:
            del self.fields["username"]
        self.platforms = self._platforms()
        for each in self.platforms:
            self.fields[_accounts_name(each)] = forms.CharField(
                label=_("Accounts on %(platform)s") % {"platform": each.name},
                required=False,
                max_length=256 * MOST_ACCOUNTS,
                widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
                help_text=_("One a line."),
            )
        self._keep_links()

    def _initial(self, actor: Actor, user: User | None) -> dict[str, Any]:
        """Return what the form shows at first; a new person has the language and time zone of who makes them."""
        if user is None:
            return {"language": actor.language, "time_zone": actor.zone}
        return {name: getattr(user, name) for name in ("display_name", "email", "language", "time_zone")}

    def _keep_links(self) -> None:
        """Show the links there are; they stay as they are unless their line is taken out."""
        links = self.user.links.order_by("account") if self.user else ()
        self.present: Links = frozenset((each.platform_id, each.account) for each in links)
        self._show_links(self.present)

    def _show_links(self, links: Links) -> None:
        for each in self.platforms:
            self.initial[_accounts_name(each)] = "\n".join(sorted(account for platform, account in links if platform == each.pk))

    def _platforms(self) -> list[Platform]:
        """Return the platforms whose accounts can be named."""
        return [each for each in Platform.objects.all() if self.actor.sees_platform(each.pk)]

    def _known(self, platform: Platform, accounts: Sequence[str]) -> Iterable[str]:
        """Return which of some accounts exist for whoever fills this in."""
        raise NotImplementedError

    def who(self) -> list[forms.BoundField]:
        """Return the fields about the person."""
        return [self[name] for name in ("username", "display_name", "email", "language", "time_zone") if name in self.fields]

    def accounts(self) -> list[forms.BoundField]:
        """Return the fields that name accounts, one a platform."""
        return [self[_accounts_name(each)] for each in self.platforms]

    def clean_username(self) -> str:
        """Take a name that nobody has, whatever its case."""
        name = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return name

    def clean(self) -> dict[str, Any]:
        """Look for every account named."""
        values = super().clean() or self.cleaned_data
        self.links: Links = frozenset(pair for each in self.platforms for pair in self._links_on(each))
        return values

    def _links_on(self, platform: Platform) -> Iterator[tuple[int, str]]:
        """Yield the links to accounts of one platform, and say beside its field which accounts are not there."""
        name = _accounts_name(platform)
        named = list(dict.fromkeys(line.strip() for line in str(self.cleaned_data.get(name, "")).splitlines() if line.strip()))
        if len(named) > MOST_ACCOUNTS:
            self.add_error(name, _("No more than %(most)d accounts.") % {"most": MOST_ACCOUNTS})
            return
        new = [account for account in named if (platform.pk, account) not in self.present]
        known = set(self._known(platform, new)) if new else set()
        for account in new:
            if account not in known:
                self.add_error(name, _("There is no account %(account)s here.") % {"account": account})
        yield from ((platform.pk, account) for account in named)

    def base(self) -> dict[str, Any]:
        """Return what everybody has, as a profile takes it."""
        return {name: self.cleaned_data[name] for name in ("display_name", "email", "language", "time_zone")} | {"links": self.links}

    def profile(self) -> Profile:
        """Return what was filled in."""
        raise NotImplementedError


class PersonForm(ProfileForm):
    """A person as administrators make them: with a role, and with platforms or accounts."""

    every_platform = forms.BooleanField(label=_("Every platform, later ones too"), required=False)

    def __init__(self, actor: Actor, data: Mapping[str, Any] | None = None, *, user: User | None = None) -> None:
        super().__init__(actor, data, user=user)
        self.roles = {row.slug: row for row in assignable(actor)}
        choices = [("", ""), *((slug, str(row)) for slug, row in self.roles.items())]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=choices)
        self.fields["chosen"] = forms.MultipleChoiceField(
            label=_("Only these platforms"),
            required=False,
            choices=[(str(each.pk), each.name) for each in self.platforms],
            widget=forms.CheckboxSelectMultiple,
        )
        if not actor.all_platforms:
            del self.fields["every_platform"]
        dressed(self)
        self.fields["chosen"].widget.attrs["class"] = "form-check-input"

    def _initial(self, actor: Actor, user: User | None) -> dict[str, Any]:
        initial = super()._initial(actor, user)
        if user is None:
            return {**initial, "every_platform": True}
        chosen = [str(pk) for pk in user.platforms.values_list("pk", flat=True)]
        return {**initial, "role": user.role, "every_platform": user.every_platform, "chosen": chosen}

    def _known(self, platform: Platform, accounts: Sequence[str]) -> Iterable[str]:
        rows = Account.objects.filter(platform=platform, gone_at=None, account__in=accounts)
        return [str(account) for account in rows.values_list("account", flat=True)]

    def clean(self) -> dict[str, Any]:
        """Ask for an account where the role sees nothing without one, and for one meaning of the platforms."""
        values = super().clean()
        if values.get("every_platform") and values.get("chosen"):
            self.add_error("chosen", _("Tick either every platform or some."))
        row = self.roles.get(values.get("role", ""))
        fields = [field.name for field in self.accounts()]
        if row is not None and row.confined and not self.links and not any(name in self.errors for name in fields):
            self.add_error(fields[0] if fields else "role", _("This role sees only its own accounts: name at least one."))
        return values

    def profile(self) -> Profile:
        """Return what was filled in; for roles that see only their own accounts the platforms follow from those."""
        values = self.cleaned_data
        every = bool(values.get("every_platform", False))
        platforms = frozenset(map(int, values["chosen"]))
        return Profile(**self.base(), role=values["role"], every_platform=every, platforms=platforms)


class SubUserForm(ProfileForm):
    """A person of an agent: some of the agent's rights, on some of the accounts in the agent's trees.

    ``above`` is the agent, who need not be the one that fills this in.
    """

    def __init__(self, actor: Actor, data: Mapping[str, Any] | None = None, *, user: User | None = None, above: Actor) -> None:
        self.above = above
        super().__init__(actor, data, user=user)
        self.offered = above.rights - {Own.MANAGE_SUB_USERS}
        kept = self.offered if user is None or user.only_rights is None else self.offered & frozenset(map(str, user.only_rights))
        self.initial["rights"] = sorted(kept)
        self.fields["rights"] = forms.MultipleChoiceField(
            label=_("What they may do"),
            choices=[(right, whole_label(right)) for right in sorted(self.offered)],
            error_messages={"required": _("Tick at least one."), "invalid_choice": _("%(value)s is no right that you can give.")},
        )
        if user is None:
            self._show_links(above.links)
        dressed(self)

    def _platforms(self) -> list[Platform]:
        return [each for each in Platform.objects.enabled() if self.above.sees_platform(each.pk)]

    def _known(self, platform: Platform, accounts: Sequence[str]) -> Iterable[str]:
        own = tree(self.above, platform)
        return own.accounts & frozenset(accounts) if own else ()

    def parts(self) -> list[Part]:
        """Return the rights that the agent has, as they are ticked."""
        return parts_of(frozenset(map(str, self["rights"].value() or ())), self.offered)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one account."""
        values = super().clean()
        fields = [field.name for field in self.accounts()]
        if not self.links and fields and not any(name in self.errors for name in fields):
            self.add_error(fields[0], _("Name at least one account."))
        return values

    def profile(self) -> Profile:
        """Return what was filled in; the role follows from the agent's."""
        return Profile(**self.base(), role=self.above.role, only_rights=frozenset(self.cleaned_data["rights"]))


def _accounts_name(platform: Platform) -> str:
    return f"accounts_{platform.pk}"
