from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.access import log_ins
from portal.access.actor import Actor, session_hash
from portal.access.models import LogIn, OneTimeLink, User
from portal.access.rights import Role
from portal.access.tasks import close_log_ins
from portal.audit.models import AuditRow
from tests.access.conftest import PASSWORD, Clock, Enter, events, is_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECURITY = "/settings/security/"
POLL = {"HX-Request": "true", "X-By-Itself": "1"}


def test_a_log_in_has_a_row_that_the_audit_knows(client: Client, mei: User, enter: Enter) -> None:
    more: Any = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": FIREFOX}
    enter(**more)
    row = LogIn.objects.get()
    assert (row.user, row.address, row.browser, row.factor) == (mei, "192.0.2.7", FIREFOX, "")
    assert row.name == AuditRow.objects.get().session == session_hash(client.session.session_key)


def test_half_an_hour_without_a_person_ends_it(clock: Clock, inside: Client) -> None:
    clock.shift(timedelta(minutes=29))
    assert inside.get("/settings/").status_code == 200
    clock.shift(timedelta(minutes=30))
    assert inside.get("/settings/").status_code == 200
    clock.shift(timedelta(minutes=30, seconds=1))
    answer = inside.get("/settings/?x=1")
    assert answer.headers["Location"] == "/log-in/?ended=1&next=/settings/%3Fx%3D1"
    assert not is_in(inside)
    assert events() == ["access:session:expired"]
    assert LogIn.objects.get().ended_at == timezone.now()
    assert "ran out or was ended" in inside.get(answer.headers["Location"]).content.decode()


def test_twelve_hours_end_it_whatever_somebody_does(clock: Clock, inside: Client) -> None:
    for _quarter in range(4 * 12):
        assert inside.get("/settings/").status_code == 200
        clock.shift(timedelta(minutes=15))
    clock.shift(timedelta(seconds=1))
    assert inside.get("/settings/").status_code == 302


def test_a_page_that_looks_again_by_itself_keeps_nobody_logged_in(clock: Clock, inside: Client) -> None:
    for _minute in range(30):
        clock.shift(timedelta(minutes=1))
        assert inside.get("/settings/", headers=POLL).status_code == 200
    clock.shift(timedelta(seconds=1))
    answer = inside.get("/settings/", headers={**POLL, "HX-Current-URL": "http://testserver/audit/"})
    assert answer.headers["HX-Redirect"] == "/log-in/?ended=1&next=/audit/"


def test_what_was_sent_too_late_is_said_not_to_be_done(clock: Clock, inside: Client, mei: User) -> None:
    clock.shift(timedelta(minutes=31))
    answer = inside.post(
        "/settings/", {"language": "zh-hans", "time_zone": "UTC"}, headers={"Referer": "http://testserver/settings/?tab=1"}
    )
    assert answer.headers["Location"] == "/log-in/?ended=1&lost=1&next=/settings/%3Ftab%3D1"
    assert "What you sent was not carried out" in inside.get(answer.headers["Location"]).content.decode()
    mei.refresh_from_db()
    assert mei.language == "en"


@pytest.mark.parametrize("referer", ["", "https://evil.example/settings/"])
def test_the_way_back_after_a_lost_form_is_one_of_ours(clock: Clock, inside: Client, referer: str) -> None:
    clock.shift(timedelta(minutes=31))
    answer = inside.post("/settings/", {}, headers={"Referer": referer})
    assert answer.headers["Location"] == "/log-in/?ended=1&lost=1&next=/"


def test_being_there_is_written_once_a_minute(clock: Clock, inside: Client, mei: User) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as made:
            inside.get("/settings/")
        return sum(not each["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE", "BEGIN")) for each in made)

    clock.shift(timedelta(seconds=59))
    assert writes() == 0
    clock.shift(timedelta(seconds=1))
    assert writes() == 3
    assert writes() == 0
    mei.refresh_from_db()
    assert mei.last_seen_at == LogIn.objects.get().seen_at == timezone.now()


def test_logging_out_closes_the_row(inside: Client) -> None:
    inside.post("/log-out/")
    assert LogIn.objects.get().ended_at is not None


