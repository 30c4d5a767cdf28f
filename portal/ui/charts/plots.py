"""Where everything of a chart stands: rectangles, lines and words in the units of one drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from portal.ui.charts.axis import shortened, ticks, width_of
from portal.ui.charts.shapes import Box, Plot, Rule, Trace, Word, at
from portal.ui.formats import number_text

#: The size of the type, in units of the drawing.
TYPE = 12.0
_TOP, _BOTTOM, _GAP, _RIGHT = 8.0, 24.0, 8.0, 10.0
#: A drawing for a desk and one for a phone: width and height in units. The narrower is shown where there is little room.
SIZES = (("wide", 840.0, 280.0), ("narrow", 380.0, 240.0))
#: A bar that lies: its height, and how much of the width its label has at most.
_LYING, _LABELS = 14.0, 0.34


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What is drawn in one colour: a value for each label, None where none is known; ``kind`` says how they are written."""

    label: str
    values: Sequence[Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What is to be drawn, whatever the room: labels, series, and how a value is written."""

    labels: Sequence[str]
    series: Sequence[Series]
    written: Callable[[object], str]
    kind: str

    @cached_property
    def known(self) -> list[Decimal]:
        """Every value that is known."""
        return [value for each in self.series for value in each.values if value is not None]

    def marks(self, values: Sequence[Decimal]) -> list[str]:
        """Return how the values of an axis are written: sums of money without decimals where none has any."""
        whole = self.kind == "money" and all(each == each.to_integral_value() for each in values)
        return [number_text(each) if whole else self.written(each) for each in values]

    @cached_property
    def told(self) -> list[str]:
        """What is said of each label: it and its values."""
        return [self._told(place, label) for place, label in enumerate(self.labels)]

    def _told(self, place: int, label: str) -> str:
        values = (f"{each.label}: {self.written(value)}" for each in self.series if (value := each.values[place]) is not None)
        return "\n".join([label, *values])


class _Scale:
    """Values along an axis: from the first of its lines at ``begin`` to the last at ``end``."""

    def __init__(self, lines: Sequence[Decimal], begin: float, end: float) -> None:
        # Where it stands on paper needs no more digits than a float has.
        self.low = float(lines[0])
        self.begin, self.each = begin, (end - begin) / float(lines[-1] - lines[0])

    def __call__(self, value: Decimal) -> float:
        return self.begin + (float(value) - self.low) * self.each


def _css(number: int) -> str:
    return f"chart-{number + 1}"


def _rule_css(value: Decimal) -> str:
    return "" if value else "is-zero"


# Standing: labels below, values upwards


class _Frame:
    """The room of a drawing whose labels stand below it: its axis is drawn, and what each label has of it is known."""

    def __init__(self, drawing: Drawing, width: float, height: float) -> None:
        lines = ticks(drawing.known, drawing.kind)
        texts = drawing.marks(lines)
        self.left = max(width_of(each, TYPE) for each in texts) + _GAP
        self.right, self.bottom = width - _RIGHT, height - _BOTTOM
        self.up = _Scale(lines, self.bottom, _TOP)
        self.each = (self.right - self.left) / len(drawing.labels)
        heights = [self.up(each) for each in lines]
        self.rules = [Rule(at(self.left), at(y), at(self.right), at(y), _rule_css(value)) for value, y in zip(lines, heights, strict=True)]
        self.words = [Word(at(self.left - _GAP), at(y + TYPE / 3), "end", text) for y, text in zip(heights, texts, strict=True)]
        self.words += self._labels(drawing.labels, height)

    def middle(self, number: int) -> float:
        """Return where the middle of a label is."""
        return self.left + (number + 0.5) * self.each

    def _labels(self, labels: Sequence[str], height: float) -> list[Word]:
        """Return the labels that have room: all, or every second, or every third and so on."""
        most = max(TYPE * 3, (self.right - self.left) / 2)
        texts = [shortened(each, TYPE, most) for each in labels]
        widest = max(width_of(each, TYPE) for each in texts) + _GAP
        every = max(1, -int(-widest // self.each))
        return [self._word(number, texts[number], height) for number in range(0, len(texts), every)]

    def _word(self, number: int, text: str, height: float) -> Word:
        """Return a label under its middle, pushed inwards at the edges."""
        half = width_of(text, TYPE) / 2
        x = min(max(self.middle(number), half), self.right + _RIGHT - half)
        return Word(at(x), at(height - _GAP), "middle", text)


def standing(drawing: Drawing, name: str, width: float, height: float) -> Plot:
    """Return bars that stand side by side, those of a label together."""
    frame = _Frame(drawing, width, height)
    room = frame.each * 0.78
    bar = room / len(drawing.series)
    zero = frame.up(Decimal(0))
    boxes = []
    for number, series in enumerate(drawing.series):
        for place, value in enumerate(series.values):
            if value is None:
                continue
            x, y = frame.middle(place) - room / 2 + number * bar, frame.up(value)
            boxes.append(Box(at(x), at(min(y, zero)), at(max(bar, 0.5)), at(max(abs(y - zero), 0.5)), _css(number), drawing.told[place]))
    return Plot(name=name, width=at(width), height=at(height), rules=frame.rules, words=frame.words, boxes=boxes)


def traced(drawing: Drawing, name: str, width: float, height: float) -> Plot:
    """Return lines over the labels; behind them a box for each label says its values when pointed at."""
    frame = _Frame(drawing, width, height)
    places = range(len(drawing.labels))
    boxes = [
        Box(at(frame.left + place * frame.each), at(_TOP), at(frame.each), at(frame.bottom - _TOP), "chart-point", drawing.told[place])
        for place in places
    ]
    traces = [_trace(_css(number), series, frame) for number, series in enumerate(drawing.series)]
    return Plot(name=name, width=at(width), height=at(height), rules=frame.rules, words=frame.words, boxes=boxes, traces=traces)


def _trace(css: str, series: Series, frame: _Frame) -> Trace:
    points = [None if value is None else (at(frame.middle(place)), at(frame.up(value))) for place, value in enumerate(series.values)]
    return trace_of(css, points)


def trace_of(css: str, points: Sequence[tuple[str, str] | None]) -> Trace:
    """Return points as a line that is broken where one is missing; a point between two gaps is a dot."""
    path: list[str] = []
    dots: list[tuple[str, str]] = []
    for before, point, behind in zip([None, *points], points, [*points[1:], None], strict=False):
        if point is None:
            continue
        if before is None and behind is None:
            dots.append(point)
        else:
            path.append(f"{'M' if before is None else 'L'}{point[0]} {point[1]}")
    return Trace(css, "".join(path), dots)


# Lying: labels to the left, values to the right


def lying(drawing: Drawing, name: str, width: float, _height: float) -> Plot:
    """Return bars that lie below each other, for labels that are names; the drawing is as high as they need."""
    texts = [shortened(each, TYPE, width * _LABELS) for each in drawing.labels]
    left = max(width_of(each, TYPE) for each in texts) + _GAP
    lines, marks = _marked(drawing, width - left)
    right = width - max(_RIGHT, width_of(marks[-1], TYPE) / 2)
    across = _Scale(lines, left, right)
    each = _LYING * len(drawing.series) + _GAP
    bottom = _TOP + each * len(texts)
    rules = [Rule(at(across(value)), at(_TOP), at(across(value)), at(bottom), _rule_css(value)) for value in lines]
    words = [Word(at(left - _GAP), at(_TOP + each * (place + 0.5) + TYPE / 3), "end", text) for place, text in enumerate(texts)]
    words += [Word(at(across(value)), at(bottom + TYPE + 4), "middle", text) for value, text in zip(lines, marks, strict=True)]
    boxes = [
        _lain(drawing, number, place, value, across, _TOP + each * place + _GAP / 2 + _LYING * number)
        for number, series in enumerate(drawing.series)
        for place, value in enumerate(series.values)
        if value is not None
    ]
    return Plot(name=name, width=at(width), height=at(bottom + _BOTTOM), rules=rules, words=words, boxes=boxes)


def _marked(drawing: Drawing, room: float) -> tuple[list[Decimal], list[str]]:
    """Return as many lines of an axis, and their words, as stand side by side in a room."""
    lines, marks = ticks(drawing.known, drawing.kind), [""]
    for most in (4, 3, 2, 1):
        lines = ticks(drawing.known, drawing.kind, most)
        marks = drawing.marks(lines)
        if (max(width_of(each, TYPE) for each in marks) + _GAP) * len(marks) <= room:
            break
    return lines, marks


def _lain(drawing: Drawing, number: int, place: int, value: Decimal, across: _Scale, y: float) -> Box:
    x, zero = across(value), across(Decimal(0))
    return Box(at(min(x, zero)), at(y), at(max(abs(x - zero), 0.5)), at(_LYING - 1), _css(number), drawing.told[place])
