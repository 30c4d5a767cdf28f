"""The mirror's rows: what lists, search and references are answered from.

A row holds wire values of one object and never a secret. ``gone_at`` makes it a tombstone: a name that comes back later is
another object, with a row of its own. What a list sorts by has two indexes, within a platform and across all of them, and
both hold only what is here now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from portal.directory.problems import problem_of
from portal.platforms.models import Platform
from portal.vos3000.schema.base import Text

HERE = Q(gone_at=None)
GONE = Q(gone_at__isnull=False)


class MirrorQuerySet(models.QuerySet[Any]):
    """Rows of a mirror."""

    def here(self) -> MirrorQuerySet:
        """Return what the platforms have now."""
        return self.filter(gone_at=None)

    def on(self, platform_id: int) -> MirrorQuerySet:
        """Return what a platform has now."""
        return self.filter(gone_at=None, platform_id=platform_id)


class Mirror(models.Model):
    """What every mirrored object has.

    ``needle`` is the case-folded text that search looks in; ``refreshed_at`` is when a value last came from the platform and
    differed, or when the object was read by itself.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+", db_index=False)
    needle = models.TextField(default="")
    refreshed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Any]] = MirrorQuerySet.as_manager()

    #: The wire names that are kept, by column; the key comes first.
    wire: ClassVar[dict[str, str]]
    #: The columns that search looks in.
    searched: ClassVar[tuple[str, ...]]

    class Meta:
        abstract = True

    @classmethod
    def key_column(cls) -> str:
        """Return the column that holds the object's key."""
        return next(iter(cls.wire.values()))

    @property
    def key(self) -> str:
        """The object's key on its platform."""
        return str(getattr(self, self.key_column()))


def _listing(model: str, **columns: str) -> list[models.Index]:
    """Return the indexes of a list: a narrow one to count and search by, those it is sorted from, and one of the tombstones.

    ``columns`` gives each a name; each has two, within a platform and across all.
    """
    within = [models.Index(fields=["platform", column, "id"], name=f"{model}_{name}", condition=HERE) for name, column in columns.items()]
    across = [models.Index(fields=[column, "id"], name=f"{model}_{name}_all", condition=HERE) for name, column in columns.items()]
    here = models.Index(fields=["platform"], name=f"{model}_here", condition=HERE)
    gone = models.Index(fields=["platform", "gone_at"], name=f"{model}_gone", condition=GONE)
    return [here, *within, *across, gone]


class Account(Mirror):
    """A billing account of a platform (InfoCustomer)."""

    account = models.CharField(max_length=255)
    name = models.CharField(max_length=255, default="")
    money = models.DecimalField(max_digits=24, decimal_places=8, default=0)
    limit_money = models.DecimalField(max_digits=24, decimal_places=8, default=0)
    today_consumption = models.DecimalField(max_digits=24, decimal_places=8, default=0)
    fee_rate_group = models.CharField(max_length=255, default="")
    agent_account = models.CharField(max_length=255, default="")
    type = models.IntegerField(null=True)
    lock_type = models.IntegerField(null=True)
    category = models.IntegerField(null=True)
    canceled = models.BooleanField(null=True)
    start_time = models.BigIntegerField(null=True)
    valid_time = models.BigIntegerField(null=True)
    memo = models.TextField(default="")

    wire: ClassVar[dict[str, str]] = {
        "account": "account",
        "name": "name",
        "money": "money",
        "limitMoney": "limit_money",
        "todayConsumption": "today_consumption",
        "feeRateGroup": "fee_rate_group",
        "agentAccount": "agent_account",
        "type": "type",
        "lockType": "lock_type",
        "category": "category",
        "canceled": "canceled",
        "startTime": "start_time",
        "validTime": "valid_time",
        "memo": "memo",
    }
    searched: ClassVar[tuple[str, ...]] = ("account", "name", "memo")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "account"], condition=HERE, name="account_once_a_platform")
        ]
        indexes: ClassVar[list[models.Index]] = [
            *_listing("account", key="account", name="name", money="money", spent="today_consumption"),
            models.Index(fields=["platform", "agent_account", "account"], name="account_agent", condition=HERE),
            models.Index(fields=["platform", "agent_account", "account"], name="account_agents", condition=HERE & Q(category=1)),
            models.Index(fields=["account"], name="account_begins", opclasses=["varchar_pattern_ops"], condition=HERE),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.name}".strip()


