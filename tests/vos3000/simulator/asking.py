"""A simulator to ask, over real sockets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import msgspec

from portal.vos3000.simulator import Simulator

HEADERS = {"Content-Type": "text/html;charset=UTF-8"}
DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)


class Asked:
    """One simulator and a client of it."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.state = simulator.state
        self.client = httpx.Client(base_url=simulator.url, trust_env=False, timeout=10)

    def post(self, interface: str, body: bytes, content_type: str = HEADERS["Content-Type"]) -> httpx.Response:
        """Send a body as it is."""
        return self.client.post(f"/external/server/{interface}", content=body, headers={"Content-Type": content_type})

    def __call__(self, interface: str, **values: Any) -> dict[str, Any]:
        """Ask and return the answer with Decimals."""
        answer = DECODER.decode(self.post(interface, msgspec.json.encode(values)).content)
        assert isinstance(answer, dict)
        return answer

    def ok(self, interface: str, **values: Any) -> dict[str, Any]:
        """Ask and expect success."""
        answer = self(interface, **values)
        assert answer["retCode"] == 0, answer
        assert "exception" not in answer
        return answer

    def refused(self, interface: str, code: int, **values: Any) -> dict[str, Any]:
        """Ask and expect a refusal."""
        answer = self(interface, **values)
        assert answer["retCode"] == code, answer
        assert answer["exception"]
        return answer

    def account(self, name: str) -> dict[str, Any]:
        """Read one account."""
        found: dict[str, Any] = self.ok("GetCustomer", accounts=[name])["infoCustomers"][0]
        return found

    def money(self, name: str) -> Decimal:
        """Read a balance."""
        return Decimal(self.account(name)["money"])

    def phone(self, e164: str) -> dict[str, Any]:
        """Read one phone."""
        found: dict[str, Any] = self.ok("GetPhone", e164s=[e164])["infoPhones"][0]
        return found
