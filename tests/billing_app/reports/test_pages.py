"""The pages of reports."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote_plus

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.access.models import User
from portal.cdrs.datasets import ACCOUNT_FEES
from portal.cdrs.models import AccountNumber, Collecting, Day
from portal.cdrs.reports import REPORTS
from portal.directory.models import Account
from portal.jobs.models import Job, State
from portal.platforms.models import Platform
from portal.ui.formats import money_text
from tests.billing_app.reports.conftest import tree
from tests.cdrs.keeping import keep_rows
from tests.cdrs.reports.asking import money
from tests.cdrs.reports.past import NOON, Past
from tests.console.walk import body, text_of


def days(past: Past) -> dict[str, str]:
    return {"when": "dates", "from": past.first.isoformat(), "to": past.last.isoformat()}


def given(past: Past, name: str) -> dict[str, str]:
    return days(past) | ({"account": past.rows["payments"][0]["account"]} if REPORTS[name].single else {})


def test_the_index_leads_to_every_report(finance: Client) -> None:
    assert finance.get("/reports/").headers["Location"] == "/p/one/reports/"
    page = body(finance.get("/p/one/reports/"))
    assert all(f'href="/p/one/reports/{name}/"' in page for name in REPORTS)


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_shown_in_both_languages_and_on_paper(finance: Client, past: Past, name: str) -> None:
    for language, more in (("en", {}), ("en", {"by": "whole"}), ("zh-hans", {"print": "1", "by": "month"})):
        User.objects.update(language=language)
        answer = finance.get(f"/p/one/reports/{name}/", given(past, name) | more)
        assert answer.status_code == 200, text_of(body(answer))
        assert "<td" in body(answer) or name == "other-charges"
        assert ('<html lang="zh-hans"' in body(answer)) is (language != "en")


HOSTILE = ["'; DROP TABLE lines; --\x00", "1" * 5000, "-1", "<script>%", "２０２６-11-01", "NaN", ""]


@pytest.mark.parametrize("field", ["account", "below", "when", "from", "to", "by", "n", "group", "zone", "details", "only", "sort", "page"])
def test_what_cannot_be_read_is_said_and_never_breaks(finance: Client, past: Past, field: str) -> None:
    for value in HOSTILE:
        answer = finance.get("/p/one/reports/payments/", days(past) | {field: value})
        assert answer.status_code in {200, 422}, (field, value)
        assert "<script>" not in body(answer).replace('<script src="', "")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"when": "dates"}, "Give a day."),
        ({"when": "dates", "from": "2026-11-02", "to": "2026-11-01"}, "may not be before"),
        ({"when": "dates", "from": "2020-01-01", "to": "2026-11-01"}, "At most 400 days"),
        ({"when": "dates", "from": "0001-01-01", "to": "0001-01-02"}, "This year cannot be used"),
        ({"account": ",".join(map(str, range(500)))}, "Give at most 200"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(finance: Client, past: Past, wrong: dict[str, str], words: str) -> None:
    answer = finance.get("/p/one/reports/by-account/", wrong)
    assert (answer.status_code, words in text_of(body(answer))) == (422, True)


def test_as_many_days_as_are_kept_can_be_asked_for(finance: Client, past: Past) -> None:
    years = {"when": "dates", "from": "2023-11-02", "to": "2026-11-01"}
    Collecting.objects.update_or_create(platform=Platform.objects.get(), defaults={"keep_days": 3660})
    assert "At most" not in text_of(body(finance.get("/p/one/reports/by-account/", years | {"by": "month"})))
    Collecting.objects.update(keep_days=30)
    assert "At most 400 days." in text_of(body(finance.get("/p/one/reports/by-account/", years)))


def test_hours_are_those_of_any_zone_that_there_is(finance: Client, past: Past) -> None:
    # Finance reads in UTC, the platform's clock is that of Shanghai.
    asked = days(past) | {"by": "whole", "zone": "Asia/Tokyo"}
    answer = finance.get("/p/one/reports/hours/", asked)
    assert answer.status_code == 200
    assert "Asia/Tokyo" in body(answer)
    assert finance.post("/p/one/reports/hours/file/", asked | {"format": "csv"}).status_code == 200
    assert "Asia/Tokyo" not in body(finance.get("/p/one/reports/hours/", asked | {"zone": ""}))


@pytest.mark.parametrize("zone", ["No/Where", "Asia", "../../etc/localtime", "/usr/share/zoneinfo/Asia/Tokyo", "tzdata.zi", "Asia/" * 5000])
def test_a_zone_that_there_is_not_is_refused(finance: Client, past: Past, zone: str) -> None:
    answer = finance.get("/p/one/reports/hours/", days(past) | {"by": "whole", "zone": zone})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["zone"]


def test_days_typed_over_those_of_a_choice_are_meant(finance: Client, past: Past) -> None:
    shown = {"when": "last-month", "shown": "2026-10-01 2026-10-31"}
    page = text_of(body(finance.get("/p/one/reports/by-account/", shown | {"from": "2026-10-30", "to": "2026-11-01"})))
    assert "2026-10-30 to 2026-11-01" in page
    page = text_of(body(finance.get("/p/one/reports/by-account/", shown | {"from": "2026-10-01", "to": "2026-10-31", "when": "today"})))
    assert "2026-10-01" not in page


def test_lines_are_paged_and_sorted_and_the_totals_are_of_all(finance: Client, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing_app.reports.pages.SIZE", 5)
    asked = days(past) | {"by": "day", "sort": "-totalFee"}
    first, second = (body(finance.get("/p/one/reports/by-account/", asked | {"page": page})) for page in ("1", "2"))
    total = money_text(sum(money(row["totalFee"]) for row in past.rows["account-fees"]))
    assert total in text_of(first)
    assert total in text_of(second)
    assert f"{len(past.rows['account-fees'])} lines" in text_of(first)
    highest = money_text(max(money(row["totalFee"]) for row in past.rows["account-fees"]))
    assert highest in first[: first.index("<tfoot")]
    assert highest not in second[second.index("<tbody") : second.index("<tfoot")]


def test_a_difference_is_marked_counted_and_found(finance: Client, past: Past, platform: Platform) -> None:
    row = past.rows["account-fees"][0]
    day = past.softswitch.state.clock.day_of(row["beginTime"])
    wrong = {**row, "totalFee": float(money(row["totalFee"]) + 7)}
    same_day = [each for each in past.rows["account-fees"] if each["beginTime"] == row["beginTime"] and each is not row]
    keep_rows(platform, [wrong, *same_day], past.accounts, day, day, ACCOUNT_FEES)
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert "1 line differs" in text_of(page)
    assert "Differs: 7.00" in text_of(page)
    only = body(finance.get("/p/one/reports/by-account/", days(past) | {"only": "1"}))
    assert "1 line" in text_of(only)
    assert only.count("<tr") == 3


def test_totals_of_what_is_not_all_there_are_not_shown_as_if_they_were(finance: Client, past: Past, platform: Platform) -> None:
    Day.objects.filter(dataset="account-fees", day=past.last).update(everybody=0)
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert page.index("Not everything that this report counts is kept.") < page.index("<tfoot")
    assert "Not complete" in text_of(page)


def test_nothing_kept_is_said(finance: Client, past: Past) -> None:
    page = text_of(body(finance.get("/p/one/reports/by-account/", {"when": "dates", "from": "2025-01-01", "to": "2025-01-03"})))
    assert "Nothing in these days" in page
    assert "Not complete: 0 of" in page


def test_the_store_that_cannot_be_read_is_said(finance: Client, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CDR_STORE", "/no/such/folder")
    answer = finance.get("/p/one/reports/by-account/", days(past))
    assert (answer.status_code, "nothing was changed" in text_of(answer.content.decode())) == (503, True)


def test_a_line_leads_to_its_calls(finance: Client, past: Past) -> None:
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    (link, *_others) = re.findall(r'href="(/p/one/cdrs/\?[^"]*)"', page)
    assert f"zone={quote_plus(past.zone)}" in link
    assert "account=" in link


def test_no_report_asks_the_softswitch(finance: Client, past: Past) -> None:
    past.softswitch.journal.clear()
    for name in REPORTS:
        finance.get(f"/p/one/reports/{name}/", given(past, name))
    assert len(past.softswitch.journal) == 0


def test_what_is_missing_can_be_fetched_by_a_job(finance: Client, past: Past, platform: Platform) -> None:
    Day.objects.filter(dataset="account-fees", day=past.last).update(everybody=0)
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert re.search(r"questions? to the softswitch, about", text_of(page))
    answer = finance.post("/p/one/reports/by-account/fetch/", days(past))
    job = Job.objects.get(kind="collect")
    assert (job.parameters["first"], job.parameters["accounts"]) == (past.first.isoformat(), None)
    back = answer.headers["Location"]
    assert back.startswith("/p/one/reports/by-account/?")
    _follows(finance, back, job)


def _follows(client: Client, back: str, job: Job) -> None:
    """Check that a report shows how far the job is that fetches what it lacks, until that has ended."""
    watched = f"/p/one/reports/by-account/?job={job.pk}"
    going = body(client.get(back))
    assert f'hx-get="{watched}" hx-trigger="every 2s"' in going
    assert f'href="/jobs/{job.pk}/"' in going
    # What is being fetched is not offered again.
    assert "/reports/by-account/fetch/" not in going
    (again,) = re.findall(r'<a href="([^"]+)">Show the report</a>', going)
    assert f"job={job.pk}" in again
    assert client.get(watched, headers={"HX-Request": "true"}).status_code == 204
    Job.objects.filter(pk=job.pk).update(state=State.DONE, finished_at=timezone.now())
    assert client.get(watched, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    ended = body(client.get(back))
    assert "every 2s" not in ended
    assert "/reports/by-account/fetch/" in ended
    assert "job=" not in re.findall(r'<a href="([^"]+)">Show the report</a>', ended)[0]


def test_days_that_nobody_can_have_fetched_are_said_so(finance: Client, past: Past) -> None:
    later = {"when": "dates", "from": "2030-01-01", "to": "2030-01-02"}
    answer = finance.post("/p/one/reports/by-account/fetch/", later, follow=True)
    assert "Nothing was started." in text_of(body(answer))
    assert not Job.objects.exists()


def test_an_agent_has_only_their_own_fetched(agent: Client, past: Past, platform: Platform) -> None:
    Day.objects.filter(dataset="account-fees", day=past.last).update(everybody=0)
    agent.post("/p/one/reports/by-account/fetch/", days(past))
    assert set(Job.objects.get(kind="collect").parameters["accounts"]) == tree(past)
    foreign = next(each for each in past.accounts if each not in tree(past))
    assert agent.post("/p/one/reports/by-account/fetch/", days(past) | {"account": foreign}).status_code == 422
    assert Job.objects.count() == 1


def test_an_hour_is_written_with_two_digits_on_both_sides(finance: Client, past: Past) -> None:
    page = body(finance.get("/p/one/reports/hours/", days(past) | {"by": "whole", "zone": past.zone}))
    shown = re.findall(r"[0-9]{2}:[0-9]{2}–[0-9]{2}:[0-9]{2}", page)
    assert shown == [f"{hour:02}:00–{hour + 1:02}:00" for hour in range(24) if f"{hour:02}:00–" in page]
    assert {"00:00–01:00", "09:00–10:00", "23:00–24:00"} <= set(shown)


def test_an_account_that_is_nowhere_known_is_refused(finance: Client, past: Past) -> None:
    for name in ("by-account", "statement", "calls-by-account"):
        answer = finance.get(f"/p/one/reports/{name}/", days(past) | {"account": "nosuch"})
        page = body(answer)
        assert (answer.status_code, "You see no such account." in text_of(page)) == (422, True)
        assert not {each for each in ("<table", "/file/", "Complete") if each in page}
        assert finance.post(f"/p/one/reports/{name}/file/", days(past) | {"account": "nosuch", "format": "csv"}).status_code == 422


def test_one_unknown_account_among_others_is_refused(finance: Client, past: Past) -> None:
    assert finance.get("/p/one/reports/by-account/", days(past) | {"account": f"{past.accounts[0]}, nosuch"}).status_code == 422


def test_an_account_that_is_gone_from_the_softswitch_is_reported_still(finance: Client, past: Past, platform: Platform) -> None:
    account = past.rows["payments"][0]["account"]
    body(finance.get("/p/one/reports/statement/", given(past, "statement")))
    Account.objects.filter(account=account).update(gone_at=NOON)
    assert finance.get("/p/one/reports/statement/", given(past, "statement")).status_code == 200
    assert AccountNumber.objects.filter(platform=platform, account=account).exists()
    Account.objects.filter(account=account).delete()
    assert finance.get("/p/one/reports/statement/", given(past, "statement")).status_code == 200


def test_days_to_come_are_not_called_complete(finance: Client, past: Past) -> None:
    page = text_of(body(finance.get("/p/one/reports/by-account/", {"when": "dates", "from": "2099-01-01", "to": "2099-01-03"})))
    assert "Nothing to keep: these days are still to come." in page
    assert "Complete" not in page


def test_days_before_an_account_was_there_are_not_called_complete(finance: Client, past: Past, platform: Platform) -> None:
    body(finance.get("/p/one/reports/by-account/", days(past)))
    AccountNumber.objects.filter(account=past.accounts[0]).update(since=past.last)
    Collecting.objects.update(numbered_at=NOON + timedelta(days=90))
    asked = {"when": "dates", "from": past.first.isoformat(), "to": past.first.isoformat(), "account": past.accounts[0]}
    page = text_of(body(finance.get("/p/one/reports/by-account/", asked)))
    assert "Nothing to keep: no such account was there in these days." in page


def test_one_account_day_is_spoken_of_as_one(finance: Client, past: Past) -> None:
    one = {"when": "dates", "from": past.last.isoformat(), "to": past.last.isoformat(), "account": past.accounts[0]}
    assert "Complete: 1 account-day is kept." in text_of(body(finance.get("/p/one/reports/payments/", one)))
    Day.objects.filter(day=past.last).update(everybody=0)
    assert "Not complete: the one account-day is not kept." in text_of(body(finance.get("/p/one/reports/payments/", one)))


def test_days_that_end_yesterday_are_called_full(finance: Client, past: Past) -> None:
    page = text_of(body(finance.get("/p/one/reports/by-account/", days(past))))
    assert {"Last 7 full days", "Last 30 full days"} <= set(re.findall(r"Last [0-9]+ full days", page))


@pytest.mark.parametrize(
    ("name", "wrong"), [("account", "nosuch"), ("from", "x"), ("to", "x"), ("n", "0"), ("by", "x"), ("when", "x"), ("group", "x")]
)
def test_a_wrong_field_says_so_to_everybody(finance: Client, past: Past, name: str, wrong: str) -> None:
    page = body(finance.get("/p/one/reports/by-account/", days(past) | {name: wrong}))
    (field,) = re.findall(rf'<(?:input|select)[^>]* id="{name}"[^>]*>', page)
    assert 'aria-invalid="true"' in field
    assert f'aria-describedby="e-{name}"' in field
    assert page.count('aria-invalid="true"') == page.count('id="e-') == 1
    assert "filters-top" in page


def test_a_form_with_nothing_wrong_says_nothing_is(finance: Client, past: Past) -> None:
    page = body(finance.get("/p/one/reports/by-account/", days(past)))
    assert not {each for each in ("aria-invalid", "filters-top") if each in page}
