"""Files that are written once and read many times: in a folder, or in a bucket that several machines share."""

from __future__ import annotations

from portal.store.base import DOWNLOADS, AlreadyThere, NotInStore, Store, StoreError, StoreFull, StoreUnreachable
from portal.store.chosen import begun_when, store

__all__ = ["DOWNLOADS", "AlreadyThere", "NotInStore", "Store", "StoreError", "StoreFull", "StoreUnreachable", "begun_when", "store"]
