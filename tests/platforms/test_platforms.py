from __future__ import annotations

import io
from dataclasses import fields

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from portal.platforms.models import Platform
from portal.platforms.probe import verdict_of
from portal.platforms.validators import MOST, clean_base_url, valid_base_url, valid_limits, valid_pin
from portal.vos3000 import errors
from portal.vos3000.endpoint import Limits, Tls


def add(*words: str) -> str:
    out = io.StringIO()
    call_command("platform", *words, stdout=out)
    return out.getvalue()


def test_a_platform_is_added_read_only(db: None) -> None:
    assert "read-only" in add("add", "Harbour East", "http://192.0.2.1:8080/external/server/", "--timezone", "Asia/Shanghai")
    platform = Platform.objects.get()
    assert (platform.slug, platform.base_url, platform.currency) == ("harbour-east", "http://192.0.2.1:8080", "CNY")
    assert not platform.writable


def test_it_can_be_opened_at_once_and_is_listed(db: None) -> None:
    add("add", "Summit", "https://vos.example", "--timezone", "Europe/Berlin", "--currency", "EUR", "--writable")
    assert add("list").split() == ["summit", "Summit", "https://vos.example", "Europe/Berlin", "EUR", "writable"]


def test_names_without_latin_letters_get_a_number(db: None) -> None:
    for name in ("海港", "山峰"):
        add("add", name, "http://192.0.2.1", "--timezone", "UTC")
    assert set(Platform.objects.values_list("slug", flat=True)) == {"platform", "platform-2"}


@pytest.mark.parametrize(
    "words",
    [
        ("Bay", "ftp://192.0.2.1", "--timezone", "UTC"),
        ("Bay", "http://me:secret@192.0.2.1", "--timezone", "UTC"),
        ("Bay", "http://192.0.2.1", "--timezone", "Mars/Olympus"),
        ("Bay", "http://192.0.2.1", "--timezone", "UTC", "--currency", "euro"),
        ("", "http://192.0.2.1", "--timezone", "UTC"),
    ],
)
def test_what_cannot_be_is_refused(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        add("add", *words)
    assert not Platform.objects.exists()


def test_a_name_is_there_once(db: None) -> None:
    add("add", "Bay", "http://192.0.2.1", "--timezone", "UTC")
    with pytest.raises(CommandError):
        add("add", "Bay", "http://192.0.2.2", "--timezone", "UTC")


def test_the_endpoint_carries_what_the_client_needs(db: None) -> None:
    platform = Platform.objects.create(
        slug="a",
        name="A",
        base_url="http://192.0.2.1",
        tls="pin",
        pin_sha256="ab" * 32,
        time_zone="UTC",
        limits={"live_at_once": 9},
        lacks=["Pay"],
    )
    endpoint = platform.endpoint()
    assert (endpoint.tls, endpoint.limits.live_at_once, endpoint.lacks) == (Tls.PIN, 9, frozenset({"Pay"}))
    assert endpoint == Platform.objects.get().endpoint()
    assert hash(endpoint) == hash(Platform.objects.get().endpoint())
    assert (platform.offers("Pay"), platform.offers("GetCdr")) == (False, True)


@pytest.mark.parametrize("url", ["http://[::1", "http://", "https://h:0", "http://a b", "http://h\n", "//h", "http://h#x"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(ValidationError):
        valid_base_url(url)


def test_addresses_that_are_fine() -> None:
    for url in ("http://192.0.2.1", "https://vos.example:7133/portal", "http://[2001:db8::1]:8080"):
        valid_base_url(clean_base_url(f" {url}/external/server/ "))


def test_fingerprints() -> None:
    for pin in ("ab" * 32, ":".join(["AB"] * 32), "A" * 43 + "="):
        valid_pin(pin)
    for pin in ("", "ab" * 31, "zz" * 32):
        with pytest.raises(ValidationError):
            valid_pin(pin)


@pytest.mark.parametrize(
    "limits", [[], {"no_such": 1}, {"live_at_once": 0}, {"live_at_once": True}, {"wait_s": "5"}, {"history_pause_ms": -1}]
)
def test_limits_that_are_none(limits: object) -> None:
    with pytest.raises(ValidationError):
        valid_limits(limits)
    valid_limits({"history_pause_ms": 0, "wait_s": 2.5})


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (None, "fine"),
        (errors.Refused(-10007), "fine"),
        (errors.AddressRefused("HTTP 403"), "address-refused"),
        (errors.NotVos("HTTP 404"), "wrong-url"),
        (errors.NotVos("HTTP 302 http://elsewhere"), "wrong-url"),
        (errors.NotVos("HTTP 200, text/html"), "not-vos"),
        (errors.NoReturnCode(), "not-vos"),
        (errors.ServerError("HTTP 500"), "not-vos"),
        (errors.AnswerTimeout(), "too-slow"),
        (errors.TlsFailed("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol"), "old-tls"),
        (errors.TlsFailed("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version"), "old-tls"),
        (errors.TlsFailed("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"), "certificate"),
        (errors.TlsFailed("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "wrong-url"),
        (errors.ConnectFailed("refused"), "unreachable"),
        (errors.ConnectionLost("reset"), "unreachable"),
        (errors.BreakerOpen(), "resting"),
    ],
)
def test_verdicts(error: errors.VosError | None, key: str) -> None:
    verdict = verdict_of(error)
    assert verdict.key == key
    assert verdict.text.en
    assert verdict.text.zh
    assert verdict.fine == (key == "fine")


@pytest.mark.parametrize("limits", [{name: most + 1} for name, most in MOST.items()] + [{"wait_s": float("inf")}, {"wait_s": float("nan")}])
def test_a_limit_that_is_none_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        valid_limits(limits)


def test_every_limit_has_its_most() -> None:
    assert set(MOST) == {each.name for each in fields(Limits)}
    valid_limits(dict(MOST))
    valid_limits({each.name: each.default for each in fields(Limits)})
