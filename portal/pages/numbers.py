"""Numbers in addresses."""

from __future__ import annotations

from django.http import HttpRequest

LARGEST_PAGE = 1_000_000


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that is asked for, from 1; anything that is no such number is the first."""
    text = request.GET.get("page", "")
    return min(max(1, int(text)), LARGEST_PAGE) if text.isascii() and text.isdigit() and len(text) < len(str(LARGEST_PAGE)) else 1
