from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from portal.vos3000.schema.registry import PUSHES
from tests.vos3000.simulator.asking import Asked
from tests.vos3000.simulator.conftest import Receiver
from tests.vos3000.simulator.declared import misfits


@pytest.mark.parametrize("name", list(PUSHES))
def test_each_push_is_sent_with_all_that_is_mandatory(ask: Asked, receiver: Receiver, name: str) -> None:
    response = ask.client.post("/_simulator/push", json={"push": name, "url": receiver.url})
    assert response.json() == {"status": 200, "body": '{"retCode":0}'}
    path, body = receiver.came.get(timeout=5)
    assert path == f"/out/{name}"
    assert misfits(PUSHES[name].request, msgspec.json.decode(body)) == []


def test_values_of_a_push_can_be_given(ask: Asked, receiver: Receiver) -> None:
    ask.simulator.pusher.send("PhoneOnline", {"e164": "0755", "online": False}, receiver.url)
    sent = msgspec.json.decode(receiver.came.get(timeout=5)[1])
    assert (sent["e164"], sent["online"]) == ("0755", False)


def test_money_that_moves_is_pushed_where_a_url_is_set(simulators: Callable[..., Asked], receiver: Receiver) -> None:
    ask = simulators(push_url=receiver.url)
    ask.ok("Pay", ownerName="1000", ownerType=2, money=3)
    path, body = receiver.came.get(timeout=5)
    assert path == "/out/CustomerMoneyChange"
    assert msgspec.json.decode(body) == {"account": "1000", "money": float(ask.money("1000"))}


def test_a_receiver_that_is_not_there_stops_nothing(simulators: Callable[..., Asked]) -> None:
    ask = simulators(push_url="http://127.0.0.1:9/out")
    ask.ok("Pay", ownerName="1000", ownerType=2, money=3)
    assert ask.client.post("/_simulator/push", json={"push": "PhoneOnline"}).status_code == 400
    assert ask.client.post("/_simulator/push", json={"push": "Nonsense"}).status_code == 400
