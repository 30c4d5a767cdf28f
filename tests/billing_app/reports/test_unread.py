"""Rows that could not be read are told of wherever what is kept is added up, and to nobody who would hear of others by that."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.cdrs.datasets import CDRS, PAYMENTS
from portal.cdrs.models import Day
from tests.billing_app.reports.test_differing import COMPLETE, about, search
from tests.billing_app.reports.test_pages import days, given
from tests.cdrs.reports.past import Past
from tests.console.walk import body, text_of

LEFT_OUT = "3 rows of these days could not be read and are in no sum."


def cannot_be_read(past: Past, dataset: str) -> None:
    """Note that three rows of a day were set aside as unreadable."""
    assert Day.objects.filter(dataset=dataset, day=past.last).update(bad=3) == 1


def test_a_search_is_not_called_complete(finance: Client, past: Past) -> None:
    page = text_of(body(finance.get("/p/one/cdrs/", search(past))))
    assert (COMPLETE in page, "could not be read" in page) == (True, False)
    cannot_be_read(past, CDRS.name)
    page = text_of(body(finance.get("/p/one/cdrs/", search(past))))
    assert (COMPLETE in page, LEFT_OUT in page) == (False, True)


@pytest.mark.parametrize("name", ["payments", "statement"])
def test_a_report_and_its_file_tell(finance: Client, past: Past, name: str) -> None:
    cannot_be_read(past, PAYMENTS.name)
    asked = given(past, name)
    assert LEFT_OUT in text_of(body(finance.get(f"/p/one/reports/{name}/", asked)))
    assert LEFT_OUT in about(finance, name, asked)["Payments"]


def test_a_reseller_hears_nothing_of_rows_that_may_be_others(agent: Client, past: Past) -> None:
    cannot_be_read(past, PAYMENTS.name)
    cannot_be_read(past, CDRS.name)
    assert "could not be read" not in text_of(body(agent.get("/p/one/cdrs/", search(past))))
    assert "could not be read" not in text_of(body(agent.get("/p/one/reports/payments/", days(past))))
