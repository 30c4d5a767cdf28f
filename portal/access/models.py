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
    """A person. ``is_demo`` marks those of the demo, who can log in nowhere else."""

    username = models.CharField(_("User name"), max_length=150)
    email = models.EmailField(_("E-mail"), blank=True)
    display_name = models.CharField(_("Name shown"), max_length=150, blank=True)
    role = models.CharField(_("Role"), max_length=16, choices=Role)
    language = models.CharField(_("Language"), max_length=8, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("Time zone"), max_length=64, default="UTC", validators=[valid_zone])
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    must_change_password = models.BooleanField(default=False)
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


class OneTimeLinkManager(models.Manager["OneTimeLink"]):
    """Issues links and takes them back, each once."""

    def issue(self, user: User, *, issued_by: User | None = None) -> str:
        """Return the token of a new link for a person; their older ones end."""
        token = secrets.token_urlsafe(32)
        now = timezone.now()
        self.filter(user=user, used_at=None).update(used_at=now)
        self.create(user=user, token_hash=digest(token), issued_by=issued_by, expires_at=now + timedelta(hours=LINK_HOURS))
        return token

    def valid(self, token: str) -> OneTimeLink | None:
        """Return the link of a token if it may still be used."""
        now = timezone.now()
        links = self.select_related("user").filter(token_hash=digest(token), used_at=None, expires_at__gt=now, user__is_active=True)
        return links.first()

    def take(self, link: OneTimeLink) -> bool:
        """Use a link up; False when somebody was faster."""
        now = timezone.now()
        return bool(self.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now))


class OneTimeLink(models.Model):
    """A link by which a person sets their password once; only a hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[OneTimeLinkManager] = OneTimeLinkManager()

    def __str__(self) -> str:
        return f"{self.user} {self.expires_at:%Y-%m-%d}"
