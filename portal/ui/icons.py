"""Icons: Lucide's outlines, drawn once a process and hidden from screen readers, which read the word beside them."""

from __future__ import annotations

import io
import re
from functools import cache, lru_cache
from importlib import resources
from zipfile import ZipFile

from django.utils.safestring import SafeString, mark_safe

_BETWEEN_TAGS = re.compile(r"\s*\n\s*")


@cache
def _drawings() -> ZipFile:
    """Return all drawings; opened once, since the package's own tag reads the list of 1,700 for every icon it draws."""
    return ZipFile(io.BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))


@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """Return an icon by Lucide's name as inline SVG: as large as the words around it, in their colour. KeyError for an unknown name."""
    drawing = _BETWEEN_TAGS.sub("", _drawings().read(f"{name}.svg").decode())
    lines = drawing.partition("<svg")[2].partition(">")[2]
    svg = f'<svg class="{f"icon {css}".strip()}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{lines}'
    return mark_safe(svg)  # noqa: S308 - a drawing of the package and words of our own templates, never data
