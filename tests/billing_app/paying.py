"""Paying as a browser does it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from portal.vos3000.simulator import Simulator
from portal.vos3000.simulator.journal import Entry
from tests.billing_app.conftest import ACCOUNT
from tests.console.walk import body
from tests.ui.forms.browser import Page

PAY = f"/p/one/accounts/{ACCOUNT}/pay/"
TEN = {"way": "recharge", "amount": "10.25", "memo": "cash"}


def confirming(client: Client, post: dict[str, str] | None = None, url: str = PAY) -> dict[str, str]:
    """Fill in the form and return what the confirming page's button posts."""
    page = body(client.post(url, TEN if post is None else post))
    (form,) = re.findall(r'<form method="post" class="panel.*?</form>', page, re.DOTALL)
    posted = {name: texts[-1] for name, texts in Page(form).posted.items()}
    assert "token" in posted
    return posted


def pay(client: Client, post: dict[str, str] | None = None, url: str = PAY) -> str:
    """Pay and return the page that tells what became of it."""
    return told(client, confirming(client, post, url), url)


def told(client: Client, confirmed: dict[str, str], url: str = PAY) -> str:
    answer: Any = client.post(url, confirmed, follow=True)
    return body(answer)


def sent(softswitch: Simulator) -> list[Entry]:
    return [entry for entry in softswitch.journal if entry.interface == "Pay"]
