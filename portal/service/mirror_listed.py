"""What the list of all accounts proves: an empty one nothing, and that many are gone only once a later one tells the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.service.mirror_lease import Lease
from portal.vos3000.errors import VosError
from portal.vos3000.schema.base import Text

#: Of more objects gone at once than this, and more than that part of all, a later answer must tell the same.
FEW, PART = 1, 10
#: How much later that answer has to come: a backend that starts anew may tell half of everything for a while.
LATER = timedelta(minutes=5)


class NobodyListed(VosError):
    """The list of all accounts came, and names none that can be believed."""

    sentence = Text("The softswitch named no account at all.", "软交换没有列出任何账户。")
    advice = Text(
        "What is known of its accounts was kept. The portal asks again by itself.", "已知的账户信息均已保留，门户会自行再次查询。"
    )


def surely_gone(lease: Lease, known: set[str], listed: set[str], read_at: datetime) -> set[str]:
    """Return which known accounts a whole list proves gone; those it takes a later one for are written down as missing."""
    gone, row = known - listed, lease.row
    if len(gone) <= max(FEW, len(known) // PART):
        _note(lease, set(), None)
        return gone
    waiting = gone.intersection(row.missing)
    if not waiting or row.missing_at is None:
        _note(lease, gone, read_at)
        return set()
    if read_at - row.missing_at < LATER:
        _note(lease, waiting, row.missing_at)
        return set()
    _note(lease, gone - waiting, read_at)
    return waiting


def _note(lease: Lease, missing: set[str], since: datetime | None) -> None:
    if missing or lease.row.missing:
        lease.note(missing=sorted(missing), missing_at=since if missing else None)
