"""Saving reports, opening them, and sharing them with a role: everybody sees with their own eyes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from billing_app.models import SavedReport
from billing_app.saved import keeping
from billing_app.saved.content import page_of
from billing_app.saved.links import save_url
from portal.access.models import User
from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.cdrs.conditions import Condition, How
from portal.cdrs.reports.asked import Asked, When
from portal.cdrs.seen import Span
from portal.cdrs.selection import Selection
from portal.directory.models import Gateway
from portal.platforms.models import Platform
from tests.billing_app.saved.conftest import Save
from tests.matrix.things import FOREIGN, GATEWAYS, OWN

pytestmark = pytest.mark.django_db
LogIn = Callable[[str], Client]
SAVED = "/reports/saved/"


def page(client: Client, path: str = SAVED) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_report_is_named_and_kept(log_in: LogIn, platform: Platform) -> None:
    client = log_in("finance")
    asked = Asked(report="by-account", platform=platform.slug, accounts=(OWN,), when=When.LAST_MONTH)
    url = save_url("report", platform, asked.as_json())
    assert "By account" in page(client, url)
    answer = client.post(url, {"title": "Fees of last month", "days": ""})
    kept = SavedReport.objects.get()
    assert answer.headers["Location"] == f"{SAVED}{kept.pk}/"
    assert (kept.owner.username, kept.kind, Asked.of_json(kept.asked)) == ("finance", "report", asked)
    assert "Fees of last month" in page(client)
    row = AuditRow.objects.get(event="billing:report:saved")
    assert (row.user_name, row.object_key, row.platform_id) == ("finance", "Fees of last month", platform.pk)


def test_days_may_move_instead(log_in: LogIn, platform: Platform) -> None:
    asked = Asked(report="by-account", platform=platform.slug, when=When.DATES, first=date(2026, 11, 1), last=date(2026, 11, 2))
    log_in("finance").post(save_url("report", platform, asked.as_json()), {"title": "x", "days": "yesterday"})
    assert SavedReport.objects.get().days == "yesterday"
    answer = log_in("finance").get(f"{SAVED}{SavedReport.objects.get().pk}/open/")
    target = urlsplit(answer.headers["Location"])
    assert target.path == f"/p/{platform.slug}/reports/by-account/"
    assert parse_qs(target.query)["when"] == ["yesterday"]
    assert "from" not in parse_qs(target.query)


def test_a_search_is_kept_with_its_span(log_in: LogIn, platform: Platform) -> None:
    selection = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000), accounts=(OWN,))
    log_in("finance").post(save_url("cdrs", platform, selection.as_json()), {"title": "Calls", "days": ""})
    assert Selection.of_json(SavedReport.objects.get().asked) == selection


def test_a_search_is_opened_with_its_columns_and_zone(log_in: LogIn, platform: Platform) -> None:
    client = log_in("finance")
    client.get(f"/p/{platform.slug}/cdrs/")
    asked = {"begin": "1795000000000", "end": "1795086400000", "zone": "Asia/Tokyo", "columns": ["start", "fee"]}
    html = client.get(f"/p/{platform.slug}/cdrs/", asked).content.decode()
    link = re.search(rf'href="({SAVED}new/[^"]+)"', html)
    assert link
    client.post(unescape(link.group(1)), {"title": "Calls", "days": ""})
    answer = client.get(f"{SAVED}{SavedReport.objects.get().pk}/open/")
    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (told["zone"], told["columns"], told["begin"]) == (["Asia/Tokyo"], ["start", "fee"], ["1795000000000"])


@pytest.mark.parametrize("kept", [{}, {"columns": 5}, {"columns": "start"}, {"zone": ""}])
def test_a_search_that_was_kept_without_them_opens_as_any(log_in: LogIn, platform: Platform, kept: dict[str, object]) -> None:
    selection = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000))
    client = log_in("finance")
    client.post(save_url("cdrs", platform, selection.as_json() | kept), {"title": "Calls", "days": ""})
    answer = client.get(f"{SAVED}{SavedReport.objects.get().pk}/open/")
    assert not {"zone", "columns"} & parse_qs(urlsplit(answer.headers["Location"]).query).keys()
    assert client.get(answer.headers["Location"]).status_code == 200


#: Python reads each of these; a page, a job or PostgreSQL would not.
UNKEPT_OF_REPORTS: list[dict[str, Any]] = [
    {"accounts": ["1\x00"]},
    {"accounts": ["\ud800"]},
    {"sort": "fee\x00"},
    {"group": "\udfff"},
    {"zone": "No/Where"},
    {"zone": "../../etc/localtime"},
    {"length": float("inf")},
    {"sort": json.loads("[" * 900 + "]" * 900)},
]
UNKEPT_OF_SEARCHES: list[dict[str, Any]] = [
    {"accounts": ["1\x00"]},
    {"begin_ms": float("inf")},
    {"conditions": [["callerE164", "is", "1\x00"]]},
    {"conditions": [["callerE164", "is", "\ud800"]]},
]


def _report(**words: Any) -> str:
    # A number too large is how an address says what Python then takes for infinite.
    return json.dumps(Asked(report="by-account", platform="harbour").as_json() | words).replace("Infinity", "1e999")


def _search(**words: Any) -> str:
    return json.dumps(Selection(span=Span(0, 1)).as_json() | words).replace("Infinity", "1e999")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "else"},
        {"platform": "no-such"},
        {"platform": "elsewhere"},
        {"asked": "{"},
        {"asked": "[]"},
        {"asked": "{}"},
        {"asked": json.dumps({"report": "by-account"})},
        {"asked": json.dumps(Asked(report="no-such", platform="harbour").as_json())},
        {"asked": json.dumps(Asked(report="by-account", platform="elsewhere").as_json())},
        {"kind": "cdrs"},
        {"kind": "cdrs", "asked": json.dumps({"begin_ms": [], "end_ms": {}})},
        {"asked": "[" * 1500},
        {"asked": '{"a":' * 1500},
        *({"asked": _report(**each)} for each in UNKEPT_OF_REPORTS),
        *({"kind": "cdrs", "asked": _search(**each)} for each in UNKEPT_OF_SEARCHES),
    ],
)
def test_what_nobody_could_ask_is_not_kept(log_in: LogIn, platform: Platform, change: dict[str, str]) -> None:
    asked = Asked(report="by-account", platform=platform.slug).as_json()
    given = {"kind": "report", "platform": platform.slug, "asked": json.dumps(asked)} | change
    client = log_in("finance")
    assert client.get(f"{SAVED}new/", given).status_code == 404
    assert client.post(f"{SAVED}new/", {"title": "x"}, query_params=given).status_code == 404
    assert not SavedReport.objects.exists()


def test_an_agent_keeps_nothing_that_names_others_accounts(log_in: LogIn, platform: Platform) -> None:
    client = log_in("north")
    foreign = Asked(report="by-account", platform=platform.slug, accounts=(FOREIGN,))
    nothing = Asked(report="by-account", platform=platform.slug, accounts=("7777777",))
    assert [client.get(save_url("report", platform, each.as_json())).status_code for each in (foreign, nothing)] == [404, 404]
    hidden = Selection(span=Span(0, 1), sort="calleeGateway")
    assert client.get(save_url("cdrs", platform, hidden.as_json())).status_code == 404
    own = Asked(report="by-account", platform=platform.slug, accounts=(OWN,))
    assert client.get(save_url("report", platform, own.as_json())).status_code == 200


def test_only_its_owner_sees_changes_and_removes_it(log_in: LogIn, save: Save) -> None:
    saved = save("finance")
    for name in ("root", "north"):
        client = log_in(name)
        assert "Fees" not in page(client)
        for step in ("", "open/", "change/", "remove/", "schedule/"):
            assert client.get(f"{SAVED}{saved.pk}/{step}").status_code == 404, step
        for step in ("change/", "remove/", "schedule/", "rest/", "wanted/"):
            assert client.post(f"{SAVED}{saved.pk}/{step}", {"title": "taken"}).status_code == 404, step
    client = log_in("finance")
    client.post(f"{SAVED}{saved.pk}/change/", {"title": "Fees, all", "days": "last-month"})
    saved.refresh_from_db()
    assert (saved.title, saved.days) == ("Fees, all", "last-month")
    assert "Fees, all" in page(client, f"{SAVED}{saved.pk}/remove/")
    client.post(f"{SAVED}{saved.pk}/remove/")
    assert not SavedReport.objects.exists()
    assert AuditRow.objects.filter(event="billing:report:removed", object_key="Fees, all").count() == 1


def shared(log_in: LogIn, saved: SavedReport, role: str) -> SavedReport:
    log_in("finance").post(f"{SAVED}{saved.pk}/change/", {"title": saved.title, "days": "", "shared_with": role})
    saved.refresh_from_db()
    return saved


def test_a_role_sees_what_is_shared_with_it_and_cannot_change_it(log_in: LogIn, save: Save) -> None:
    saved = shared(log_in, save("finance", accounts=(OWN,)), Role.AUDITOR)
    assert saved.shared_with == Role.AUDITOR
    assert AuditRow.objects.filter(event="billing:report:shared").count() == 1
    client = log_in("auditor")
    assert "Fees" in page(client)
    told = page(client, f"{SAVED}{saved.pk}/")
    assert "/open/" in told
    assert "/change/" not in told
    assert client.get(f"{SAVED}{saved.pk}/open/").status_code == 302
    assert client.get(f"{SAVED}{saved.pk}/change/").status_code == 404
    assert log_in("support").get(f"{SAVED}{saved.pk}/").status_code == 404


def test_an_agent_is_not_told_of_a_shared_report_that_names_others_accounts(log_in: LogIn, save: Save) -> None:
    own = shared(log_in, save("finance", "Of the whole tree"), "reseller")
    foreign = shared(log_in, save("finance", "Of somebody else", accounts=(FOREIGN,)), "reseller")
    client = log_in("north")
    told = page(client)
    assert "Of the whole tree" in told
    assert "Of somebody else" not in told
    assert "Staff" in told
    assert "finance" not in told
    assert client.get(f"{SAVED}{own.pk}/").status_code == 200
    assert [client.get(f"{SAVED}{foreign.pk}/{step}").status_code for step in ("", "open/")] == [404, 404]


@pytest.mark.parametrize(("name", "names"), [("agentAccount", {OWN: OWN, FOREIGN: FOREIGN}), ("callerGateway", GATEWAYS)])
@pytest.mark.parametrize("how", [How.IS, How.BEGINS, How.CONTAINS])
def test_nor_of_a_shared_search_whose_conditions_name_what_is_others(
    log_in: LogIn, people: dict[str, User], platform: Platform, name: str, names: dict[str, str], how: How
) -> None:
    Gateway.objects.get_or_create(platform=platform, name=GATEWAYS[OWN], defaults={"account": OWN, "refreshed_at": timezone.now()})
    found = {}
    for account, value in names.items():
        asked = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000), conditions=(Condition(name, how, value),)).as_json()
        saved = SavedReport.objects.create(
            owner=people["finance"], title="Calls", kind="cdrs", platform=platform, asked=asked, shared_with="reseller"
        )
        found[account] = log_in("north").get(f"{SAVED}{saved.pk}/open/").status_code
    assert found == {OWN: 302, FOREIGN: 404}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", ""])
def test_days_that_move_are_those_of_the_zone_of_a_search(log_in: LogIn, people: dict[str, User], platform: Platform, zone: str) -> None:
    asked = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000)).as_json() | {"zone": zone}
    saved = SavedReport.objects.create(
        owner=people["finance"], title="Calls", kind="cdrs", platform=platform, asked=asked, days="yesterday"
    )
    now = datetime(2026, 11, 22, 17, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        told = parse_qs(urlsplit(page_of(saved, now)).query)
    clock = ZoneInfo(zone or platform.time_zone)
    today = now.astimezone(clock).replace(hour=0, minute=0, second=0, microsecond=0)
    assert (int(told["begin"][0]), int(told["end"][0])) == tuple(
        int(each.timestamp() * 1000) for each in (today - timedelta(days=1), today)
    )


def test_what_an_owner_shared_is_gone_with_them(log_in: LogIn, save: Save, people: dict[str, User]) -> None:
    saved = shared(log_in, save("finance"), Role.AUDITOR)
    User.objects.filter(pk=people["finance"].pk).update(is_active=False)
    assert log_in("auditor").get(f"{SAVED}{saved.pk}/").status_code == 404


def test_sharing_needs_its_right(log_in: LogIn, save: Save) -> None:
    saved = save("north")
    client = log_in("north")
    assert "shared_with" not in page(client, f"{SAVED}{saved.pk}/change/")
    client.post(f"{SAVED}{saved.pk}/change/", {"title": "Fees", "days": "", "shared_with": "reseller"})
    saved.refresh_from_db()
    assert saved.shared_with == ""


def test_what_cannot_be_asked_any_more_can_still_be_removed(log_in: LogIn, save: Save) -> None:
    saved = save("finance")
    SavedReport.objects.filter(pk=saved.pk).update(asked={"report": "of-another-version"})
    client = log_in("finance")
    assert "Fees" in page(client)
    assert "cannot be opened now" in page(client, f"{SAVED}{saved.pk}/")
    assert client.get(f"{SAVED}{saved.pk}/open/").status_code == 404
    assert client.get(f"{SAVED}{saved.pk}/schedule/").status_code == 200
    client.post(f"{SAVED}{saved.pk}/remove/")
    assert not SavedReport.objects.exists()


def test_nobody_keeps_without_end(log_in: LogIn, save: Save, platform: Platform, monkeypatch: Any) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    save("finance")
    url = save_url("report", platform, Asked(report="by-account", platform=platform.slug).as_json())
    answer = log_in("finance").post(url, {"title": "One more", "days": ""})
    assert answer.status_code == 422
    assert b"nothing was saved" in answer.content
    assert SavedReport.objects.count() == 1


@pytest.mark.parametrize("name", ["finance", "north"])
def test_in_chinese(log_in: LogIn, save: Save, name: str) -> None:
    save(name)
    User.objects.filter(username=name).update(language="zh-hans")
    shown = page(log_in(name))
    assert "moving with the calendar" not in shown
    with translation.override("zh-hans"):
        assert _("as asked, moving with the calendar") in shown
        assert f"<h1>{_('Saved reports')}" in shown


@pytest.mark.parametrize("span", [Span(10**18, 10**18 + 1), Span(5, 1), Span(0, 10**14), Span(1_700_000_000_000, 1_799_000_000_000)])
def test_a_search_of_no_time_that_can_be_asked_is_not_kept(log_in: LogIn, platform: Platform, span: Span) -> None:
    url = save_url("cdrs", platform, Selection(span=span).as_json())
    assert log_in("finance").post(url, {"title": "Too long", "days": ""}).status_code == 404
    assert not SavedReport.objects.exists()


def test_what_is_no_number_is_not_kept(log_in: LogIn, platform: Platform) -> None:
    asked = Asked(report="by-account", platform=platform.slug).as_json() | {"below": float("nan")}
    url = save_url("report", platform, asked)
    assert "NaN" in url
    assert log_in("finance").post(url, {"title": "Odd", "days": ""}).status_code == 404
    assert not SavedReport.objects.exists()


NUL = "\x00"


def test_of_a_report_only_what_is_understood_is_kept(log_in: LogIn, platform: Platform) -> None:
    asked = Asked(report="by-account", platform=platform.slug, accounts=(OWN,)).as_json()
    url = save_url("report", platform, asked | {"x": NUL, NUL: 1, "length": "7", "columns": [NUL]})
    assert log_in("finance").post(url, {"title": "Fees", "days": "yesterday"}).status_code == 302
    assert SavedReport.objects.get().asked == asked


def test_of_a_search_only_what_is_understood_is_kept(log_in: LogIn, platform: Platform) -> None:
    selection = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000), accounts=(OWN,)).as_json()
    given = {"x": NUL, "columns": ["fee", "no-such", NUL, ["start"], "start", "fee"], "zone": "Asia/Tokyo"}
    client = log_in("finance")
    assert client.post(save_url("cdrs", platform, selection | given), {"title": "Calls", "days": ""}).status_code == 302
    assert SavedReport.objects.get().asked == selection | {"columns": ["fee", "start"], "zone": "Asia/Tokyo"}


@pytest.mark.parametrize("zone", ["No/Where", "../../etc/localtime", NUL, ["UTC"], "A" * 5000, None])
def test_a_zone_that_there_is_not_is_not_kept_with_a_search(log_in: LogIn, platform: Platform, zone: object) -> None:
    selection = Selection(span=Span(1_795_000_000_000, 1_795_086_400_000)).as_json()
    client = log_in("finance")
    assert client.post(save_url("cdrs", platform, selection | {"zone": zone}), {"title": "Calls", "days": ""}).status_code == 302
    assert SavedReport.objects.get().asked == selection
    assert client.get(client.get(f"{SAVED}{SavedReport.objects.get().pk}/open/").headers["Location"]).status_code == 200


@pytest.mark.parametrize("wrong", [{"title": f"a{NUL}b"}, {"days": NUL}])
def test_what_no_database_keeps_is_refused_beside_its_field(log_in: LogIn, save: Save, platform: Platform, wrong: dict[str, str]) -> None:
    asked = Asked(report="by-account", platform=platform.slug).as_json()
    client, kept = log_in("finance"), save("finance")
    for url in (save_url("report", platform, asked), f"{SAVED}{kept.pk}/change/"):
        answer = client.post(url, {"title": "Other", "days": ""} | wrong)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == list(wrong)
    assert [each.title for each in SavedReport.objects.all()] == ["Fees"]


def test_hours_of_a_zone_are_opened_by_a_reader_in_another(log_in: LogIn, save: Save) -> None:
    saved = shared(log_in, save("finance", report="hours", zone="Asia/Tokyo"), Role.AUDITOR)
    client = log_in("auditor")
    answer = client.get(client.get(f"{SAVED}{saved.pk}/open/").headers["Location"])
    assert answer.status_code == 200
    assert re.search(r'<option value="Asia/Tokyo"\s+selected', answer.content.decode())