def test_one_of_ones_log_ins_is_ended_from_another(inside: Client, mei: User) -> None:
    other = Client(headers={"User-Agent": FIREFOX})
    other.force_login(mei)
    row = LogIn.objects.get(session_key=other.session.session_key)
    page = inside.get(SECURITY).content.decode()
    assert page.count("End this one") == 1
    assert "This one" in page
    inside.post(f"{SECURITY}log-ins/{row.pk}/end/")
    assert not Session.objects.filter(session_key=row.session_key).exists()
    assert other.get("/settings/").headers["Location"] == "/log-in/?ended=1&next=/settings/"
    assert inside.get("/settings/").status_code == 200
    told = AuditRow.objects.get()
    assert (told.event, told.user_name, told.object_key) == ("access:session:ended", "Mei", "Mei")
    assert (told.after or {})["log_in"] == row.name


def test_all_others_are_ended_and_this_one_stays(inside: Client, mei: User) -> None:
    others = [Client(), Client()]
    for each in others:
        each.force_login(mei)
    inside.post(f"{SECURITY}log-ins/end/")
    assert [is_in(each) for each in others] == [False, False]
    assert inside.get(SECURITY).status_code == 200
    assert events() == ["access:session:ended"] * 2


def test_somebody_elses_log_in_is_not_there(inside: Client, root: User) -> None:
    other = Client()
    other.force_login(root)
    row = LogIn.objects.get(user=root)
    assert inside.post(f"{SECURITY}log-ins/{row.pk}/end/").status_code == 404
    assert other.get("/settings/").status_code == 200
    assert "192.0.2" not in inside.get(SECURITY).content.decode()


def test_a_request_under_way_does_not_bring_an_ended_log_in_back(inside: Client, mei: User) -> None:
    session = inside.session
    session["late"] = 1
    log_ins.end_all(mei, Actor.system("test"))
    with pytest.raises(UpdateError):
        session.save()
    assert inside.get("/settings/").status_code == 302


def test_rows_of_log_ins_that_nobody_used_again_are_closed(clock: Clock, inside: Client, mei: User) -> None:
    clock.shift(timedelta(minutes=31))
    assert list(log_ins.open_log_ins(mei)) == []
    assert close_log_ins() == 1
    assert close_log_ins() == 0
    assert events() == ["access:session:expired"]
    assert inside.get("/settings/").status_code == 302
    assert events() == ["access:session:expired"]


def test_the_next_log_in_closes_them_too(clock: Clock, client: Client, mei: User, enter: Enter) -> None:
    enter()
    clock.shift(timedelta(hours=13))
    enter(browser=Client())
    assert LogIn.objects.filter(ended_at=None).count() == 1


def test_a_password_set_by_a_link_ends_the_log_ins(inside: Client, mei: User) -> None:
    new = "another long one 9"
    Client().post(f"/password/{OneTimeLink.objects.issue(mei)}/", {"password": new, "again": new})
    assert inside.get("/settings/").status_code == 302
    assert events() == ["access:link:used", "access:session:ended"]


def test_a_session_of_unknown_origin_is_no_log_in(inside: Client) -> None:
    session = inside.session
    del session[log_ins.OPENED]
    session.save()
    assert inside.get("/settings/").status_code == 302


def test_people_let_in_by_somebody_who_is_out_are_out(client: Client, mei: User, enter: Enter) -> None:
    User.objects.create_user("sub", PASSWORD, role=Role.SUPPORT, parent=mei)
    enter("sub")
    assert client.get("/settings/").status_code == 200
    User.objects.filter(pk=mei.pk).update(is_active=False)
    assert client.get("/settings/").status_code == 302


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
            "Safari, macOS",
        ),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Linux"),
        ("something else", ""),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_two_words(told: str, name: str) -> None:
    assert log_ins.browser_name(told) == name


def test_logging_in_again_where_one_is_logged_in_is_a_new_log_in(inside: Client, mei: User) -> None:
    first = inside.session.session_key
    inside.force_login(mei)
    assert inside.session.session_key != first
    assert LogIn.objects.get(ended_at=None).session_key == inside.session.session_key
    assert LogIn.objects.count() == 2
