"""A resource that is only declared has the same pages as accounts and phones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.access.models import User
from portal.access.rights import Role
from portal.platforms.models import Platform
from portal.vos3000.simulator import Options, Simulator, serve
from tests.accounts_app.reading_pages import form_of, words_of

QUICK = {"live_timeout_s": 2, "connect_s": 1, "wait_s": 2}
GATEWAYS = {"mapping_gateway": "GatewayMapping", "routing_gateway": "GatewayRouting"}

pytestmark = pytest.mark.urls("tests.ui.objects.urls")


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with serve(Options(accounts=4, phones=4, agents=1, gateways=2, cdrs_per_day=0, days=2)) as simulator:
        yield simulator


@pytest.fixture
def softswitch(running: Simulator) -> Simulator:
    running.faults.clear()
    running.journal.clear()
    return running


@pytest.fixture
def root(db: None, softswitch: Simulator) -> Client:
    """Return the browser of an administrator of one platform, which is the softswitch."""
    Platform.objects.create(slug="one", name="One", base_url=softswitch.url, time_zone="UTC", writable=True, limits=QUICK)
    client = Client()
    client.force_login(User.objects.create_user("root", role=Role.ADMINISTRATOR))
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def asked(softswitch: Simulator, interface: str) -> list[Any]:
    return [entry.request for entry in softswitch.journal.of(interface)]


@pytest.mark.parametrize("resource", GATEWAYS)
def test_a_gateway_is_made_changed_and_deleted(root: Client, softswitch: Simulator, resource: str) -> None:
    name = f"carrier/{resource}"
    new = reverse(f"things:{resource}-create", args=["one"])
    made = root.post(new, form_of(text(root.get(new))).sent(name=name, memo="first"))
    assert made.status_code == 200, words_of(text(made))
    assert asked(softswitch, f"Create{GATEWAYS[resource]}") == [{"name": name, "memo": "first"}]

    hub = root.get(reverse(f"things:{resource}", args=["one", name]))
    assert "Memo first" in words_of(text(hub))

    change = reverse(f"things:{resource}-change", args=["one", name])
    preview = root.post(change, form_of(text(root.get(change))).sent(memo="second"))
    assert "Memo first second" in words_of(text(preview))
    changed = root.post(change, form_of(text(preview)).sent("Send the change"))
    assert "Memo second" in words_of(text(changed))
    assert asked(softswitch, f"Modify{GATEWAYS[resource]}") == [{"name": name, "memo": "second"}]

    delete = reverse(f"things:{resource}-delete", args=["one", name])
    gone = root.post(delete, form_of(text(root.get(delete))).sent(typed=name))
    assert gone.status_code == 200, words_of(text(gone))
    assert root.get(reverse(f"things:{resource}", args=["one", name])).status_code == 404


@pytest.mark.parametrize("resource", GATEWAYS)
def test_a_gateways_secret_is_never_in_a_page(root: Client, softswitch: Simulator, resource: str) -> None:
    new = reverse(f"things:{resource}-create", args=["one"])
    made = root.post(new, form_of(text(root.get(new))).sent(name=f"secret-{resource}", password="g4teway-secret"))
    assert made.status_code == 200, words_of(text(made))
    assert "g4teway-secret" not in text(made)
    assert "g4teway-secret" not in text(root.get(reverse(f"things:{resource}", args=["one", f"secret-{resource}"])))


def test_an_object_whose_key_is_a_number_is_found_by_it(root: Client, softswitch: Simulator) -> None:
    key = next(iter(softswitch.state.ivr_audios))
    change = reverse("things:ivr_audio-change", args=["one", str(key)])
    preview = root.post(change, form_of(text(root.get(change))).sent(memo="heard"))
    done = root.post(change, form_of(text(preview)).sent("Send the change"))
    assert "Done:" in words_of(text(done))
    assert asked(softswitch, "ModifyIvrAudio")[0]["id"] == key
    delete = reverse("things:ivr_audio-delete", args=["one", str(key)])
    root.post(delete, form_of(text(root.get(delete))).sent(typed=str(key)))
    assert asked(softswitch, "DeleteIvrAudio") == [{"id": key}]


def test_an_object_whose_key_the_softswitch_makes_up_is_shown_by_it(root: Client, softswitch: Simulator) -> None:
    new = reverse("things:ivr_audio-create", args=["one"])
    made = root.post(new, form_of(text(root.get(new))).sent(type="1", name="greeting"))
    assert made.status_code == 200, words_of(text(made))
    key = max(softswitch.state.ivr_audios)
    assert f'href="{reverse("things:ivr_audio", args=["one", str(key)])}"' in text(made)


def test_a_platform_that_is_down_says_so_where_no_last_state_is_kept(root: Client, softswitch: Simulator) -> None:
    softswitch.faults.add("*", "html403", None)
    answer = root.get(reverse("things:mapping_gateway", args=["one", "any"]))
    assert answer.status_code == 502
    assert "The platform refuses this portal's address." in words_of(text(answer))


@pytest.mark.parametrize("key", ["", "123abc", "１２", "1" * 40])
def test_what_can_be_no_key_is_not_there(root: Client, softswitch: Simulator, key: str) -> None:
    assert root.get(f"/p/one/things-audio/{key}/").status_code == 404
    assert len(softswitch.journal) == 0
