from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.access.rights import Role
from portal.audit.models import AuditRow
from portal.platforms.models import Platform
from portal.vos3000.simulator import Simulator

NEW = {
    "name": "Bay 海湾",
    "base_url": "http://192.0.2.9:8080/",
    "time_zone": "Asia/Shanghai",
    "currency": "CNY",
    "tls": "verify",
    "enabled": "on",
}
Browser = Callable[[Role], Client]


@pytest.fixture
def root(browser: Browser) -> Client:
    return browser(Role.ADMINISTRATOR)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_platforms_are_the_administrators(platform: Platform, browser: Browser, role: Role) -> None:
    client = browser(role)
    for path in ("", "add/", "harbour/", "harbour/edit/"):
        assert client.get(f"/platforms/{path}").status_code == 403
    for path in ("test", "open", "close"):
        assert client.post(f"/platforms/harbour/{path}/").status_code == 403
    platform.refresh_from_db()
    assert platform.writable


def test_the_list_shows_each_with_its_state(platform: Platform, root: Client) -> None:
    Platform.objects.create(slug="bay", name="Bay", base_url="http://192.0.2.9", time_zone="UTC", enabled=False)
    page = root.get("/platforms/").content.decode()
    assert "Harbour" in page
    assert "Open for writing" in page
    assert "Read-only" in page
    assert "Disabled" in page


def test_a_platform_is_added_read_only_and_recorded(root: Client) -> None:
    answer = root.post("/platforms/add/", NEW, follow=True)
    platform = Platform.objects.get()
    assert (platform.slug, platform.base_url, platform.writable) == ("bay", "http://192.0.2.9:8080", False)
    assert answer.redirect_chain[-1][0] == "/platforms/bay/"
    row = AuditRow.objects.get()
    assert (row.event, row.user_name, row.platform_name) == ("platforms:platform:added", "administrator", "Bay 海湾")
    assert (row.after or {})["time_zone"] == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "ftp://192.0.2.9"),
        ("base_url", "http://root:secret@192.0.2.9"),
        ("base_url", "192.0.2.9:8080"),
        ("base_url", "http://192.0.2.9:99999"),
        ("base_url", "http://192.0.2.9/?a=1"),
        ("time_zone", "Mars/Olympus"),
        ("currency", "yuan"),
        ("ca_pem", "nonsense"),
        ("pin_sha256", "abc"),
        ("lacks", "GetNothing"),
        ("live_at_once", "0"),
        ("history_timeout_s", "-1"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(root: Client, field: str, value: str) -> None:
    answer = root.post("/platforms/add/", {**NEW, field: value})
    assert list(answer.context["form"].errors) == [field]
    assert not Platform.objects.exists()


@pytest.mark.parametrize(("tls", "field"), [("ca", "ca_pem"), ("pin", "pin_sha256")])
def test_a_way_to_judge_the_certificate_needs_its_means(root: Client, tls: str, field: str) -> None:
    answer = root.post("/platforms/add/", {**NEW, "tls": tls})
    assert list(answer.context["form"].errors) == [field]


def test_changing_keeps_before_and_after(platform: Platform, root: Client) -> None:
    values = {**NEW, "name": "Harbour", "base_url": platform.base_url, "live_at_once": "7", "lacks": "GetPerformance, CallBack"}
    root.post("/platforms/harbour/edit/", values)
    platform.refresh_from_db()
    assert platform.endpoint().limits.live_at_once == 7
    assert platform.lacks == ["CallBack", "GetPerformance"]
    assert platform.writable
    row = AuditRow.objects.get()
    assert ((row.before or {})["lacks"], (row.after or {})["lacks"]) == ([], ["CallBack", "GetPerformance"])


def test_opening_and_closing_is_recorded_once(platform: Platform, root: Client) -> None:
    for _ in range(2):
        root.post("/platforms/harbour/close/")
    platform.refresh_from_db()
    assert not platform.writable
    root.post("/platforms/harbour/open/")
    platform.refresh_from_db()
    assert platform.writable
    assert [row.event for row in AuditRow.objects.order_by("id")] == ["platforms:platform:closed", "platforms:platform:opened"]
    assert root.get("/platforms/harbour/open/").status_code == 405


def test_the_test_of_a_connection_says_how_it_is(platform: Platform, switch: Simulator, root: Client) -> None:
    answer = root.post("/platforms/harbour/test/", follow=True)
    assert said(answer) == ["The platform answers as a VOS3000 does."]
    assert AuditRow.objects.get().outcome == "fine"
    switch.options.allow_ip = ("192.0.2.200",)
    answer = root.post("/platforms/harbour/test/", follow=True)
    assert said(answer)[0].startswith("The platform refuses this portal's address.")


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        ("html", "not-vos"),
        ("empty", "not-vos"),
        ("hang", "too-slow"),
        ("redirect", "wrong-url"),
        ("error:-10007", "fine"),
        ("cut", "not-vos"),
    ],
)
def test_each_way_it_can_end_has_its_verdict(platform: Platform, switch: Simulator, root: Client, fault: str, verdict: str) -> None:
    switch.faults.add("GetSoftSwitch", fault, times=9)
    root.post("/platforms/harbour/test/")
    assert AuditRow.objects.get().outcome == verdict


@pytest.mark.parametrize(
    ("change", "verdict"), [("http://127.0.0.1:9", "unreachable"), ("{url}/elsewhere", "wrong-url"), ("https{rest}", "wrong-url")]
)
def test_a_wrong_address_has_its_verdict(platform: Platform, switch: Simulator, root: Client, change: str, verdict: str) -> None:
    Platform.objects.update(base_url=change.format(url=switch.url, rest=switch.url.removeprefix("http")))
    root.post("/platforms/harbour/test/")
    assert AuditRow.objects.get().outcome == verdict


def test_the_page_of_a_platform_warns_of_an_unsafe_one(platform: Platform, root: Client) -> None:
    Platform.objects.update(tls="none")
    assert "can read and change what is sent" in root.get("/platforms/harbour/").content.decode()
