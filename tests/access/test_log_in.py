from __future__ import annotations

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from portal.access.models import User
from portal.audit.models import AuditRow

PASSWORD = "a long enough one"
LOG_IN = "/log-in/"


def enter(client: Client, **changes: str) -> object:
    return client.post(LOG_IN, {"username": "mei", "password": PASSWORD, **changes})


def test_a_person_comes_in_with_a_new_session(client: Client, mei: User) -> None:
    client.get(LOG_IN)
    session = client.session
    session["marker"] = 1
    session.save()
    before = session.session_key
    answer = enter(client)
    assert answer.url == reverse("home")  # type: ignore[attr-defined]
    assert client.session.session_key != before
    row = AuditRow.objects.get()
    assert (row.event, row.user_name, row.role, row.address) == ("access:session:opened", "Mei", "support", "127.0.0.1")
    assert row.session
    assert str(client.session.session_key) not in row.session


def test_a_wrong_password_is_refused_and_recorded(client: Client, mei: User) -> None:
    answer = enter(client, password="wrong")
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "_auth_user_id" not in client.session
    assert AuditRow.objects.get().event == "access:session:refused"
    assert AuditRow.objects.get().user_name == "Mei"


def test_a_password_typed_as_a_name_is_not_kept(client: Client, mei: User) -> None:
    enter(client, username=PASSWORD)
    assert PASSWORD not in repr(list(AuditRow.objects.values()))


@pytest.mark.parametrize("name", ["me\x00i", "\x00", "mei\x00", "x" * 5000, "\u202emei"])
def test_a_strange_name_is_refused_like_any_other(client: Client, mei: User, name: str) -> None:
    answer = enter(client, username=name)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    assert "_auth_user_id" not in client.session
    assert AuditRow.objects.get().event == "access:session:refused"


def test_an_unknown_name_costs_what_a_wrong_password_costs(client: Client, mei: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever measures the time learns nothing: a hash is made in every case."""
    made: list[str] = []
    plain = MD5PasswordHasher.encode

    def encode(self: MD5PasswordHasher, password: str, salt: str) -> str:
        made.append(password)
        return str(plain(self, password, salt))

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    for name, password in (("mei", "wrong"), ("nobody", "wrong"), ("mei", PASSWORD), ("idle", "wrong")):
        made.clear()
        if name == "idle":
            User.objects.create_user("idle", None, role=mei.role)
            made.clear()
        User.objects.filter(username="Mei").update(is_active=password != PASSWORD)
        enter(client, username=name, password=password)
        assert made == [password] or (name == "idle" and len(made) == 1), name
        assert "_auth_user_id" not in client.session


def test_somebody_who_is_not_active_stays_out(client: Client, mei: User) -> None:
    User.objects.update(is_active=False)
    enter(client)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wanted", "led"),
    [("/settings/", "/settings/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/")],
)
def test_the_way_on_is_one_of_ours(client: Client, mei: User, wanted: str, led: str) -> None:
    assert enter(client, next=wanted).url == led  # type: ignore[attr-defined]


def test_a_page_without_a_log_in_leads_there_and_back(client: Client, mei: User) -> None:
    answer = client.get("/settings/?x=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/log-in/?next=/settings/%3Fx%3D1"


def test_a_fragment_without_a_log_in_leads_the_whole_page_there(client: Client, mei: User) -> None:
    answer = client.get("/settings/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/audit/?page=2"})
    assert answer.headers["HX-Redirect"] == "/log-in/?next=/audit/%3Fpage%3D2"
    assert answer.content == b""


def test_logging_out_ends_the_session(client: Client, mei: User) -> None:
    enter(client)
    assert client.get("/log-out/").status_code == 405
    client.post("/log-out/")
    assert "_auth_user_id" not in client.session
    assert AuditRow.objects.order_by("-id")[0].event == "access:session:closed"


def test_demo_people_are_kept_out_elsewhere(client: Client, mei: User, settings: object) -> None:
    User.objects.update(is_demo=True)
    enter(client)
    assert "_auth_user_id" not in client.session
    settings.PORTAL_DEMO = True  # type: ignore[attr-defined]
    enter(client)
    assert "_auth_user_id" in client.session
    settings.PORTAL_DEMO = False  # type: ignore[attr-defined]
    assert client.get("/settings/").status_code == 302


def test_no_page_of_a_log_in_is_kept_by_a_cache(client: Client, mei: User) -> None:
    assert "no-store" in client.get(LOG_IN).headers["Cache-Control"]


def test_a_log_in_needs_the_token_of_its_form(mei: User) -> None:
    client = Client(enforce_csrf_checks=True)
    assert enter(client).status_code == 403  # type: ignore[attr-defined]
    client.get(LOG_IN)
    token = client.cookies["csrftoken"].value
    assert enter(client, csrfmiddlewaretoken=token).status_code == 302  # type: ignore[attr-defined]
    assert client.cookies["csrftoken"].value != token
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"


def test_another_hosts_name_is_no_address_of_the_portal(client: Client, mei: User) -> None:
    assert client.get(LOG_IN, headers={"host": "evil.example"}).status_code == 400
    answer = client.post(LOG_IN, {"username": "mei", "password": PASSWORD}, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "_auth_user_id" not in client.session
