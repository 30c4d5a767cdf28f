"""A store in an S3-compatible bucket, for installations of several machines.

Nothing but this module speaks to the bucket: what is read is copied to this machine's disk first. Credentials, region and endpoint are
boto3's own (``AWS_ACCESS_KEY_ID``, ``AWS_ENDPOINT_URL_S3``, a profile, a role of the machine): they are in no setting, query or link.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.store.base import DOWNLOADS, AlreadyThere, NotInStore, StoreError, StoreFull, StoreUnreachable
from portal.store.copies import Copies
from portal.store.folder import PIECE, checked, explained

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

AT_ONCE = 8
#: As many names as one request may delete.
DELETED_AT_ONCE = 1000
#: Files above this many bytes go in parts.
WHOLE = 256 * 1024 * 1024
#: What the put of a file leaves with it: an answer that got lost is then not taken for somebody else's file.
MARK = "put"
CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 3},
    max_pool_connections=2 * AT_ONCE,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    s3={"addressing_style": "auto"},
)
_GONE = ("404", "NoSuchKey", "NotFound")
_THERE = ("412", "PreconditionFailed", "ConditionalRequestConflict")
_FULL = ("507", "XMinioStorageFull", "QuotaExceeded", "InsufficientCapacity", "InsufficientStorage")


class BucketStore:
    """Files under a prefix of a bucket."""

    def __init__(self, bucket: str, prefix: str, copies: Copies) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._copies = copies
        self._lock = threading.Lock()

    @cached_property
    def _client(self) -> S3Client:
        # The making of clients is not safe across threads, their use is.
        with self._lock:
            return cast("S3Client", boto3.session.Session().client("s3", config=CONFIG))

    def put(self, path: Path, name: str) -> int:
        """Keep a file under a new name."""
        mark, key = uuid.uuid4().hex, self._key(name)
        with explained():
            size = path.stat().st_size
        with _explained(name):
            if self._head(key) is not None:
                raise AlreadyThere(name)
            self._send(path, key, mark, size)
        # What is downloaded is read from the bucket itself: a copy would only take room.
        if not name.startswith(f"{DOWNLOADS}/"):
            self._copies.take(self._copy(name), path)
        return size

    def _send(self, path: Path, key: str, mark: str, size: int) -> None:
        if size > WHOLE:
            config = TransferConfig(max_concurrency=2)
            self._client.upload_file(str(path), self._bucket, key, ExtraArgs={"Metadata": {MARK: mark}}, Config=config)
            return
        try:
            with path.open("rb") as file:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=file, Metadata={MARK: mark}, IfNoneMatch="*")
        except ClientError as error:
            found = self._head(key) if _code(error) in _THERE else None
            if found is None:
                raise
            if found["Metadata"].get(MARK) != mark:
                raise AlreadyThere(key) from error

    def local(self, name: str) -> Path:
        """Return a copy on this machine's disk, made where there is none."""
        return self._copies.get(self._copy(name), lambda draft: self._fetch(name, draft))

    def local_all(self, names: Sequence[str]) -> list[Path]:
        """Return copies, several of those that are missing fetched at once."""
        if all((self._copies.root / self._copy(name)).exists() for name in names):
            return [self.local(name) for name in names]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self.local, names))

    def _fetch(self, name: str, draft: Path) -> None:
        with _explained(name):
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(name))["Body"]
            with body, draft.open("wb") as file:
                for piece in body.iter_chunks(PIECE):
                    _write(file, piece)

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        with _explained(name):
            found = self._head(self._key(name))
        if found is None:
            raise NotInStore(name)
        return int(found["ContentLength"])

    def read(self, name: str, first: int, last: int) -> Iterator[bytes]:
        """Yield the bytes of a part of a file."""
        if last < first:
            return
        with _explained(name):
            asked = f"bytes={first}-{last}"
            body = self._client.get_object(Bucket=self._bucket, Key=self._key(name), Range=asked)["Body"]
        try:
            pieces = body.iter_chunks(PIECE)
            while True:
                with _explained(name):
                    piece = next(pieces, b"")
                if not piece:
                    return
                yield piece
        finally:
            body.close()

    def delete(self, names: list[str]) -> None:
        """Remove files."""
        for begin in range(0, len(names), DELETED_AT_ONCE):
            some = names[begin : begin + DELETED_AT_ONCE]
            with _explained(some[0]):
                answer = self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": [{"Key": self._key(name)} for name in some], "Quiet": True}
                )
            if failed := [each for each in answer.get("Errors", []) if each.get("Code") not in _GONE]:
                raise StoreUnreachable(f"{len(failed)} files were not deleted: {failed[0].get('Code')}")
            for name in some:
                self._copies.drop(self._copy(name))

    def names(self, prefix: str) -> Iterator[str]:
        """Yield names that begin with a prefix."""
        return (name for name, _at in self._listed(prefix))

    def put_before(self, prefix: str, moment: datetime) -> Iterator[str]:
        """Yield names of files that were put before a moment."""
        return (name for name, at in self._listed(prefix) if at < moment)

    def _listed(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._key(prefix))
        found = iter(pages)
        while True:
            with _explained(prefix):
                page = next(found, None)
            if page is None:
                return
            for each in page.get("Contents", []):
                yield each["Key"].removeprefix(self._prefix), each["LastModified"]

    def _head(self, key: str) -> Any:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _GONE:
                return None
            raise

    def _key(self, name: str) -> str:
        return self._prefix + checked(name)

    def _copy(self, name: str) -> str:
        return f"{self._bucket}/{self._prefix}{checked(name)}"


def _write(file: Any, piece: bytes) -> None:
    with explained():
        file.write(piece)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Raise what the bucket's service says by what it means; its words may hold addresses, so only codes go on."""
    try:
        yield
    except StoreError:
        raise
    except ClientError as error:
        raise _meaning(error)(f"{name}: {_code(error)}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreUnreachable(f"{name}: {type(error).__name__}") from error
    except OSError as error:
        raise StoreUnreachable(f"{name}: {error.strerror}") from error


def _meaning(error: ClientError) -> type[StoreError]:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if _code(error) in _GONE:
        return NotInStore
    if _code(error) in _FULL or status == HTTPStatus.INSUFFICIENT_STORAGE:
        return StoreFull
    return StoreUnreachable
