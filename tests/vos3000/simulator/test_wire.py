from __future__ import annotations

import json
import socket
from collections.abc import Callable

import httpx
import pytest

from tests.vos3000.simulator.asking import Asked


def test_an_answer_is_html_by_its_header_and_json_by_its_body(ask: Asked) -> None:
    response = ask.post("GetAllCustomers", b"{}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in response.headers
    assert json.loads(response.content)["retCode"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b'{"accounts":["1000"]',
        b'{"accounts":"1000"}',
        b'{"accounts":[1000]}',
        b'{"accounts":[null]}',
        b'{"accounts":["1000"],"type":"one"}',
        b'{"accounts":["1000"],"type":true}',
        b'{"accounts":["1000"],"type":1.5}',
        b'{"accounts":["1000"],"type":2147483648}',
        b'{"filterAgentAccount":[]}',
        b'{"accounts":["\\ud800"]}',
        b"[" * 3000,
    ],
)
def test_what_it_does_not_understand_is_answered_with_nothing(ask: Asked, body: bytes) -> None:
    response = ask.post("GetCustomer", body)
    assert (response.status_code, response.content) == (200, b"")
    assert ask.simulator.journal[-1].applied is False


def test_an_empty_array_for_all_is_answered_with_nothing(ask: Asked) -> None:
    assert ask.post("GetGatewayRouting", b'{"names":[]}').content == b""
    assert len(ask.ok("GetGatewayRouting")["infoGatewayRoutings"]) == 4


def test_numbers_may_be_texts_and_null_is_as_if_left_out(ask: Asked) -> None:
    before = ask.money("1000")
    ask.ok("Pay", ownerName="1000", ownerType="2", money="-13", memo=None)
    assert ask.money("1000") == before - 13


def test_an_unknown_key_is_ignored(ask: Asked) -> None:
    before = ask.account("1000")
    ask.ok("ModifyCustomer", account="1000", limitmoney=77, status=1)
    assert ask.account("1000") == before


def test_what_was_never_set_is_left_out(ask: Asked) -> None:
    ask.ok("CreatePhone", autoCreateAccount=True, e164="0100")
    phone = ask.phone("0100")
    assert None not in phone.values()
    assert not {"infoPhoneAdditional", "infoPhoneValueAdded", "rewriteRulesOutCallee"} & phone.keys()


@pytest.mark.parametrize(
    ("interface", "code"),
    [
        ("GetCdr", -10124),
        ("GetPayHistory", -10124),
        ("GetReportPhoneFee", -10124),
        ("GetPhone", -12103),
        ("GetCustomer", -12103),
        ("CreateCustomer", -12103),
        ("Pay", -12103),
    ],
)
def test_without_what_is_mandatory(ask: Asked, interface: str, code: int) -> None:
    ask.refused(interface, code)


def test_a_mandatory_array_may_not_be_empty(ask: Asked) -> None:
    ask.refused("GetCdr", -10124, accounts=[], beginTime="20260101", endTime="20260101")
    ask.refused("DisconnectCurrentCall", -12103, callIds=[])


def test_a_text_that_is_too_long_is_refused(ask: Asked) -> None:
    ask.refused("ModifyCustomer", -10124, account="1000", memo="x" * 256)
    ask.refused("ModifyCustomer", -10124, account="1000", infoCustomerAdditional={"address": "x" * 256})
    ask.ok("ModifyCustomer", account="1000", memo="账" * 255)


def test_doubles_have_a_point(ask: Asked) -> None:
    ask.ok("CreateCustomer", account="A1", name="A", money=10)
    assert b'"money":10.0' in ask.post("GetCustomer", b'{"accounts":["A1"]}').content


def test_without_a_charset_chinese_breaks_and_escapes_do_not(ask: Asked) -> None:
    def memo(body: str, content_type: str) -> str:
        assert ask.post("ModifyCustomer", body.encode(), content_type).status_code == 200
        return str(ask.account("1000")["memo"])

    plain, escaped = '{"account":"1000","memo":"现金"}', '{"account":"1000","memo":"\\u73b0\\u91d1"}'
    assert memo(plain, "application/json") == "现金".encode().decode("latin-1")
    assert memo(escaped, "application/json") == "现金"
    assert memo(plain, "application/x-www-form-urlencoded; charset=utf-8") == "现金"
    assert ask.post("ModifyCustomer", plain.encode(), "text/html;charset=nonsense").content == b""


def test_a_foreign_address_is_denied_with_a_page(simulators: Callable[..., Asked]) -> None:
    ask = simulators(allow_ip=("127.0.0.2",))
    response = ask.post("GetAllCustomers", b"{}")
    assert response.status_code == 403
    assert "Access Deny" in response.text
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(transport=transport) as allowed:
        assert allowed.post(f"{ask.simulator.url}/external/server/GetAllCustomers", content="{}").json()["retCode"] == 0


def test_what_is_not_there_is_a_page(simulators: Callable[..., Asked]) -> None:
    ask = simulators(lacks=frozenset({"CreateIpLimit"}))
    for path in ("/", "/external/server/", "/external/server/Nonsense", "/external/server/CreateIpLimit", "/external/server/GetCdr/x"):
        assert ask.client.post(path, content="{}").status_code == 404
    assert ask.client.get("/external/server/GetCdr").status_code == 405
    assert len(ask.simulator.journal) == 0


def test_a_connection_is_kept_and_a_pipelined_request_answered(ask: Asked) -> None:
    request = b"POST /external/server/GetSoftSwitch HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    with socket.create_connection(("127.0.0.1", ask.simulator.port), timeout=5) as connection:
        connection.sendall(request * 2)
        received = b""
        while received.count(b'"retCode":0') < 2:
            received += connection.recv(65536)
    first, second = ask.simulator.journal
    assert first.connection == second.connection


def test_latency_by_backend(simulators: Callable[..., Asked]) -> None:
    ask = simulators(latency_ms=30, history_latency_ms=120)
    live = ask.post("GetSoftSwitch", b"{}").elapsed.total_seconds()
    history = ask.post("GetMobileArea", b"{}").elapsed.total_seconds()
    assert 0.03 <= live < 0.12 <= history
