"""Sentences of the schema in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language

from portal.vos3000.schema.base import Text


def say(text: Text | str | Promise) -> str:
    """Return a schema's text in the active language; a plain string stays as it is."""
    return text.to(get_language() or "en") if isinstance(text, Text) else str(text)
