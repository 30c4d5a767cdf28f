"""What both stores do."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from portal.store import AlreadyThere, NotInStore, Store, StoreFull, StoreUnreachable
from portal.store.folder import FolderStore, is_draft
from portal.store.scratch import PREFIX, Scratch

NAME = "cdrs/1/2026/11/20261101-a.parquet"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given"
    path.write_bytes(bytes(range(256)) * 4096)
    return path


def test_a_folder_that_files_were_kept_in_is_never_begun_anew(tmp_path: Path, given: Path) -> None:
    begun = [False]
    root = tmp_path / "store"
    kept = FolderStore(root, lambda: begun[0])
    kept.put(given, NAME)
    begun[0] = True
    away = root.rename(tmp_path / "away")
    for mounted in (False, True):
        if mounted:
            # What is left where a file system is mounted.
            root.mkdir()
        for act in (
            lambda: kept.put(given, "cdrs/other.parquet"),
            lambda: kept.delete([NAME]),
            lambda: list(kept.names("cdrs/")),
            lambda: list(kept.put_before("cdrs/", timezone.now())),
            lambda: kept.size(NAME),
        ):
            with pytest.raises(StoreUnreachable):
                act()
        assert not root.exists() or not list(root.iterdir())
    root.rmdir()
    away.rename(root)
    assert kept.size(NAME) == given.stat().st_size
    kept.put(given, "cdrs/other.parquet")


def test_what_is_put_is_read(kept: Store, given: Path) -> None:
    assert kept.put(given, NAME) == kept.size(NAME) == 2**20
    assert kept.local(NAME).read_bytes() == given.read_bytes()
    assert b"".join(kept.read(NAME, 0, 2**20 - 1)) == given.read_bytes()
    assert b"".join(kept.read(NAME, 250, 260)) == bytes([*range(250, 256), *range(5)])
    assert b"".join(kept.read(NAME, 5, 4)) == b""
    assert kept.local_all([NAME, NAME]) == [kept.local(NAME)] * 2


def test_nothing_is_written_over(kept: Store, given: Path, tmp_path: Path) -> None:
    kept.put(given, NAME)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(AlreadyThere):
        kept.put(other, NAME)
    assert kept.size(NAME) == 2**20


def test_what_is_not_there(kept: Store, given: Path) -> None:
    kept.put(given, NAME)
    asks: list[Callable[[str], object]] = [
        kept.local,
        kept.size,
        lambda name: list(kept.read(name, 0, 1)),
        lambda name: kept.local_all([NAME, name]),
    ]
    for ask in asks:
        with pytest.raises(NotInStore):
            ask("cdrs/none")
    kept.delete(["cdrs/none"])
    for name in ("../outside", "/etc/passwd", "cdrs/../../x"):
        with pytest.raises(NotInStore):
            kept.local(name)


def test_names_and_deleting(kept: Store, given: Path) -> None:
    for name in ("cdrs/a", "cdrs/b", "charges/c"):
        kept.put(given, name)
    assert list(kept.names("cdrs/")) == ["cdrs/a", "cdrs/b"]
    assert list(kept.names("cdrs/b")) == ["cdrs/b"]
    assert list(kept.names("none/")) == []
    hour = timedelta(hours=1)
    assert list(kept.put_before("c", timezone.now() - hour)) == []
    assert list(kept.put_before("c", timezone.now() + hour)) == ["cdrs/a", "cdrs/b", "charges/c"]
    kept.local("cdrs/a")
    kept.delete(["cdrs/a", "charges/c"])
    assert list(kept.names("")) == ["cdrs/b"]
    with pytest.raises(NotInStore):
        kept.local("cdrs/a")


def test_many_put_the_same_name_and_one_wins(kept: Store, given: Path) -> None:
    outcomes: list[str] = []

    def put() -> None:
        try:
            kept.put(given, NAME)
            outcomes.append("put")
        except AlreadyThere:
            outcomes.append("there")

    threads = [threading.Thread(target=put) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["put", "there", "there", "there"] or kept.__class__ is not FolderStore
    assert kept.size(NAME) == 2**20


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk(tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_args: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", lambda *_args: full() if number == errno.EDQUOT else other_disk())
    monkeypatch.setattr(shutil, "copyfile", full)

    def other_disk() -> None:
        raise OSError(errno.EXDEV, "another disk")

    kept = FolderStore(tmp_path / "store")
    with pytest.raises(StoreFull):
        kept.put(given, NAME)
    assert [path for path in (tmp_path / "store").rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_used(tmp_path: Path, given: Path) -> None:
    kept = FolderStore(tmp_path / "store")
    (tmp_path / "store").write_text("no folder")
    with pytest.raises(StoreUnreachable):
        kept.put(given, NAME)
    with pytest.raises(StoreUnreachable):
        kept.local(NAME)
    with pytest.raises(StoreUnreachable):
        FolderStore(tmp_path / "not mounted").size(NAME)


def test_half_a_file_is_never_there(tmp_path: Path, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    kept = FolderStore(tmp_path / "store")
    monkeypatch.setattr("portal.store.folder._flush", killed)
    with pytest.raises(KeyboardInterrupt):
        kept.put(given, NAME)
    assert list(kept.names("")) == []


@pytest.fixture(params=[errno.EPERM, errno.ENOTSUP, errno.ENOSYS])
def without_links(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """Return a store in a file system that has no hard links."""

    def refuse(*_args: object) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(os, "link", refuse)
    return FolderStore(tmp_path / "store")


def test_a_file_system_without_links_keeps_the_same_promises(without_links: FolderStore, given: Path, tmp_path: Path) -> None:
    test_what_is_put_is_read(without_links, given)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(AlreadyThere):
        without_links.put(other, NAME)
    assert without_links.local(NAME).read_bytes() == given.read_bytes()
    assert given.exists()
    assert _left(without_links) == [NAME]


def test_without_links_one_of_many_wins_and_no_part_is_ever_seen(
    without_links: FolderStore, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    replace = Path.replace

    def slowly(self: Path, target: Path) -> Path:
        seen.extend(without_links.size(name) for name in without_links.names(""))
        time.sleep(0.05)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", slowly)
    test_many_put_the_same_name_and_one_wins(without_links, given)
    assert set(seen) <= {2**20}
    assert _left(without_links) == [NAME]


def test_without_links_what_fails_on_its_way_is_not_there(without_links: FolderStore, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(StoreFull):
            without_links.put(given, NAME)
    assert _left(without_links) == []
    assert without_links.put(given, NAME) == 2**20


def test_without_links_a_process_that_died_leaves_only_drafts(without_links: FolderStore, given: Path) -> None:
    claim = without_links.root / NAME
    claim = claim.with_name(f".{claim.name}.draft")
    claim.parent.mkdir(parents=True)
    claim.touch()
    with pytest.raises(AlreadyThere):
        without_links.put(given, NAME)
    assert list(without_links.names("")) == []
    [left] = _left(without_links)
    assert is_draft(left)
    without_links.delete([left])
    assert without_links.put(given, NAME) == 2**20


def _left(kept: FolderStore) -> list[str]:
    """Return all that is in a store, drafts included."""
    return list(kept.put_before("", timezone.now() + timedelta(hours=1)))


@pytest.mark.parametrize(("name", "draft"), [("a/.b.csv.0f.draft", True), ("a/b.draft", False), ("a/.b", False), (".a.draft/b", False)])
def test_which_names_are_drafts(name: str, *, draft: bool) -> None:
    assert is_draft(name) == draft


def test_what_a_dead_process_left_goes_and_what_a_living_one_has_stays(tmp_path: Path) -> None:
    living = Scratch(tmp_path)
    dead = tmp_path / f"{PREFIX}1-dead"
    dead.mkdir()
    (dead / ".lock").touch()
    (dead / "rows.json").touch()
    (tmp_path / "copies").mkdir()
    other = Scratch(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["copies", living.folder.name, other.folder.name])
