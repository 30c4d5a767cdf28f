"""Objects of the softswitch, kept small: only what differs from the defaults of their kind."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from portal.vos3000.simulator.answers import EXISTS, NOT_FOUND, Refusal, Row, Values

K = TypeVar("K", bound=Hashable)


def merged(old: Row, new: Values) -> Row:
    """Return an optional nested object with what is new laid over it; None takes a field away."""
    result = dict(old)
    for name, value in new.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            result[name] = merged(result.get(name) or {}, value)
        else:
            result[name] = value
    return result


class Table(Generic[K]):
    """Rows by key, with an index of the keys for each field in ``index``; fields in ``hidden`` are kept but never answered.

    A row holds what differs from ``defaults``; nested objects in it are replaced, never changed, so that a row once read stays as
    it was. Reading by ``table[key]`` gives the whole object as a copy.
    """

    def __init__(self, defaults: Row, index: Iterable[str] = (), hidden: Iterable[str] = ()) -> None:
        self.defaults = defaults
        self.hidden = tuple(hidden)
        self.rows: dict[K, Row] = {}
        self._index: dict[str, dict[object, dict[K, None]]] = {name: {} for name in index}

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[K]:
        return iter(self.rows)

    def __contains__(self, key: object) -> bool:
        return key in self.rows

    def __getitem__(self, key: K) -> Row:
        return {**self.defaults, **self.rows[key]}

    def value(self, key: K, name: str) -> Any:
        """Return one field of one object."""
        row = self.rows[key]
        return row[name] if name in row else self.defaults.get(name)

    def need(self, key: K) -> K:
        """Return the key; refuses one that is not there."""
        if key not in self.rows:
            raise Refusal(NOT_FOUND)
        return key

    def answer(self, key: K) -> Row:
        """Return a whole object as it is answered."""
        row = self[key]
        for name in self.hidden:
            row.pop(name, None)
        return row

    def select(self, keys: Iterable[K] | None) -> list[Row]:
        """Return as answered the objects of those keys that are there, once each; all of them where None."""
        return [self.answer(key) for key in (self.rows if keys is None else dict.fromkeys(keys)) if key in self.rows]

    def by(self, name: str, value: object) -> Collection[K]:
        """Return the keys of the objects whose indexed field has this value, in the order of their making."""
        return self._index[name].get(value, ())

    def put(self, key: K, row: Row) -> None:
        """Take a row as it is, without a look at defaults or at what was there."""
        self.rows[key] = row
        self._indexed(key)

    def add(self, key: K, values: Values) -> None:
        """Make an object; refuses a key that is taken."""
        if key in self.rows:
            raise Refusal(EXISTS)
        self.put(key, self._differing(values))

    def change(self, key: K, values: Values) -> None:
        """Lay values over an object: None sets a field back to its default; nested objects are merged."""
        row = dict(self.rows[self.need(key)])
        for name, value in values.items():
            if isinstance(value, dict):
                row[name] = merged(self.value(key, name) or {}, value)
            elif value is None or value == self.defaults.get(name):
                row.pop(name, None)
            else:
                row[name] = value
        self._unindexed(key)
        self.put(key, row)

    def remove(self, key: K) -> None:
        """Take an object away; refuses one that is not there."""
        self._unindexed(self.need(key))
        del self.rows[key]

    def rename(self, key: K, new: K, values: Values) -> None:
        """Change an object and its key."""
        if new != key and new in self.rows:
            raise Refusal(EXISTS)
        self.change(key, values)
        row = self.rows[key]
        self.remove(key)
        self.put(new, row)

    def _differing(self, values: Values) -> Row:
        defaults = self.defaults
        return {name: value for name, value in values.items() if value is not None and (name not in defaults or defaults[name] != value)}

    def _indexed(self, key: K) -> None:
        for name, keys in self._index.items():
            if value := self.value(key, name):
                keys.setdefault(value, {})[key] = None

    def _unindexed(self, key: K) -> None:
        for name, keys in self._index.items():
            if value := self.value(key, name):
                del keys[value][key]
                if not keys[value]:
                    del keys[value]
