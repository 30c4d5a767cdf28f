"""One call: what is sent, how often, and what every kind of answer is taken for."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest
import respx

from portal.vos3000.client import Client
from portal.vos3000.endpoint import Limits
from portal.vos3000.errors import (
    AddressRefused,
    AnswerTimeout,
    ConnectFailed,
    ConnectionLost,
    CutAnswer,
    EmptyAnswer,
    InvalidRequest,
    NoReturnCode,
    NotOffered,
    NotVos,
    Outcome,
    PerhapsLate,
    Refused,
    ServerError,
    TooLarge,
    VosError,
    WrongCharset,
)
from portal.vos3000.schema.base import Interface
from tests.vos3000.support import PAY, QUICK, READ, WRITE, Behave, Switch, answering, endpoint, hang, http, reset, trickle

Start = Callable[[Behave], Switch]
URL = "http://switch.test/external/server/"
CHANGE = {"account": "a", "level": 2}
AMOUNT = {"account": "a", "money": Decimal("0.10")}
OK_ANSWER = http(b'{"retCode":0}')


def test_request_as_the_softswitch_wants_it(switch: Start) -> None:
    made = switch(answering(OK_ANSWER))
    client = Client(endpoint(made.url + "/"))
    client.call(READ, {})
    client.call(WRITE, {"account": "中", "money": Decimal("1.10"), "level": 1, "locked": False})
    head, _, body = made.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /external/server/GetThing HTTP/1.1")
    assert b"content-type: application/json; charset=utf-8" in head.lower()
    assert body == b"{}"
    assert made.requests[1].endswith('{"account":"中","money":1.10,"level":1,"locked":false}'.encode())


def test_environment_proxies_are_not_used(switch: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert Client(endpoint(switch(answering(OK_ANSWER)).url)).call(READ, {}).ret_code == 0


def test_reads_share_a_connection_and_every_write_has_its_own(switch: Start) -> None:
    made = switch(answering(OK_ANSWER))
    client = Client(endpoint(made.url))
    for _ in range(3):
        client.call(READ, {})
    for _ in range(2):
        client.call(WRITE, CHANGE)
    client.call(READ, {})
    assert [len(connection) for connection in made.connections] == [4, 1, 1]
    assert b"connection: close" in made.connections[1][0].lower()


def test_no_cookie_is_kept(switch: Start) -> None:
    made = switch(answering(http(b'{"retCode":0}', "200 OK", "text/html", "Set-Cookie: JSESSIONID=1; Path=/")))
    client = Client(endpoint(made.url))
    client.call(READ, {})
    client.call(READ, {})
    assert b"jsessionid" not in made.requests[1].lower()


BAD = [
    (http(b""), EmptyAnswer),
    (http(b"null"), EmptyAnswer),
    (http(b" \r\n"), EmptyAnswer),
    (http(b"<html>Access Deny</html>", "403 Forbidden"), AddressRefused),
    (http(b"<html></html>"), NotVos),
    (http(b"It works!"), NotVos),
    (http(b"<html></html>", "404 Not Found"), NotVos),
    (http(b"", "302 Found", "text/html", "Location: http://127.0.0.1:1/login"), NotVos),
    (http(b"<html></html>", "500 Internal Server Error"), ServerError),
    (http(b'{"retCode":0}', "503 Service Unavailable"), ServerError),
    (http(b'{"retCode":0,"things":[{"acc'), CutAnswer),
    (http('{"retCode":0,"exception":"中'.encode()[:-1]), CutAnswer),
    (http('{"retCode":0,"exception":"中文"}'.encode("gbk"), "200 OK", "text/html; charset=gbk"), WrongCharset),
    (http('{"retCode":0}'.encode("utf-16")), WrongCharset),
    (http(b'{"things":[]}'), NoReturnCode),
    (http(b'{"retCode":null}'), NoReturnCode),
    (http(b'{"retCode":"fine"}'), NoReturnCode),
    (http(b"[]"), NoReturnCode),
    (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", NotVos),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", ConnectionLost),
    (b"", ConnectionLost),
]


def once(answer: bytes) -> Behave:
    """Answer with these bytes and close."""

    def behave(peer: object, number: int) -> bool:
        peer.sendall(answer)  # type: ignore[attr-defined]
        return False

    return behave


@pytest.mark.parametrize(("interface", "values"), [(READ, {}), (WRITE, CHANGE), (PAY, AMOUNT)])
@pytest.mark.parametrize(("answer", "error"), BAD)
def test_every_bad_answer_is_its_own_error(
    switch: Start, answer: bytes, error: type[VosError], interface: Interface, values: dict[str, object]
) -> None:
    made = switch(once(answer))
    with pytest.raises(VosError) as caught:
        Client(endpoint(made.url)).call(interface, values)
    assert type(caught.value) is error
    assert caught.value.outcome is (Outcome.REFUSED if error is AddressRefused else Outcome.UNKNOWN)
    assert caught.value.sentence.en
    assert caught.value.sentence.zh
    if interface is not READ:
        assert len(made.requests) == 1


@pytest.mark.parametrize(("behave", "error"), [(reset, ConnectionLost), (hang, AnswerTimeout), (trickle, AnswerTimeout)])
@pytest.mark.parametrize(("interface", "values"), [(READ, {}), (WRITE, CHANGE), (PAY, AMOUNT)])
def test_broken_connections(switch: Start, behave: Behave, error: type[VosError], interface: Interface, values: dict[str, object]) -> None:
    made = switch(behave)
    began = time.monotonic()
    with pytest.raises(VosError) as caught:
        Client(endpoint(made.url)).call(interface, values)
    assert type(caught.value) is error
    assert caught.value.outcome is Outcome.UNKNOWN
    assert time.monotonic() - began < 1.6
    if interface is not READ:
        assert len(made.requests) == 1


def test_a_header_that_trickles_is_bounded_too(switch: Start) -> None:
    def behave(peer: object, number: int) -> bool:
        peer.sendall(b"HTTP/1.1 200 OK\r\n")  # type: ignore[attr-defined]
        for _ in range(60):
            time.sleep(0.05)
            peer.sendall(b"X: y\r\n")  # type: ignore[attr-defined]
        return False

    began = time.monotonic()
    with pytest.raises(AnswerTimeout):
        Client(endpoint(switch(behave).url)).call(WRITE, CHANGE)
    assert time.monotonic() - began < 1.6


@pytest.mark.parametrize(("interface", "values"), [(READ, {}), (WRITE, CHANGE), (PAY, AMOUNT)])
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-host.invalid", "http://a..b", "http://[::1", "nonsense"])
def test_nothing_leaves_where_there_is_no_connection(url: str, interface: Interface, values: dict[str, object]) -> None:
    with pytest.raises(ConnectFailed) as caught:
        Client(endpoint(url)).call(interface, values)
    assert caught.value.outcome is Outcome.NOT_SENT


def test_a_stale_connection_costs_a_read_nothing_and_meets_no_write(switch: Start) -> None:
    def behave(peer: object, number: int) -> bool:
        peer.sendall(OK_ANSWER)  # type: ignore[attr-defined]
        return False

    made = switch(behave)
    client = Client(endpoint(made.url))
    client.call(READ, {})
    time.sleep(0.05)
    assert client.call(WRITE, CHANGE).ret_code == 0
    assert client.call(READ, {}).ret_code == 0
    assert len(made.requests) == 3


@pytest.mark.parametrize("first", [b"", http(b"x", "502 Bad Gateway"), http(b'{"retCode":0,')])
def test_a_read_is_repeated_where_it_failed_in_passing(switch: Start, first: bytes) -> None:
    def behave(peer: object, number: int) -> bool:
        peer.sendall(OK_ANSWER if number else first)  # type: ignore[attr-defined]
        return False

    made = switch(behave)
    assert Client(endpoint(made.url)).call(READ, {}).ret_code == 0
    assert len(made.requests) == 2


@pytest.mark.parametrize("answer", [http(b""), http(b"<html>"), http(b'{"retCode":-10007}'), http(b"x", "403 Forbidden")])
def test_a_read_is_not_repeated_where_that_changes_nothing(switch: Start, answer: bytes) -> None:
    made = switch(answering(answer))
    with pytest.raises(VosError):
        Client(endpoint(made.url)).call(READ, {})
    assert len(made.requests) == 1


def test_repeating_ends_with_the_time_of_the_call(switch: Start) -> None:
    made = switch(reset)
    began = time.monotonic()
    with pytest.raises(ConnectionLost):
        Client(endpoint(made.url)).call(READ, {})
    assert 1 < len(made.requests) <= 3
    assert time.monotonic() - began < 2.1


def test_too_large(switch: Start) -> None:
    made = switch(answering(http(b'{"retCode":0,"x":"' + b"x" * 5000 + b'"}')))
    with pytest.raises(TooLarge) as raised:
        Client(endpoint(made.url, limits=Limits(max_answer_bytes=4096))).call(READ, {})
    assert '4,096 bytes that the portal takes. Whoever administers the portal can raise "Largest answer' in raised.value.sentence.en


@respx.mock
def test_no_redirect_is_followed() -> None:
    elsewhere = respx.post("http://elsewhere.test/").respond(json={"retCode": 0})
    respx.post(URL + "ModifyThing").respond(307, headers={"Location": "http://elsewhere.test/"})
    with pytest.raises(NotVos, match="elsewhere"):
        Client(endpoint()).call(WRITE, CHANGE)
    assert not elsewhere.called


@respx.mock
def test_answer() -> None:
    raw = '{"retCode":"0","things":[{"account":"中","money":1.10,"level":"?","password":"top-secret"}]}'
    respx.post(URL + "GetThing").respond(content=raw.encode(), content_type="text/html; charset=utf-8")
    answer = Client(endpoint()).call(READ, {"accounts": ["中"], "pin": "5551234"})
    assert answer.data == {"retCode": 0, "things": [{"account": "中", "money": Decimal("1.10"), "password": "top-secret"}]}
    assert (answer.ret_code, answer.exception, answer.warning, answer.oddities) == (0, "", None, ("things.level",))
    assert answer.sent == '{"accounts":["中"],"pin":"•••"}'.encode()
    assert "top-secret" not in answer.raw
    assert '"account":"中"' in answer.raw
    assert 0 < answer.seconds < 1


@respx.mock
def test_wanted_fields_only() -> None:
    respx.post(URL + "GetThing").respond(json={"retCode": 0, "things": [{"account": "a", "level": 1, "money": 2}]})
    answer = Client(endpoint()).call(READ, {}, wanted={"things": ("account", "money")})
    assert answer.data["things"] == [{"account": "a", "money": Decimal(2)}]


@respx.mock
def test_rows() -> None:
    things = [{"account": "a", "isLocked": True}, {"account": 5, "level": "?"}]
    respx.post(URL + "GetThing").respond(json={"retCode": -10126, "things": things})
    rows = Client(endpoint()).rows(READ, {}, wanted=("account", "locked"))
    assert [(row.account, row.locked) for row in rows] == [("a", True), ("5", None)]  # type: ignore[attr-defined]
    assert rows.warning
    assert rows.oddities == ()


@respx.mock
def test_rows_of_nothing() -> None:
    respx.post(URL + "GetThing").respond(json={"retCode": -10031, "exception": "no data"})
    assert Client(endpoint()).rows(READ, {}) == []
    answer = Client(endpoint()).call(READ, {})
    assert (answer.ret_code, answer.exception, answer.warning) == (-10031, "no data", None)


@respx.mock
def test_a_cut_result_is_a_warning_with_its_rows() -> None:
    respx.post(URL + "GetThing").respond(json={"retCode": -10126, "exception": "limit", "things": [{"account": "a"}]})
    answer = Client(endpoint()).call(READ, {})
    assert answer.data["things"] == [{"account": "a"}]
    assert answer.warning is not None
    assert answer.warning.zh


@pytest.mark.parametrize(("interface", "values"), [(WRITE, CHANGE), (PAY, AMOUNT)])
@pytest.mark.parametrize("code", [-10031, -10126, -10007, -1])
@respx.mock
def test_a_write_is_done_only_by_zero(interface: Interface, values: dict[str, object], code: int) -> None:
    respx.post(URL + interface.name).respond(json={"retCode": code, "exception": "Not found, operation failed."})
    with pytest.raises(Refused) as caught:
        Client(endpoint()).call(interface, values)
    assert (caught.value.ret_code, caught.value.exception, caught.value.outcome) == (code, "Not found, operation failed.", Outcome.REFUSED)


@respx.mock
def test_a_code_that_may_mean_late_leaves_money_open() -> None:
    respx.post(URL + "PayThing").respond(json={"retCode": -10052, "exception": "busy"})
    respx.post(URL + "ModifyThing").respond(json={"retCode": -10052, "exception": "busy"})
    with pytest.raises(PerhapsLate) as late:
        Client(endpoint()).call(PAY, AMOUNT)
    assert late.value.outcome is Outcome.UNKNOWN
    with pytest.raises(Refused):
        Client(endpoint()).call(WRITE, CHANGE)


@respx.mock
def test_secrets_stay_out_of_errors() -> None:
    echo = {"retCode": -10124, "exception": "value hunter2hunter2 is bad", "password": "generated1"}
    respx.post(URL + "ModifyThing").respond(json=echo)
    with pytest.raises(Refused) as caught:
        Client(endpoint()).call(WRITE, {**CHANGE, "password": "hunter2hunter2"})
    for text in (caught.value.raw, caught.value.exception, str(caught.value)):
        assert "hunter2" not in text
        assert "generated1" not in text
    assert "-10124" in caught.value.raw


@respx.mock
def test_what_does_not_fit_never_leaves() -> None:
    route = respx.post(URL + "ModifyThing")
    with pytest.raises(InvalidRequest, match="limitmoney"):
        Client(endpoint()).call(WRITE, {**CHANGE, "limitmoney": 5})
    with pytest.raises(NotOffered):
        Client(endpoint(lacks=frozenset({"ModifyThing"}))).call(WRITE, CHANGE)
    assert not route.called


def test_injected_transport() -> None:
    seen: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content)
        return httpx.Response(200, json={"retCode": 0})

    Client(endpoint(), transport=httpx.MockTransport(answer)).call(PAY, AMOUNT)
    assert seen == [b'{"account":"a","money":0.10}']


def test_threads_share_a_client(switch: Start) -> None:
    made = switch(answering(OK_ANSWER))
    client = Client(endpoint(made.url, limits=QUICK))
    threads = [threading.Thread(target=lambda: [client.call(READ, {}) for _ in range(5)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made.requests) == 40
    assert len(made.connections) <= QUICK.live_at_once + QUICK.history_at_once
    assert json.loads(made.requests[0].partition(b"\r\n\r\n")[2]) == {}


@pytest.mark.parametrize(
    "code", ["2147483648", "-2147483649", "99999999999999999999", "1e400", "true", "[0]", '"zero"', '"0 "', "{}", '""']
)
@pytest.mark.parametrize("interface", [READ, WRITE, PAY], ids=lambda each: each.name)
def test_what_is_no_32_bit_number_is_no_return_code(switch: Start, interface: Interface, code: str) -> None:
    made = switch(answering(http(b'{"retCode":%s}' % code.encode())))
    with pytest.raises((NoReturnCode, CutAnswer)) as caught:
        Client(endpoint(made.url)).call(interface, {READ: {}, WRITE: CHANGE, PAY: AMOUNT}[interface])
    assert caught.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("code", ['"0"', "0", "0.0", " 0 "])
def test_a_return_code_may_be_a_text(switch: Start, code: str) -> None:
    made = switch(answering(http(b'{"retCode":%s}' % code.encode())))
    assert Client(endpoint(made.url)).call(WRITE, CHANGE).ret_code == 0


def test_a_secret_at_the_end_of_what_is_kept_is_not_half_shown(switch: Start) -> None:
    """Characters of three bytes each: what is kept ends within what was looked at."""
    for filler in range(3990, 4000):
        made = switch(answering(http(("说" * filler + "hunter22" * 4).encode(), "500 Broken")))
        with pytest.raises(ServerError) as caught:
            Client(endpoint(made.url)).call(WRITE, {**CHANGE, "password": "hunter22"})
        assert "hunter" not in caught.value.raw
        assert len(caught.value.raw) >= filler


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0.10", b"0.10"),
        ("1E-8", b"1E-8"),
        ("1E+3", b"1E+3"),
        ("-13", b"-13"),
        ("-0", b"-0"),
        ("123456789012.12", b"123456789012.12"),
        ("0.1234567890123456", b"0.1234567890123456"),
    ],
)
def test_an_amount_leaves_with_the_digits_it_has(switch: Start, amount: str, written: bytes) -> None:
    made = switch(answering(OK_ANSWER))
    Client(endpoint(made.url)).call(PAY, {"account": "a", "money": Decimal(amount)})
    assert made.requests[0].endswith(b'"money":' + written + b"}")
    assert json.loads(made.requests[0].partition(b"\r\n\r\n")[2])["money"] == float(amount)


@pytest.mark.parametrize(
    "amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("0.10000000000000000001"), Decimal("1E+400"), 0.1, True, "1"]
)
def test_an_amount_that_is_not_exact_does_not_leave(switch: Start, amount: object) -> None:
    made = switch(answering(OK_ANSWER))
    with pytest.raises(InvalidRequest):
        Client(endpoint(made.url)).call(PAY, {"account": "a", "money": amount})
    assert made.requests == []
