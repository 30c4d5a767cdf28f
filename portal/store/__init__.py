"""Files that are written once and read many times: in a folder, or in a bucket that several machines share."""

from __future__ import annotations

from portal.store.base import AlreadyThere, NotInStore, Store, StoreError, StoreFull, StoreUnreachable
from portal.store.chosen import store

__all__ = ["AlreadyThere", "NotInStore", "Store", "StoreError", "StoreFull", "StoreUnreachable", "store"]
