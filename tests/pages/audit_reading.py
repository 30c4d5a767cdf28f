"""Reading the pages of the audit as a person does: which rows stand there, and what the page says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from portal.audit.models import AuditRow

_ROW = re.compile(r'<tr[^>]* data-go="/audit/(\d+)/"')


def numbers_of(html: str) -> list[int]:
    """Return the numbers of the rows that a page lists, in its order."""
    return [int(number) for number in _ROW.findall(html)]


def listed(client: Client, **query: str) -> list[tuple[str, str]]:
    """Return what happened and what came of it, for each row of the list."""
    numbers = numbers_of(client.get("/audit/", query).content.decode())
    rows = AuditRow.objects.in_bulk(numbers)
    return [(rows[each].event or rows[each].interface, rows[each].outcome) for each in numbers]


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def words_of(answer: Any) -> str:
    """Return what a page says behind its frame, blanks folded."""
    html = answer.content.decode()
    reader = _Words()
    reader.feed(html[html.find("<main") :])
    return " ".join(" ".join(reader.words).split())
