"""Ways through the console that tests share."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.test import Client

SLUG = "one"


def address(name: str) -> str:
    return f"/console/{SLUG}/{name}/"


def body(response: Any) -> str:
    """Return a page; an error of the portal itself is never one."""
    assert response.status_code < 500, response.content.decode()[-2000:]
    text: str = response.content.decode()
    return text


def text_of(page: str) -> str:
    """Return what a page says: without tags, blanks as they run together."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<(?:template|script).*?</(?:template|script)>|<[^>]+>", "", page, flags=re.DOTALL)))


def proof_in(page: str) -> dict[str, str]:
    """Return what the button that sends a write posts, as the page has it."""
    (token,) = re.findall(r'name="_token" value="([^"]+)"', page)
    (digest,) = re.findall(r'name="_shown" value="([^"]+)"', page)
    return {"_token": token, "_shown": digest}


def confirmed(client: Client, name: str, post: Mapping[str, Any], proof: Mapping[str, str] | None = None) -> str:
    """Post a write, press the button of the page that asks, and return the page that answers."""
    proof = proof or proof_in(body(client.post(address(name), rewound(post))))
    return body(client.post(address(name), {**rewound(post), **proof}))


def rewound(post: Mapping[str, Any]) -> dict[str, Any]:
    """Return a post whose files are read from their beginning."""
    for value in post.values():
        if isinstance(value, UploadedFile):
            value.seek(0)
    return dict(post)
