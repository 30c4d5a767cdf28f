"""Large answers on their way to disk: the rows apart from what stands around them, whatever comes."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.vos3000 import download
from portal.vos3000.client import Client
from portal.vos3000.download import Saved, Splitter
from portal.vos3000.endpoint import Limits
from portal.vos3000.errors import (
    AddressRefused,
    AnswerTimeout,
    ConnectionLost,
    CutAnswer,
    EmptyAnswer,
    NoReturnCode,
    NotVos,
    Refused,
    ServerError,
    TooLarge,
    VosError,
    WrongCharset,
)
from portal.vos3000.exchange import CHUNK
from tests.vos3000.support import HISTORY, QUICK, READ, Behave, Switch, answering, endpoint, hang, http, reset, trickle

Start = Callable[[Behave], Switch]
ROWS = [{"account": "1", "rules": 'x]}],"retCode":0}'}, {"account": "中"}]


def fetch(switch: Start, into: Path, *bodies: bytes, **more: Any) -> Saved:
    made = switch(answering(*(http(body) for body in bodies)))
    return Client(endpoint(made.url, **more)).download(READ, {}, into)


def as_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "answer",
    [
        {"retCode": 0, "things": ROWS},
        {"things": ROWS, "retCode": 0, "exception": 'said ],[{}"things":[ at length ' * 10_000},
        {"other": [1, [2]], "retCode": 0, "things": ROWS, "later": [{"a": []}]},
        [{"retCode": 0, "things": ROWS}],
    ],
)
def test_rows_go_to_a_file(switch: Start, tmp_path: Path, answer: Any) -> None:
    into = tmp_path / "rows"
    saved = fetch(switch, into, as_json(answer))
    assert json.loads(into.read_bytes()) == ROWS
    assert (saved.path, saved.bytes, saved.warning) == (into, into.stat().st_size, None)


@pytest.mark.parametrize(
    "body", [b'{"retCode":0}', b'{"retCode":0,"things":null}', b'{"things":[],"retCode":-10031}', b'{"things" : [ ] , "retCode":0}']
)
def test_no_rows(switch: Start, tmp_path: Path, body: bytes) -> None:
    fetch(switch, tmp_path / "rows", b"\xef\xbb\xbf" + body)
    assert json.loads((tmp_path / "rows").read_bytes()) == []


def test_cut_by_the_softswitch(switch: Start, tmp_path: Path) -> None:
    saved = fetch(switch, tmp_path / "rows", as_json({"retCode": -10126, "exception": "limited", "things": ROWS}))
    assert saved.warning
    assert json.loads((tmp_path / "rows").read_bytes()) == ROWS


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", EmptyAnswer),
        (b"null", EmptyAnswer),
        (b"<html>log in</html>", NotVos),
        (b"<html>" + b"x" * 900_000, NotVos),
        (b'{"other":"' + b"x" * (download.HEAD + CHUNK) + b'","things":[]}', TooLarge),
        (b'{"retCode":-10033,"exception":"Over the limitation","things":[]}', Refused),
        (b'{"things":[{"account":"1"}]}', NoReturnCode),
        (b'{"retCode":0,"things":[{"account":"1"},{"acc', CutAnswer),
        (b'{"retCode":0,"things":[{"account":"1"}]', CutAnswer),
        (b'{"retCode":0,"things":[{"account":"\xe4\xb8', CutAnswer),
        ('{"retCode":0,"things":[{"account":"中"}]}'.encode("gb18030"), WrongCharset),
        (b'{"retCode":0,"things":{"account":"1"}}', CutAnswer),
        (b'{"retCode":0,"inner":{"things":[{"account":"1"}]}}', CutAnswer),
        (b"[1]", NoReturnCode),
    ],
)
def test_every_other_answer_is_an_error_of_its_own(switch: Start, tmp_path: Path, body: bytes, error: type[VosError]) -> None:
    with pytest.raises(error):
        fetch(switch, tmp_path / "rows", body)


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (answering(http(b"<html>Access Deny</html>", "403 Forbidden")), AddressRefused),
        (answering(http(b"<html>", "500 Internal Server Error")), ServerError),
        (answering(http(b"", "302 Found", "text/html", "Location: /x")), NotVos),
        (reset, ConnectionLost),
        (hang, AnswerTimeout),
        (trickle, AnswerTimeout),
    ],
)
def test_every_fault_is_an_error_of_its_own(switch: Start, tmp_path: Path, behave: Behave, error: type[VosError]) -> None:
    with pytest.raises(error):
        Client(endpoint(switch(behave).url)).download(READ, {}, tmp_path / "rows")


def test_a_cut_answer_is_asked_for_again_into_the_same_file(switch: Start, tmp_path: Path) -> None:
    whole = as_json({"retCode": 0, "things": ROWS})
    fetch(switch, tmp_path / "rows", as_json({"retCode": 0, "things": ROWS * 100})[:-9], whole)
    assert json.loads((tmp_path / "rows").read_bytes()) == ROWS


def test_an_answer_too_large_for_memory_still_goes_to_disk(switch: Start, tmp_path: Path) -> None:
    rows = ROWS * 20_000
    fetch(switch, tmp_path / "rows", as_json({"retCode": 0, "things": rows}), limits=Limits(**{**_quick(), "max_answer_bytes": 100_000}))
    assert json.loads((tmp_path / "rows").read_bytes()) == rows


def test_an_answer_larger_than_the_disk_may_take_names_the_setting(switch: Start, tmp_path: Path) -> None:
    body = as_json({"retCode": 0, "things": ROWS * 20_000})
    with pytest.raises(TooLarge) as raised:
        fetch(switch, tmp_path / "rows", body, limits=Limits(**{**_quick(), "max_download_bytes": 100_000}))
    for words in ("100,000 bytes", "Largest answer that goes to disk (bytes)", "Whoever administers the portal"):
        assert words in raised.value.sentence.en
    assert "写入磁盘的应答大小上限（字节）" in raised.value.sentence.zh


def _quick() -> dict[str, Any]:
    return {name: getattr(QUICK, name) for name in QUICK.__slots__}


def test_a_file_that_cannot_be_written_is_no_fault_of_the_platform(switch: Start, tmp_path: Path) -> None:
    made = switch(answering(http(as_json({"retCode": 0, "things": ROWS}))))
    client = Client(endpoint(made.url))
    for _ in range(10):
        with pytest.raises(FileNotFoundError):
            client.download(HISTORY, {}, tmp_path / "none" / "rows")
    assert client.download(HISTORY, {}, tmp_path / "rows").bytes


def test_answers_come_in_pieces_and_go_to_disk_as_they_come(switch: Start, tmp_path: Path) -> None:
    rows = [{"account": f"{n}", "rules": "中" * 50} for n in range(20_000)]
    body = as_json({"retCode": 0, "things": rows})
    assert len(body) > 10 * CHUNK

    def slow(peer: socket.socket, _number: int) -> bool:
        reply = http(body)
        for place in range(0, len(reply), 999_983):
            peer.sendall(reply[place : place + 999_983])
        return True

    made = switch(slow)
    Client(endpoint(made.url)).download(READ, {}, tmp_path / "rows")
    assert json.loads((tmp_path / "rows").read_bytes()) == rows


TEXT = st.one_of(st.text(max_size=12), st.sampled_from(['],"', "]}", '"things":[', "\\", '\\"]', "],[", '",]']))
VALUE = st.recursive(
    st.one_of(TEXT, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False)), lambda inner: st.lists(inner, max_size=2)
)
ROW = st.dictionaries(st.sampled_from(["account", "memo", "fee", "things"]), VALUE, max_size=4)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    rows=st.lists(ROW, max_size=6),
    others=st.permutations(["retCode", "exception", "things", "more"]),
    said=TEXT,
    size=st.integers(1, 40),
    more=st.dictionaries(st.just("hint"), TEXT),
    manner=st.tuples(st.booleans(), st.booleans()),
)
def test_any_rows_in_any_order_in_any_pieces(
    rows: list[Any], others: list[str], said: str, size: int, more: Any, manner: tuple[bool, bool]
) -> None:
    wrapped, ascii_only = manner
    values = {"retCode": 0, "exception": said, "things": rows, "more": more}
    answer: Any = {name: values[name] for name in others}
    body = json.dumps([answer] if wrapped else answer, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    file = io.BytesIO()
    splitter = Splitter("things", file)
    for place in range(0, len(body), size):
        splitter.feed(body[place : place + size])
    envelope = json.loads(splitter.envelope())
    assert json.loads(file.getvalue()) == rows
    assert (envelope[0] if wrapped else envelope) == {**answer, "things": []}


def test_a_long_end_is_looked_through(tmp_path: Path) -> None:
    for length in (10, download.TAILS[0], download.TAILS[1]):
        file = io.BytesIO()
        splitter = Splitter("things", file)
        splitter.feed(as_json({"things": ROWS, "exception": "]," * (length // 2), "retCode": 0}))
        assert json.loads(splitter.envelope())["retCode"] == 0
        assert json.loads(file.getvalue()) == ROWS
