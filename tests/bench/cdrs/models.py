"""CDRs as anybody would keep them in Django: a row each, indexed by account and time."""

from __future__ import annotations

from typing import Any

from django.db import models

from portal.cdrs.datasets import CDRS, Column


class _Meta:
    managed = False
    db_table = "bench_calls"
    app_label = "bench_cdrs"
    indexes = (models.Index(fields=["account", "start"], name="bench_by_account"), models.Index(fields=["start"], name="bench_by_start"))


def _field(column: Column) -> models.Field[Any, Any]:
    if column.name in CDRS.key:
        return models.BigIntegerField(primary_key=True)
    if column.sql_type == "VARCHAR":
        return models.CharField(max_length=255)
    return models.BigIntegerField() if column.sql_type == "BIGINT" else models.DecimalField(max_digits=18, decimal_places=8)


COLUMNS = [each.name for each in CDRS.columns]
Call: Any = type("Call", (models.Model,), {"__module__": __name__, "Meta": _Meta, **{each.name: _field(each) for each in CDRS.columns}})
