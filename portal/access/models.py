"""People, the accounts they are linked to, and the links by which they set their password."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.platforms.validators import valid_zone

LINK_HOURS = 24


class UserManager(BaseUserManager["User"]):
    """Makes people, and finds them by name whatever its case."""

    def create_user(self, username: str, password: str | None = None, **values: object) -> User:
        """Make a person; without a password nobody can log in until one is set by a one-time link."""
        user = self.model(username=self.model.normalize_username(username.strip()), **values)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the person of a name."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person. ``is_demo`` marks those of the demo, who can log in nowhere else.

    ``role`` is the slug of a role. Staff see ``every_platform`` or those named; an agent sees what their links say. Who was let
    in by an agent has that ``parent``, whose tree bounds theirs, and ``only_rights`` narrows what their role has. Until
    ``money_held_until`` the person moves no money.
    """

    username = models.CharField(_("User name"), max_length=150)
    email = models.EmailField(_("E-mail"), blank=True)
    display_name = models.CharField(_("Name shown"), max_length=150, blank=True)
    role = models.CharField(_("Role"), max_length=32)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC", validators=[valid_zone])
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    must_change_password = models.BooleanField(default=False)
    every_platform = models.BooleanField(_("Every platform"), default=True)
    platforms = models.ManyToManyField(Platform, blank=True, related_name="+", verbose_name=_("Platforms"))
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", editable=False)
    only_rights = models.JSONField(null=True, blank=True, editable=False)
    money_held_until = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        ordering: ClassVar[list[str]] = ["username"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("username"), name="user_name_once", violation_error_message=_("This user name is taken."))
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class RoleRow(models.Model):
    """A role: what it may do and how much it may pay.

    The rights of the built-in roles stand in the program, and only what is set for them is kept here: limits and the second
    factor. ``confined`` says that the role's people see only what belongs to their accounts. ``pay_each`` and ``pay_day`` are
    the most that one person pays at once and in a day, in the currency of the platform; nothing is no limit. ``export_rows`` is the
    most rows of an export of calls, ``export_day`` how many of these one person makes in 24 hours.
    """

    slug = models.SlugField(_("Short name"), max_length=32, unique=True)
    title = models.CharField(_("Name"), max_length=100, blank=True)
    confined = models.BooleanField(_("Sees only their own accounts"), default=False)
    rights = models.JSONField(_("Rights"), default=list, blank=True)
    pay_each = models.DecimalField(_("Most for one payment"), max_digits=18, decimal_places=4, null=True, blank=True)
    pay_day = models.DecimalField(_("Most in a day"), max_digits=18, decimal_places=4, null=True, blank=True)
    export_rows = models.PositiveBigIntegerField(_("Most rows in an export"), null=True, blank=True)
    export_day = models.PositiveIntegerField(_("Most exports in a day"), null=True, blank=True)
    second_factor = models.BooleanField(_("Needs a second factor"), default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        return str(Role(self.slug).label) if self.slug in Role else self.title or self.slug

    @property
    def built_in(self) -> bool:
        """Whether its rights stand in the program."""
        return self.slug in Role


class LogIn(models.Model):
    """A log-in of a person, from its opening to its end.

    ``name`` is the hash by which the audit knows it, ``session_key`` the session it lives in while it is open. ``factor`` is the
    second factor that was shown: empty, ``totp``, ``recovery`` or ``passkey``. ``sudo_until`` is until when the password need not
    be given again.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="log_ins")
    name = models.CharField(max_length=16, db_index=True)
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=64, blank=True)
    browser = models.CharField(max_length=255, blank=True)
    factor = models.CharField(max_length=16, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    sudo_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "ended_at", "-opened_at"], name="log_in_open")]

    def __str__(self) -> str:
        return f"{self.user} {self.opened_at:%Y-%m-%d %H:%M}"


class Notice(models.Model):
    """Something a person has to be told by the portal; ``event`` is one of :class:`portal.access.events.Event`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    event = models.CharField(max_length=64)
    about = models.CharField(max_length=255, blank=True)
    by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.event} {self.about}"


class AccountLink(models.Model):
    """An account of a platform that a person stands for; suspended when the account vanished."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    account = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    suspended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "platform", "account"], name="account_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.account}@{self.platform}"


def digest(token: str) -> str:
    """Return what is kept of a token: it is random enough that a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


class LinkFor(models.TextChoices):
    """What a one-time link is for."""

    PASSWORD = "password", _("Set a password")
    FACTOR = "factor", _("Set up a second factor")


class OneTimeLinkManager(models.Manager["OneTimeLink"]):
    """Issues links and takes them back, each once."""

    def issue(self, user: User, *, issued_by: User | None = None, purpose: str = LinkFor.PASSWORD) -> str:
        """Return the token of a new link for a person; their older ones for the same end."""
        token = secrets.token_urlsafe(32)
        now = timezone.now()
        self.filter(user=user, purpose=purpose, used_at=None).update(used_at=now)
        ends = now + timedelta(hours=LINK_HOURS)
        self.create(user=user, token_hash=digest(token), issued_by=issued_by, purpose=purpose, expires_at=ends)
        return token

    def valid(self, token: str, *, purpose: str = LinkFor.PASSWORD) -> OneTimeLink | None:
        """Return the link of a token if it may still be used for this."""
        now = timezone.now()
        links = self.select_related("user").filter(token_hash=digest(token), purpose=purpose, used_at=None, expires_at__gt=now)
        return links.filter(user__is_active=True).first()

    def take(self, link: OneTimeLink) -> bool:
        """Use a link up; False when somebody was faster."""
        now = timezone.now()
        return bool(self.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now))


class OneTimeLink(models.Model):
    """A link by which a person sets their password, or their second factor, once; only a hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=16, choices=LinkFor, default=LinkFor.PASSWORD)
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[OneTimeLinkManager] = OneTimeLinkManager()

    def __str__(self) -> str:
        return f"{self.user} {self.expires_at:%Y-%m-%d}"
