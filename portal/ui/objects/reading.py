"""One object as it is now, or as it was last known where the platform does not answer."""

from __future__ import annotations

from portal.directory.models import Mirror
from portal.service import NotThere, read_object
from portal.ui.listing.rows import rows_of
from portal.ui.objects.declare import Seen
from portal.ui.objects.place import Place
from portal.vos3000.errors import VosError


def see(place: Place) -> Seen:
    """Read an object live; where that fails return its last known state, and raise what went wrong where there is none.

    Raises ``NotThere`` for what does not exist and, the same, for what is somebody else's.
    """
    try:
        values = read_object(place.actor, place.platform, place.pages.resource, place.key, owner=place.owned_by)
    except VosError as error:
        return last_known(place, error)
    if values is None:
        raise NotThere
    return place.seen(values)


def see_live(place: Place) -> Seen:
    """Read an object live; raises what went wrong."""
    seen = see(place)
    if seen.error is not None:
        raise seen.error
    return seen


def last_known(place: Place, error: VosError) -> Seen:
    """Return what the directory knows of an object."""
    row = _mirrored(place)
    if row is None:
        raise error
    values = {name: getattr(row, column) for name, column in row.wire.items() if name in place.info and getattr(row, column) is not None}
    return place.seen(values, as_of=row.refreshed_at, error=error)


def _mirrored(place: Place) -> Mirror | None:
    model = place.pages.mirror
    if model is None:
        return None
    found: Mirror | None = rows_of(place.actor, model, [place.platform]).filter(**{model.key_column(): place.key}).first()
    return found
