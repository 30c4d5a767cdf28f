"""What is a bucket's alone: copies, its faults, its secrets."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.conf import settings

from portal.store import NotInStore, StoreFull, StoreUnreachable, store
from tests.store.conftest import BUCKET, bucket_store

NAME = "cdrs/a"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given"
    path.write_bytes(b"x" * 1000)
    return path


def test_a_copy_is_fetched_once_and_again_when_it_is_gone(bucket: str, tmp_path: Path, given: Path) -> None:
    bucket_store(bucket, tmp_path / "one").put(given, NAME)
    other: Any = bucket_store(bucket, tmp_path / "two")
    place = other.local(NAME)
    fetched = place.stat().st_ino
    assert other.local(NAME).stat().st_ino == fetched
    place.unlink()
    assert other.local(NAME).read_bytes() == given.read_bytes()
    assert [path.name for path in place.parent.iterdir()] == ["a"]


def test_what_was_used_least_lately_makes_room(bucket: str, tmp_path: Path, given: Path) -> None:
    kept: Any = bucket_store(bucket, tmp_path, most=2500)
    names = ["cdrs/a", "cdrs/b", "cdrs/c", "cdrs/d"]
    for name in names:
        (tmp_path / name.replace("/", "-")).write_bytes(given.read_bytes())
        kept.put(tmp_path / name.replace("/", "-"), name)
    places = kept.local_all(names)
    for hours, place in enumerate(places):
        moment = time.time() - (10 - hours) * 3600
        os.utime(place, (moment, moment))
    kept.local("cdrs/a")
    with places[1].open("rb") as being_read:
        kept._copies.make_room()
        assert [place.exists() for place in places] == [True, False, False, True]
        assert being_read.read() == given.read_bytes()
    assert kept.local("cdrs/b").exists()


def test_young_copies_stay(bucket: str, tmp_path: Path, given: Path) -> None:
    kept: Any = bucket_store(bucket, tmp_path, most=1)
    for name in ("cdrs/a", "cdrs/b"):
        kept.put(given, name)
    assert all(place.exists() for place in kept.local_all(["cdrs/a", "cdrs/b"]))


def test_what_is_only_downloaded_takes_no_room_on_the_disk(bucket: str, tmp_path: Path, given: Path) -> None:
    kept: Any = bucket_store(bucket, tmp_path)
    kept.put(given, "exports/job/1/calls.csv")
    assert b"".join(kept.read("exports/job/1/calls.csv", 0, 999)) == given.read_bytes()
    assert not kept._copies.root.exists()
    assert kept.local("exports/job/1/calls.csv").read_bytes() == given.read_bytes()
    kept.delete(["exports/job/1/calls.csv"])
    assert [path for path in kept._copies.root.rglob("*") if path.is_file()] == []


def test_the_settings_name_a_bucket(bucket: str, tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CDR_STORE", bucket)
    monkeypatch.setattr(settings, "CDR_SCRATCH", str(tmp_path / "scratch"))
    store().put(given, NAME)
    assert store().local(NAME) == tmp_path / "scratch" / "copies" / BUCKET / tmp_path.name / NAME


def test_a_bucket_that_is_not_there_or_does_not_answer(
    bucket: str, tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(StoreUnreachable) as missing:
        bucket_store("s3://no-such-bucket/x", tmp_path).put(given, NAME)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(StoreUnreachable) as silent:
        bucket_store(bucket, tmp_path / "other").local(NAME)
    assert "very-secret" not in f"{missing.value} {silent.value} {caplog.text}"


@pytest.mark.parametrize(("code", "status", "meaning"), [("XMinioStorageFull", 507, StoreFull), ("AccessDenied", 403, StoreUnreachable)])
def test_what_the_service_says(
    bucket: str, tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch, code: str, status: int, meaning: type[Exception]
) -> None:
    kept: Any = bucket_store(bucket, tmp_path)

    def refuse(**_given: object) -> None:
        raise ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]

    monkeypatch.setattr(kept._client, "put_object", refuse)
    with pytest.raises(meaning):
        kept.put(given, NAME)


def test_an_answer_to_a_put_that_got_lost(bucket: str, tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Any = bucket_store(bucket, tmp_path)
    put = kept._client.put_object

    def twice(**words: Any) -> Any:
        put(**words)
        words["Body"].seek(0)
        return put(**words)

    monkeypatch.setattr(kept._client, "put_object", twice)
    assert kept.put(given, NAME) == 1000
    assert kept.size(NAME) == 1000


def test_a_file_that_was_deleted_in_the_bucket(bucket: str, tmp_path: Path, given: Path) -> None:
    bucket_store(bucket, tmp_path / "one").put(given, NAME)
    bucket_store(bucket, tmp_path / "one").delete([NAME])
    with pytest.raises(NotInStore):
        bucket_store(bucket, tmp_path / "two").local(NAME)
