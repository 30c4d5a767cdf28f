"""A list on the screen: its table, pages, filters and columns, from what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.access.actor import Actor
from portal.directory.search import Page
from portal.ui import components
from portal.ui.components import Chip, Choice, Pager, Row, Table, Words
from portal.ui.listing.cells import Reader, html_of, label_of
from portal.ui.listing.columns import Column
from portal.ui.listing.filters import Filter
from portal.ui.listing.query import SIZES, ListQuery
from portal.ui.objects.addresses import linked
from portal.ui.resources import ResourcePage
from portal.ui.text import say

MUTED = "is-muted"


@dataclass(frozen=True, slots=True)
class Input:
    """A filter as it stands in the form."""

    filter: Filter
    value: str

    @property
    def template(self) -> str:
        """The template that draws it."""
        return f"lists/filter_{self.filter.control}.html"

    @property
    def options(self) -> Sequence[tuple[str, str]]:
        """The values to choose from; one that was asked for and is not among them is added."""
        options = list(self.filter.options())
        known = {value for value, _words in options}
        return options if not self.value or self.value in known else [*options, (self.value, self.filter.said(self.value))]


def table_of(page: ResourcePage, query: ListQuery, rows: Iterable[Any], reader: Reader) -> Table:
    """Return the table of some rows, in the columns asked for."""
    writers = [html_of(column, page.name, reader) for column in query.columns]
    return Table(
        label=say(page.resource.plural),
        columns=[_head(column, query, reader) for column in query.columns],
        rows=[_row(page, row, [write(row) for write in writers], reader) for row in rows],
    )


def plain_table(label: Words, resource: str, columns: Sequence[Column], rows: Iterable[Any], reader: Reader) -> Table:
    """Return the table of some rows outside of a list: nothing to sort by."""
    writers = [html_of(column, resource, reader) for column in columns]
    heads = [components.Column(key=each.name, label=label_of(each, reader), kind=each.kind) for each in columns]
    lines = [Row([write(row) for write in writers], url=linked(resource, reader.platforms[row.platform_id], row.key)) for row in rows]
    return Table(label=label, columns=heads, rows=lines)


def _row(page: ResourcePage, row: Any, cells: Sequence[object], reader: Reader) -> Row:
    url = linked(page.name, reader.platforms[row.platform_id], row.key)
    return Row(cells, url=url, css=MUTED if getattr(row, "canceled", False) else "")


def _head(column: Column, query: ListQuery, reader: Reader) -> components.Column:
    label = label_of(column, reader)
    if not column.sorts:
        return components.Column(key=column.name, label=label, kind=column.kind)
    sorted_by = column.name == query.sort.name
    order = ("descending" if query.descending else "ascending") if sorted_by else ""
    turned = f"-{column.name}" if order == "ascending" else column.name
    return components.Column(key=column.name, label=label, kind=column.kind, sort=query.url(sort=turned), order=order)


def pager_of(query: ListQuery, found: Page) -> Pager:
    """Return the links to the pages."""
    return Pager(number=found.number, count=found.count, size=found.size, query=query.pairs())


def chips_of(query: ListQuery, filters: Iterable[Filter]) -> list[Chip]:
    """Return what narrows the list, each with the address of the list without it."""
    chips = [Chip(f"“{query.words}”", query.url("q"))] if query.words else []
    by_name = {each.name: each for each in filters}
    return [*chips, *(Chip(f"{by_name[name].title}: {by_name[name].said(value)}", query.url(name)) for name, value in query.asked.items())]


def inputs_of(query: ListQuery, filters: Iterable[Filter], given: Mapping[str, str]) -> list[Input]:
    """Return the fields of the filter's form; what could not be read stays as it was typed."""
    return [Input(each, query.asked.get(each.name) or given.get(each.name, "").strip()) for each in filters]


def choices_of(columns: Iterable[Column], query: ListQuery) -> list[Choice]:
    """Return the columns to choose from; the first of all is always there and not among them."""
    shown = {each.name for each in query.columns}
    return [Choice(each.name, say(each.label), each.name in shown) for each in list(columns)[1:]]


def sizes_of(query: ListQuery) -> list[tuple[int, str, bool]]:
    """Return how long a page can be, with the address of each."""
    return [(size, query.url(size=str(size)), size == query.size) for size in SIZES]


def context_of(page: ResourcePage, actor: Actor, query: ListQuery, found: Page, reader: Reader, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what the templates of a list are given."""
    filters = page.filters_of(actor)
    return {
        "page": page,
        "query": query.words,
        "asked": query,
        "table": table_of(page, query, found.rows, reader),
        "pager": pager_of(query, found),
        "chips": chips_of(query, filters),
        "inputs": inputs_of(query, filters, given),
        "choices": choices_of(page.columns_of(actor, single=reader.single), query),
        "kept": query.pairs("columns"),
        "sizes": sizes_of(query),
        "file_urls": {"csv": query.file_url("csv"), "xlsx": query.file_url("xlsx")} if actor.may(page.export_right) else {},
    }
