"""Bars, lines and sparks: what the templates of ``templates/ui/charts/`` are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from portal.ui.charts.axis import WRITTEN
from portal.ui.charts.plots import SIZES, Drawing, Series, lying, standing, trace_of, traced
from portal.ui.charts.shapes import Plot, Trace, at

_SPARK_WIDTH, _SPARK_HEIGHT, _SPARK_EDGE = 96.0, 24.0, 3.0


class Legend(NamedTuple):
    """A colour and what is drawn in it."""

    css: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart: the same drawn for much room and for little, its legend, its words for those who do not see it.

    ``kind`` is the template that draws it; ``note`` says what is not drawn.
    """

    kind: str
    title: str
    label: str
    plots: Sequence[Plot]
    legend: Sequence[Legend]
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A line the size of a word."""

    label: str
    width: str
    height: str
    trace: Trace
    last: tuple[str, str] | None


def bars(
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    kind: str = "number",
    unit: str = "",
    note: str = "",
    names: bool = False,
) -> Chart | None:
    """Return bars for each label, up and down from zero; ``names`` lays them, for labels that are names. None where nothing is known.

    ``kind`` says how values are written: money, number, seconds or percent; ``unit`` stands above the chart.
    """
    drawing = _drawing(labels, series, kind)
    draw = lying if names else standing
    return _chart("bars", title, drawing, [draw(drawing, *size) for size in SIZES], unit, note) if drawing else None


def lines(
    title: str, labels: Sequence[str], series: Sequence[Series], *, kind: str = "number", unit: str = "", note: str = ""
) -> Chart | None:
    """Return a line for each series over the labels, broken where a value is not known; None where none is."""
    drawing = _drawing(labels, series, kind)
    return _chart("lines", title, drawing, [traced(drawing, *size) for size in SIZES], unit, note) if drawing else None


def spark(label: str, values: Sequence[Decimal | None]) -> Spark | None:
    """Return a line the size of a word, from the least of its values to the greatest; None where none is known."""
    known = [each for each in values if each is not None]
    if not known:
        return None
    low, span = min(known), max(known) - min(known)
    points = [None if each is None else _spark_point(number, len(values), each, low, span) for number, each in enumerate(values)]
    return Spark(label=label, width=at(_SPARK_WIDTH), height=at(_SPARK_HEIGHT), trace=trace_of("chart-1", points), last=points[-1])


def _spark_point(number: int, count: int, value: Decimal, low: Decimal, span: Decimal) -> tuple[str, str]:
    room, height = _SPARK_WIDTH - 2 * _SPARK_EDGE, _SPARK_HEIGHT - 2 * _SPARK_EDGE
    share = float((value - low) / span) if span else 0.5
    return at(_SPARK_EDGE + room * (number / (count - 1) if count > 1 else 0.5)), at(_SPARK_EDGE + height * (1 - share))


def _drawing(labels: Sequence[str], series: Sequence[Series], kind: str) -> Drawing | None:
    drawing = Drawing(labels=labels, series=series, written=WRITTEN[kind], kind=kind)
    return drawing if drawing.known else None


def _chart(kind: str, title: str, drawing: Drawing, plots: Sequence[Plot], unit: str, note: str) -> Chart:
    legend = [Legend(f"chart-{number}", each.label) for number, each in enumerate(drawing.series, 1)]
    return Chart(kind=kind, title=title, label=_label(title, drawing), plots=plots, legend=legend, unit=unit, note=note)


def _label(title: str, drawing: Drawing) -> str:
    """Return a chart in words: of each series how many values it has, its greatest and its least."""
    parts = [_extremes(each, drawing) for each in drawing.series if any(value is not None for value in each.values)]
    return " ".join([f"{title}.", *parts, _("The table has all values.")])


def _extremes(series: Series, drawing: Drawing) -> str:
    known = [(value, label) for value, label in zip(series.values, drawing.labels, strict=True) if value is not None]
    low, high = min(known), max(known)
    told = {"name": series.label, "count": len(known), "high_at": high[1], "low_at": low[1]}
    values = {"high": drawing.written(high[0]), "low": drawing.written(low[0])}
    return _("%(name)s: %(count)s values, the greatest %(high)s (%(high_at)s), the least %(low)s (%(low_at)s).") % (told | values)