class Phone(Mirror):
    """A phone of a platform (InfoPhone) and whether it is registered now."""

    e164 = models.CharField(max_length=255)
    account = models.CharField(max_length=255, default="")
    display_number = models.CharField(max_length=255, default="")
    lock_type = models.IntegerField(null=True)
    call_level = models.IntegerField(null=True)
    fee_rate_group = models.CharField(max_length=255, default="")
    line_capacity = models.IntegerField(null=True)
    monthly_rent_fee = models.DecimalField(max_digits=24, decimal_places=8, null=True)
    memo = models.TextField(default="")
    online = models.BooleanField(null=True)

    wire: ClassVar[dict[str, str]] = {
        "e164": "e164",
        "account": "account",
        "displayNumber": "display_number",
        "lockType": "lock_type",
        "callLevel": "call_level",
        "feerateGroup": "fee_rate_group",
        "lineCapacity": "line_capacity",
        "monthlyRentFee": "monthly_rent_fee",
        "memo": "memo",
    }
    searched: ClassVar[tuple[str, ...]] = ("e164", "display_number", "memo")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "e164"], condition=HERE, name="phone_once_a_platform")
        ]
        indexes: ClassVar[list[models.Index]] = [
            *_listing("phone", key="e164", account="account", shown="display_number"),
            models.Index(fields=["e164"], name="phone_begins", opclasses=["varchar_pattern_ops"], condition=HERE),
        ]

    def __str__(self) -> str:
        return self.e164


class Gateway(Mirror):
    """A mapping gateway of a platform (InfoGatewayMapping): whose it is, and little else."""

    name = models.CharField(max_length=255)
    account = models.CharField(max_length=255, default="")
    lock_type = models.IntegerField(null=True)
    capacity = models.IntegerField(null=True)

    wire: ClassVar[dict[str, str]] = {"name": "name", "account": "account", "lockType": "lock_type", "capacity": "capacity"}
    searched: ClassVar[tuple[str, ...]] = ("name",)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "name"], condition=HERE, name="gateway_once_a_platform")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform", "account", "name"], name="gateway_account"),
            models.Index(fields=["platform", "gone_at"], name="gateway_gone", condition=GONE),
        ]

    def __str__(self) -> str:
        return self.name


class BoundNumber(Mirror):
    """A bound number of a platform and the account that pays for it; the number of its card is a secret and is not kept."""

    e164 = models.CharField(max_length=255)
    account = models.CharField(max_length=255, default="")

    wire: ClassVar[dict[str, str]] = {"e164": "e164", "account": "account"}
    searched: ClassVar[tuple[str, ...]] = ("e164",)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "e164"], condition=HERE, name="bound_number_once_a_platform")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform", "account", "e164"], name="bound_number_account"),
            models.Index(fields=["platform", "gone_at"], name="bound_number_gone", condition=GONE),
        ]

    def __str__(self) -> str:
        return self.e164


class Membership(models.Model):
    """The time during which an account was directly below an agent, or below none (empty).

    ``since`` is nothing where it has been so for as long as anybody knows, ``until`` where it is so now. ``gone`` says that it
    ended because the account vanished: whoever has its name later is another account.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.CharField(max_length=255)
    agent_account = models.CharField(max_length=255, default="")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    gone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "account"], condition=Q(until=None), name="membership_once_now")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform", "account"], name="membership_account"),
            models.Index(fields=["platform", "agent_account", "account"], name="membership_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.account} in {self.agent_account or '-'}: {self.since or ''} to {self.until or ''}"


class Refresh(models.Model):
    """The refreshing of one platform's mirror: what it does now, and how old what it read last is.

    ``held_until`` is a lease: a worker that died frees the platform when it runs out. ``stage`` and ``cursor`` say where a pass
    stands, so that one that broke off goes on from there. The ``…_at`` are when the reading of what is in the mirror began.
    ``left_out`` tells of what could not be read and was passed over, ``missing`` the accounts that a list lacked at ``missing_at``,
    too many to be buried for that.
    """

    platform = models.OneToOneField(Platform, on_delete=models.CASCADE, related_name="refresh")
    held_by = models.CharField(max_length=64, default="")
    held_until = models.DateTimeField(null=True)
    stage = models.CharField(max_length=16, default="")
    cursor = models.CharField(max_length=255, default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    balances_at = models.DateTimeField(null=True)
    accounts_at = models.DateTimeField(null=True)
    phones_at = models.DateTimeField(null=True)
    online_at = models.DateTimeField(null=True)
    problem_en = models.TextField(default="")
    problem_zh = models.TextField(default="")
    left_out = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    missing_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.platform} {self.stage}"

    @property
    def problem(self) -> Text:
        """What stopped the last pass, what it left out and who is missing, in both languages; empty where nothing is wrong."""
        return problem_of(Text(self.problem_en, self.problem_zh), self.left_out, self.missing)

    def running(self, now: datetime) -> bool:
        """Tell whether a worker holds the platform."""
        return self.held_until is not None and self.held_until > now
