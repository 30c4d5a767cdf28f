"""What is kept where, and how complete it is; the rows themselves are in Parquet files."""

from __future__ import annotations

from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.platforms.models import Platform


class Day(models.Model):
    """One day (of the platform's clock) of one dataset: the files that hold it now, and whose rows they hold.

    ``files`` is the manifest: objects of ``name`` (in the store), ``rows``, ``size`` (bytes) and ``fragment``. No two files of a day hold
    the same row. ``generation`` grows whenever the day's rows change; files are immutable, so whoever has read a manifest reads one whole
    generation.

    ``asked`` and ``settled`` are sets of account numbers (:class:`AccountNumber`) as compressed bitmaps: asked at least once, and asked
    after the day was over. ``everybody`` is the number below which every account is settled: a day that is complete for all is that one
    number, and what the bitmaps add are exceptions.

    ``bad``, ``foreign``, ``doubles`` and ``changed`` count rows that were set aside (in ``aside`` files of the store) or replaced; ``cut``
    accounts whose answer the softswitch cut (-10126), ``cut_accounts`` the first of them. ``agrees`` is what the comparison with the
    softswitch's own report came to (None: not compared), ``differences`` its summary.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+")
    dataset = models.CharField(max_length=20)
    day = models.DateField()
    generation = models.PositiveBigIntegerField(default=0)
    files = models.JSONField(default=list)
    rows = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    everybody = models.PositiveIntegerField(default=0)
    asked = models.BinaryField(default=b"")
    settled = models.BinaryField(default=b"")
    asked_at = models.DateTimeField(null=True)
    bad = models.PositiveBigIntegerField(default=0)
    foreign = models.PositiveBigIntegerField(default=0)
    doubles = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)
    cut = models.PositiveIntegerField(default=0)
    cut_accounts = models.JSONField(default=list)
    aside = models.JSONField(default=list)
    checked_at = models.DateTimeField(null=True)
    checked_generation = models.PositiveBigIntegerField(null=True)
    agrees = models.BooleanField(null=True)
    differences = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "dataset", "day"], name="one_row_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.dataset} {self.day} ({self.generation})"


class Superseded(models.Model):
    """A file that no manifest names any more; it goes once nobody can be reading it."""

    name = models.CharField(max_length=255, unique=True)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class AccountNumber(models.Model):
    """The place of an account in the bitmaps of its platform.

    ``since`` is the first day on which there can be anything of it, ``until`` the last; None where that is not known, or not over.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.CharField(max_length=255)
    number = models.PositiveIntegerField()
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["platform", "account"], name="one_number_an_account"),
            models.UniqueConstraint(fields=["platform", "number"], name="one_account_a_number"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["platform", "number"], name="number_not_always", condition=Q(since__isnull=False) | Q(until__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.account}"


class Collecting(models.Model):
    """How the past of one platform is collected and how long it is kept.

    ``forbidden`` are pairs of times of day (``["08:00", "20:00"]``, the platform's clock) in which its history is left alone.
    ``longest_days`` is the longest range that it was found to answer; None until it refused one. ``by_start`` and ``by_stop`` tell in which
    day's answer calls over midnight were found. ``pace`` is, for each dataset, what its last calls
    took (:mod:`portal.cdrs.collecting.batches`).

    ``collected_on`` is the last day that was collected for all accounts, ``turned_on`` the last up to which there is nothing left for
    those to catch up with who take turns; ``today_at`` is when today was last read. ``numbers`` is how many accounts have a number in the
    bitmaps, ``numbered_at`` when that last changed, ``numbered_id`` the last row of the directory that was looked at; ``accounts_at`` is
    since when the directory was then known to be whole.
    """

    platform = models.OneToOneField(Platform, on_delete=models.CASCADE, related_name="collecting")
    enabled = models.BooleanField(_("Collect by itself"), default=True)
    nightly_at = models.TimeField(_("Every night at"), default=time(1, 30))
    again_days = models.PositiveSmallIntegerField(_("Days read again for late rows"), default=2)
    today_minutes = models.PositiveSmallIntegerField(_("Minutes between readings of today"), default=30)
    keep_days = models.PositiveIntegerField(_("Days kept"), default=400)
    forbidden = models.JSONField(_("Hours left alone"), default=list, blank=True)
    longest_days = models.PositiveSmallIntegerField(null=True)
    by_start = models.BooleanField(default=False)
    by_stop = models.BooleanField(default=False)
    pace = models.JSONField(default=dict)
    collected_on = models.DateField(null=True)
    turned_on = models.DateField(null=True)
    today_at = models.DateTimeField(null=True)
    numbers = models.PositiveIntegerField(default=0)
    numbered_at = models.DateTimeField(null=True)
    numbered_id = models.PositiveBigIntegerField(default=0)
    accounts_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"collecting of {self.platform}"
