"""Transfers: money that goes from one account of an agent's tree to another, as two Pays, and where each stands."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.access.actor import Actor
from portal.access.rights import PAY
from portal.platforms.models import Platform


class Way(models.TextChoices):
    """Which way the money goes."""

    DOWN = "down", _("To the sub-account")
    BACK = "back", _("From the sub-account")


class Step(models.TextChoices):
    """Which Pay is under way; one begins when the one before it has ended, never earlier."""

    DEBIT = "debit", _("Taking the money")
    CREDIT = "credit", _("Giving the money")
    PAY_BACK = "pay-back", _("Paying the money back")


class Stand(models.TextChoices):
    """Where a transfer stands. ``HELD`` waits: for what became of a Pay, or for a person."""

    PLANNED = "planned", _("Planned")
    DEBITING = "debiting", _("Taking the money")
    DEBITED = "debited", _("Taken, not yet given")
    CREDITING = "crediting", _("Giving the money")
    PAYING_BACK = "paying-back", _("Paying the money back")
    HELD = "held", _("Held")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not made: nothing moved")
    PAID_BACK = "paid-back", _("Not made: the money was paid back")
    SETTLED = "settled", _("Closed by a person")


ENDED = (Stand.DONE, Stand.REFUSED, Stand.PAID_BACK, Stand.SETTLED)
_OPEN = ~Q(state__in=[str(each) for each in ENDED])


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers by where they stand."""

    def open(self) -> TransferQuerySet:
        """Return those that have not ended."""
        return self.filter(_OPEN)


class Transfer(models.Model):
    """Money on its way between an agent's account and one below it.

    ``id`` is the token of the form that asked for it. While a transfer is open there is no other of its agent, and none that takes from the
    same account: the rows themselves are the lock. ``debit``, ``credit`` and ``pay_back`` are the ids of its operations, made up before
    anything is sent, so a step that is repeated is the same operation; ``tries`` counts the pay-backs that could not be sent.

    ``held_until`` is the lease of the process that carries it on; ``look_at`` is when it may go on, nothing where it need not wait.
    ``problem`` names what stands in its way now. The person is kept with what the audit tells of them.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="+")
    agent = models.CharField(max_length=255)
    account = models.CharField(max_length=255)
    way = models.CharField(max_length=8, choices=Way)
    debited = models.CharField(max_length=255)
    amount = models.DecimalField(max_digits=24, decimal_places=8)
    reference = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=Stand, default=Stand.PLANNED)
    step = models.CharField(max_length=16, choices=Step, default=Step.DEBIT)
    debit = models.UUIDField(unique=True)
    credit = models.UUIDField(unique=True)
    pay_back = models.UUIDField(unique=True)
    tries = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    user_id = models.BigIntegerField(null=True)
    user_name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=64, blank=True)
    session = models.CharField(max_length=16, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    debited_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform", "agent", "-created_at"], name="transfer_agent"),
            models.Index(fields=["look_at"], condition=_OPEN, name="transfer_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "agent"], condition=_OPEN, name="one_open_transfer_an_agent"),
            models.UniqueConstraint(fields=["platform", "debited"], condition=_OPEN, name="one_open_transfer_from_an_account"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="transfer_moves_money"),
            models.CheckConstraint(condition=~Q(agent=F("account")), name="transfer_has_two_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.debited} → {self.credited} {self.money} {self.state}"

    @property
    def credited(self) -> str:
        """The account that the money goes to."""
        return self.agent if self.debited == self.account else self.account

    @property
    def money(self) -> Decimal:
        """The amount as it is sent: exact, without zeros at its end, whatever the database made of it."""
        return Decimal(format(self.amount.normalize(), "f"))

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state not in ENDED

    def person(self) -> Actor:
        """Return who asked for it, with nothing but the right to pay, confined to the tree of the agent."""
        return Actor(
            user_id=self.user_id,
            name=self.user_name,
            role=self.role,
            rights=frozenset({PAY}),
            address=self.address,
            session=self.session,
            request_id=self.request_id,
            links=frozenset({(self.platform_id, self.agent)}),
        )
