"""Putting answers of a platform into the mirror: only what changed is written, in short transactions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from portal.access.models import AccountLink
from portal.directory import membership
from portal.directory.columns import columns_of
from portal.directory.models import Account, BoundNumber, Gateway, Membership, Mirror, Phone
from portal.platforms.models import Platform

MODELS: Mapping[str, type[Mirror]] = {"account": Account, "phone": Phone, "mapping_gateway": Gateway, "bound_number": BoundNumber}
BATCH = 1000


def put(
    platform: Platform, model: type[Mirror], rows: Iterable[Any], read_at: datetime, *, whole: bool = True, alone: bool = False
) -> set[str]:
    """Write rows whose reading began at ``read_at``; return the keys seen.

    ``whole`` says that a row holds all that is kept of an object, so what it lacks is unset. ``alone`` says that an object was
    read by itself, which later bulk answers must not undo. A row refreshed, or gone, since ``read_at`` is left alone.
    """
    wanted: dict[str, dict[str, Any]] = {}
    for row in rows:
        values = columns_of(model, row, whole=whole)
        if key := values.get(model.key_column()):
            wanted[key] = values
    for keys in _parts(sorted(wanted)):
        _put_part(platform, model, {key: wanted[key] for key in keys}, read_at, alone=alone)
    return set(wanted)


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _put_part(platform: Platform, model: type[Mirror], wanted: dict[str, dict[str, Any]], read_at: datetime, *, alone: bool) -> None:
    key_column = model.key_column()
    with transaction.atomic():
        rows = model.objects.filter(platform=platform, gone_at=None, **{f"{key_column}__in": list(wanted)}).select_for_update()
        have = {getattr(row, key_column): row for row in rows}
        agents = {key: row.agent_account for key, row in have.items() if isinstance(row, Account)}
        missing = set(wanted) - set(have) - _gone_since(platform, model, read_at)
        made = model.objects.bulk_create([_made(platform, model, wanted[key], read_at) for key in sorted(missing)])
        _write(model, [row for key, row in have.items() if _changes(row, wanted[key], read_at) or alone], read_at)
        if model is Account:
            membership.begin(platform, made, read_at)
            membership.move(platform, {key: row.agent_account for key, row in have.items() if row.agent_account != agents[key]}, read_at)


def _gone_since(platform: Platform, model: type[Mirror], read_at: datetime) -> set[str]:
    """Return the objects that were still there when the reading began and are known to be gone by now."""
    return set(model.objects.filter(platform=platform, gone_at__gt=read_at).values_list(model.key_column(), flat=True))


def _made(platform: Platform, model: type[Mirror], values: dict[str, Any], read_at: datetime) -> Mirror:
    return model(platform=platform, refreshed_at=read_at, needle=needle_of(model, values), **values)


def _changes(row: Mirror, values: Mapping[str, Any], read_at: datetime) -> bool:
    """Take new values into a row that was not refreshed since; tell whether there were any."""
    if row.refreshed_at > read_at:
        return False
    new = {column: value for column, value in values.items() if getattr(row, column) != value}
    for column, value in new.items():
        setattr(row, column, value)
    return bool(new)


def _write(model: type[Mirror], rows: list[Mirror], read_at: datetime) -> None:
    """Write changed rows; an upsert by primary key is many times faster than bulk_update's CASE for each column."""
    for row in rows:
        row.needle = needle_of(model, vars(row))
        row.refreshed_at = max(row.refreshed_at, read_at)
    columns = [*model.wire.values(), "needle", "refreshed_at"]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=columns)  # type: ignore[misc]  # concrete mirrors have it


def needle_of(model: type[Mirror], values: Mapping[str, Any]) -> str:
    """Return the text that search looks in."""
    return "\n".join(str(values.get(column) or "") for column in model.searched).casefold()


def bury(platform: Platform, model: type[Mirror], keys: Collection[str], read_at: datetime) -> int:
    """Make tombstones of objects that a whole answer no longer had; return how many.

    People linked to an account that is gone lose the link: who gets its name later is somebody else.
    """
    key_column = model.key_column()
    now = timezone.now()
    buried = 0
    for part in _parts(sorted(keys)):
        with transaction.atomic():
            found = model.objects.filter(platform=platform, gone_at=None, refreshed_at__lte=read_at, **{f"{key_column}__in": part})
            gone = list(found.select_for_update().values_list(key_column, flat=True))
            buried += model.objects.filter(platform=platform, gone_at=None, **{f"{key_column}__in": gone}).update(gone_at=now)
            if model is Account:
                membership.end(platform, gone, now)
                AccountLink.objects.filter(platform=platform, account__in=gone, suspended_at=None).update(suspended_at=now)
    return buried


def known_keys(platform: Platform, model: type[Mirror], **where: Any) -> set[str]:
    """Return the keys the mirror has for a platform now."""
    return set(model.objects.filter(platform=platform, gone_at=None, **where).values_list(model.key_column(), flat=True))


def refresh_object(platform: Platform, resource: str, key: str, values: Mapping[str, Any] | None) -> None:
    """Take one object just read (None: it is gone) into the mirror; resources that are not mirrored are passed over."""
    model = MODELS.get(resource)
    if model is None:
        return
    now = timezone.now()
    if values is None:
        bury(platform, model, {key}, now)
    else:
        put(platform, model, [values], now, alone=True)


def mark_online(platform: Platform, online: Collection[str]) -> None:
    """Note which phones are registered; only rows that changed are written."""
    for is_online, ids in _online_changes(platform, set(online)).items():
        for start in range(0, len(ids), BATCH):
            Phone.objects.filter(id__in=ids[start : start + BATCH]).update(online=is_online)


def _online_changes(platform: Platform, online: set[str]) -> dict[bool, list[int]]:
    changes: dict[bool, list[int]] = {True: [], False: []}
    rows = Phone.objects.filter(platform=platform, gone_at=None).values_list("id", "e164", "online")
    for row_id, e164, was in rows.iterator(chunk_size=5000):
        if was is not (e164 in online):
            changes[e164 in online].append(row_id)
    return changes


def take_stock() -> None:
    """Have the database look at what is in the mirror now, so that it finds the short way to it."""
    with connection.cursor() as cursor:
        for model in (*MODELS.values(), Membership):
            table = model._meta.db_table  # type: ignore[attr-defined]  # noqa: SLF001 - Django's documented way
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")
