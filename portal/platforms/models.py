"""A platform: where it is, how it is spoken to, and what is known of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.platforms.validators import valid_base_url, valid_currency, valid_limits, valid_pin, valid_zone
from portal.vos3000.endpoint import Endpoint, Limits
from portal.vos3000.endpoint import Tls as EndpointTls


class Tls(models.TextChoices):
    """How the platform's certificate is judged."""

    VERIFY = "verify", _("Verify as a browser does")
    CA = "ca", _("Trust this CA file")
    PIN = "pin", _("Trust exactly this certificate")
    NONE = "none", _("Trust any certificate (not safe)")


class PlatformQuerySet(models.QuerySet["Platform"]):
    """Platforms by what may be done with them."""

    def enabled(self) -> PlatformQuerySet:
        """Return the platforms that are in use."""
        return self.filter(enabled=True)


class Platform(models.Model):
    """One VOS3000 installation; read-only until an administrator opens it for writing.

    ``lacks`` holds the names of interfaces that this installation is known not to have. ``limits`` holds deviations from
    :class:`portal.vos3000.endpoint.Limits` by name. Times that the softswitch prints as text are in ``time_zone``.
    """

    slug = models.SlugField(_("Short name"), max_length=50, unique=True, help_text=_("Its part in addresses of pages."))
    name = models.CharField(_("Name"), max_length=100, unique=True)
    base_url = models.CharField(
        _("Base URL"),
        max_length=255,
        validators=[valid_base_url],
        help_text=_("Where the web interface answers, for example http://192.0.2.10:8080"),
    )
    tls = models.CharField(_("Certificate"), max_length=8, choices=Tls, default=Tls.VERIFY)
    ca_pem = models.TextField(_("CA file"), blank=True, help_text=_("In PEM format."))
    pin_sha256 = models.CharField(
        _("Fingerprint"),
        max_length=95,
        blank=True,
        validators=[valid_pin],
        help_text=_("SHA-256 of the certificate or of its public key, in hexadecimal or base64."),
    )
    allow_old_tls = models.BooleanField(
        _("Allow old TLS versions"), default=False, help_text=_("Only for softswitches that know nothing newer than TLS 1.0 or 1.1.")
    )
    time_zone = models.CharField(
        _("Time zone"), max_length=64, validators=[valid_zone], help_text=_("Of the softswitch's own clock, for example Asia/Shanghai")
    )
    currency = models.CharField(_("Currency"), max_length=3, default="CNY", validators=[valid_currency], help_text=_("ISO code"))
    version = models.CharField(_("Version"), max_length=32, blank=True)
    lacks = models.JSONField(_("Interfaces it lacks"), default=list, blank=True)
    writable = models.BooleanField(_("Open for writing"), default=False)
    enabled = models.BooleanField(_("In use"), default=True)
    limits = models.JSONField(_("Limits"), default=dict, blank=True, validators=[valid_limits])
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlatformQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def endpoint(self) -> Endpoint:
        """Return what the client needs to know; equal platforms give equal endpoints."""
        return Endpoint(
            key=f"platform-{self.pk}",
            base_url=self.base_url,
            tls=EndpointTls(self.tls),
            ca_pem=self.ca_pem,
            pin_sha256=self.pin_sha256,
            old_tls=self.allow_old_tls,
            zone=self.time_zone,
            limits=Limits(**self.limits),
            lacks=frozenset(self.lacks),
        )

    def offers(self, interface_name: str) -> bool:
        """Tell whether the platform is not known to lack an interface."""
        return interface_name not in self.lacks
