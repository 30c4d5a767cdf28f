"""A folder and a bucket, which must do the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.store import Store
from portal.store.folder import FolderStore

BUCKET = "cdrs"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Return the address of a bucket's service on this machine, which ends with the run."""
    import boto3  # noqa: PLC0415 - costs seconds, which only tests of a bucket spend
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - likewise

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b").create_bucket(
        Bucket=BUCKET
    )
    yield url
    server.stop()


@pytest.fixture
def bucket(s3: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return where a bucket's store is, with the way to it where boto3 looks for it."""
    for name, value in {
        "ENDPOINT_URL_S3": s3,
        "ACCESS_KEY_ID": "a",
        "SECRET_ACCESS_KEY": "very-secret",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return FolderStore(tmp_path / "store")
    return bucket_store(request.getfixturevalue("bucket"), tmp_path)


def bucket_store(where: str, tmp_path: Path, most: int = 10**9) -> Store:
    from portal.store.bucket import BucketStore  # noqa: PLC0415 - likewise
    from portal.store.copies import Copies  # noqa: PLC0415 - likewise

    name, _slash, prefix = where.removeprefix("s3://").partition("/")
    return BucketStore(name, prefix, Copies(tmp_path / "copies", most))
