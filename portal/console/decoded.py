"""An answer as its declaration reads it: objects as details, lists of objects as tables, long ones cut with a count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.ui.components import Column, Row, Table
from portal.ui.forms import Setting, Shown, shown, shown_object
from portal.ui.text import say
from portal.vos3000.schema.base import Field, Struct
from portal.vos3000.schema.common import OK

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Block:
    """One field of an answer: ``table`` for several objects, else ``value``. ``total`` counts what came, ``cut`` what is shown of it."""

    title: str
    name: str
    value: Shown | None = None
    table: Table | None = None
    total: int | None = None
    cut: int | None = None


def blocks(response: Struct, data: Mapping[str, Any], setting: Setting) -> list[Block]:
    """Return what an answer holds beside its return code, in the order of the declaration."""
    return list(_blocks(response, data, setting))


def _blocks(response: Struct, data: Mapping[str, Any], setting: Setting) -> Iterator[Block]:
    for each in response:
        if each.name in data and each.name not in OK:
            value = data[each.name]
            yield _several(each, value, setting) if each.many and isinstance(value, Sequence) else _single(each, value, setting)


def _single(each: Field, value: Any, setting: Setting) -> Block:
    return Block(say(each.label), each.name, value=shown(each, value, setting))


def _several(each: Field, values: Sequence[Any], setting: Setting) -> Block:
    total, few = len(values), values[:MOST_ROWS]
    cut = len(few) if total > len(few) else None
    if each.struct is not None and len(few) > 1:
        return Block(say(each.label), each.name, table=_table(each, each.struct, few, setting), total=total, cut=cut)
    alone = shown_object(each.struct, few[0], setting) if each.struct is not None and few else shown(each, few, setting)
    return Block(say(each.label), each.name, value=alone, total=total, cut=cut)


def _table(each: Field, struct: Struct, rows: Sequence[Mapping[str, Any]], setting: Setting) -> Table:
    """Return rows as a table with a column for every field that any of them has."""
    told = [field for field in struct if any(field.name in row for row in rows)] or list(struct)[:1]
    return Table(
        label=say(each.label),
        columns=[Column(key=field.name, label=f"{say(field.label)} · {field.name}") for field in told],
        rows=[Row([_cell(field, row, setting) for field in told]) for row in rows],
        scroll=True,
        tall=True,
    )


def _cell(field: Field, row: Mapping[str, Any], setting: Setting) -> str:
    return str(shown(field, row[field.name], setting)) if field.name in row else ""
