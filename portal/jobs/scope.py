"""What somebody sees, as a digest: two people share a job only where it is the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from portal.access.actor import Actor
from portal.platforms.models import Platform


def scope_of(actor: Actor) -> str:
    """Return the digest of an actor's role, rights, platforms and trees, who they are and in which words they read left out."""
    seen = {
        "role": actor.role,
        "rights": sorted(actor.rights),
        "links": sorted(actor.links),
        "bounds": None if actor.bounds is None else sorted(actor.bounds),
        "platforms": "all" if actor.all_platforms else None if actor.granted is None else sorted(actor.granted),
    }
    return _digest(seen)


def key_of(actor: Actor, kind: str, platform: Platform | None, parameters: Mapping[str, Any]) -> str:
    """Return the digest of what a job is asked to do and for whom; what is made in a language or a zone is made for its readers alone."""
    asked = {"kind": kind, "platform": platform.pk if platform else None, "parameters": parameters}
    return _digest({**asked, "scope": scope_of(actor), "language": actor.language, "zone": actor.zone})


def _digest(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()
