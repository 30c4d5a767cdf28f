"""Addresses between reports and what is saved of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.urls import reverse

from portal.platforms.models import Platform


def save_url(kind: str, platform: Platform, asked: Mapping[str, Any]) -> str:
    """Return the page on which a report (``report``) or a CDR search (``cdrs``) is given a name; ``asked`` is its ``as_json()``."""
    words = {"kind": kind, "platform": platform.slug, "asked": json.dumps(asked, cls=DjangoJSONEncoder, separators=(",", ":"))}
    return f"{reverse('billing:save')}?{urlencode(words)}"
