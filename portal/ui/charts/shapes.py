"""What a drawing is made of: boxes, words, rules and traces, each as the templates write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

_RECT = '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>'


def at(value: float) -> str:
    """Return a place as SVG reads it in every language."""
    return f"{value:.1f}".removesuffix(".0")


class Box(NamedTuple):
    """A rectangle; ``css`` is its colour, ``title`` what it says when pointed at."""

    x: str
    y: str
    width: str
    height: str
    css: str
    title: str


class Word(NamedTuple):
    """A word of an axis; ``anchor`` is start, middle or end."""

    x: str
    y: str
    anchor: str
    text: str


class Rule(NamedTuple):
    """A line of an axis."""

    x1: str
    y1: str
    x2: str
    y2: str
    css: str


class Trace(NamedTuple):
    """A series as a line: the ``d`` of a path, and the points that stand alone in it."""

    css: str
    path: str
    dots: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One drawing. Its boxes are joined here: a template takes four times as long over a thousand of them."""

    name: str
    width: str
    height: str
    rules: list[Rule]
    words: list[Word]
    boxes: list[Box] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)

    def drawn(self) -> SafeString:
        """Return the boxes as SVG."""
        return format_html_join("", _RECT, ((each.css, each.x, each.y, each.width, each.height, each.title) for each in self.boxes))
