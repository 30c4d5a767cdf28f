"""A platform's part in addresses."""

from __future__ import annotations

from django.utils.text import slugify

from portal.platforms.models import Platform


def free_slug(name: str) -> str:
    """Return a short name made from a name, with a number behind it where it is taken; names without Latin letters are numbered."""
    base = slugify(name)[:40] or "platform"
    slug, number = base, 1
    while Platform.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
