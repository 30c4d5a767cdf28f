"""How much room copies take on this machine's disk."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from portal.store.copies import SHARES, Copies

SIZE = 1000
MOST = 10 * SIZE


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path / "copies", MOST)


@pytest.fixture
def walks(monkeypatch: pytest.MonkeyPatch) -> list[Copies]:
    """Return how often the whole folder was walked."""
    walked: list[Copies] = []
    make_room = Copies.make_room

    def noted(self: Copies) -> None:
        walked.append(self)
        make_room(self)

    monkeypatch.setattr(Copies, "make_room", noted)
    return walked


def given(tmp_path: Path, size: int = SIZE) -> Path:
    path = tmp_path / "given"
    path.unlink(missing_ok=True)
    path.write_bytes(b"x" * size)
    return path


def age(copies: Copies, hours: int = 2) -> None:
    moment = time.time() - hours * 3600
    for path in copies.root.rglob("*"):
        os.utime(path, (moment, moment))


def taken(copies: Copies) -> int:
    return sum(path.stat().st_size for path in copies.root.rglob("*") if path.is_file())


def test_a_machine_that_only_reads_what_it_put_keeps_to_its_bytes(copies: Copies, tmp_path: Path) -> None:
    for number in range(40):
        age(copies)
        copies.take(f"cdrs/{number}", given(tmp_path))
        assert taken(copies) <= MOST
    assert copies.get("cdrs/39", lambda _draft: pytest.fail("there is a copy")).exists()


def test_many_small_files_do_not_have_the_folder_walked_for_each(copies: Copies, tmp_path: Path, walks: list[Copies]) -> None:
    size = MOST // SHARES // 10

    def fetch(draft: Path) -> None:
        draft.write_bytes(b"x" * size)

    for number in range(101):
        copies.take(f"cdrs/{number}", given(tmp_path, size))
    for number in range(100):
        copies.get(f"charges/{number}", fetch)
    assert 10 <= len(walks) <= 21


def test_what_processes_before_this_one_took_counts(copies: Copies, tmp_path: Path) -> None:
    for number in range(20):
        Copies(tmp_path / "copies", 10 * MOST).take(f"cdrs/{number}", given(tmp_path))
    age(copies)
    copies.take("cdrs/new", given(tmp_path, 1))
    assert taken(copies) <= MOST


def test_a_put_does_not_fail_for_want_of_a_copy(copies: Copies, tmp_path: Path) -> None:
    copies.root.mkdir()
    (copies.root / "cdrs").write_text("no folder")
    copies.take("cdrs/a", given(tmp_path))
    assert [path.name for path in copies.root.rglob("*")] == ["cdrs"]
