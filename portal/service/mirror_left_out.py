"""What a refresh passes over because it cannot be read, and what it says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from portal.service.errors import DoorError
from portal.service.mirror_batches import Batch
from portal.service.mirror_lease import Lease
from portal.vos3000.errors import Refused, VosError
from portal.vos3000.schema.base import Text

#: What a key stands for, by the interface that reads it and the field that it is asked with.
_TITLES: Mapping[tuple[str, str], Text] = {
    ("GetCustomer", "accounts"): Text("The account {} could not be read.", "账户 {} 未能读取。"),
    ("GetPhone", "accounts"): Text("The phones of the account {} could not be read.", "账户 {} 的话机未能读取。"),
    ("GetPhone", "e164s"): Text("The phone {} could not be read.", "话机 {} 未能读取。"),
}


def in_words(error: VosError | DoorError) -> Text:
    """Return why something was not read, with the softswitch's own words."""
    detail = f" ({error.ret_code} {error.exception})".rstrip() if isinstance(error, Refused) else ""
    return Text(f"{error.sentence.en}{detail}", f"{error.sentence.zh}{detail}")


class LeftOut:
    """What was left out so far; it is kept beside the lease until the next pass over everything."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def batches(self, interface: str, by: str, aside: Iterable[Batch]) -> None:
        """Tell of the keys that were set aside, each with why it could not be read."""
        title = _TITLES[interface, by]
        for batch in aside:
            key = batch.keys[0]
            if batch.failure is not None:
                self._put(_name(interface, by, key), Text(title.en.format(key), title.zh.format(key)), batch.failure)

    def without(self, interface: str, by: str, keys: Collection[str]) -> set[str]:
        """Return the keys that were not left out."""
        return {key for key in keys if _name(interface, by, key) not in self._lease.row.left_out}

    def step(self, interface: str, error: VosError | DoorError) -> None:
        """Tell that a step of the work failed."""
        self._put(interface, Text(f"{interface} failed.", f"{interface} 失败。"), error)

    def done(self, interface: str) -> None:
        """Take back that a step failed."""
        if interface in self._lease.row.left_out:
            self._lease.note(left_out={name: words for name, words in self._lease.row.left_out.items() if name != interface})

    def _put(self, name: str, title: Text, error: VosError | DoorError) -> None:
        why = in_words(error)
        told = {"en": f"{title.en} {why.en}", "zh": f"{title.zh}{why.zh}"}
        if self._lease.row.left_out.get(name) != told:
            self._lease.note(left_out={**self._lease.row.left_out, name: told})


def _name(interface: str, by: str, key: str) -> str:
    return f"{interface} {by} {key}"
