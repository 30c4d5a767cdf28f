"""No secret survives in what is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.vos3000.mask import BEGINNING, MASK, mask_text, masked, secret_names, secrets_in
from portal.vos3000.schema.base import Field, Struct
from portal.vos3000.schema.registry import INTERFACES
from tests.vos3000.support import READ, THING_STRUCT

NAMES = frozenset({"password", "pins"})


def test_masked_at_every_depth() -> None:
    phone = INTERFACES["GetPhone"].response
    data = {"retCode": 0, "infoPhones": [{"e164": "1", "password": "top", "customerPassword": "secret"}, {"e164": "2", "password": ""}]}
    assert masked(phone, data) == {
        "retCode": 0,
        "infoPhones": [{"e164": "1", "password": MASK, "customerPassword": MASK}, {"e164": "2", "password": ""}],
    }
    assert data["infoPhones"][0]["password"] == "top"  # type: ignore[index]


def test_masked_unknown_key_that_speaks_of_a_password() -> None:
    assert masked(THING_STRUCT, {"oldPassword": "x", "mapping": "m", "pin": "1"}) == {"oldPassword": MASK, "mapping": "m", "pin": MASK}


@pytest.mark.parametrize(
    "text",
    [
        '{"password":"s3cr3t!"}',
        '{ "PassWord" : "s3cr3t!" , "a":1}',
        '{"password":"a\\"s3cr3t!"}',
        '{"password":"s3cr3t!',
        '{"password":"s3cr3t!\\',
        '{"password":s3cr3t!}',
        '{"pins":["1","s3cr3t!"]}',
        '{"pins":["]","s3cr3t!"',
        '{"pins":["1","s3cr3t!',
        '{"newUserPasswd":"s3cr3t!"}',
        '[{"a":[{"password":"s3cr3t!"}]}]',
    ],
)
def test_text_whole_or_cut(text: str) -> None:
    shown = mask_text(text, names=NAMES)
    assert "s3cr3t" not in shown
    assert MASK in shown


def test_text_keeps_the_rest() -> None:
    assert mask_text('{"password":"x","retCode":-10007,"pins":["a"],"b":{"c":2}}', names=NAMES) == (
        f'{{"password":"{MASK}","retCode":-10007,"pins":"{MASK}","b":{{"c":2}}}}'
    )
    assert len(mask_text("x" * 100_000)) == BEGINNING


def test_what_was_sent_is_found_anywhere() -> None:
    assert mask_text("<html>bad value hunter2 in hunter22</html>", sent=["hunter2"]) == f"<html>bad value {MASK} in {MASK}2</html>"
    assert mask_text("a bat", sent=["a"]) == "a bat"


@given(st.text(min_size=6), st.integers(0, 200))
def test_no_cut_shows_a_secret(secret: str, cut: int) -> None:
    text = json.dumps({"x": 1, "password": "~~~~~~" + secret, "y": 2})[:cut]
    assert "~~" not in mask_text(text, names=NAMES)


def test_secrets_of_shapes_and_requests() -> None:
    assert "password" in secret_names(INTERFACES["GetPhone"].response)
    asked = {"pins": ["123456", "9"], "accounts": ["a"], "x": 1}
    assert set(secrets_in(INTERFACES["GetActivePhoneCard"].request, asked)) == {"123456", "9"}
    assert list(secrets_in(READ.request, {"accounts": ["a"]})) == []


def test_a_name_that_is_a_secret_only_at_times() -> None:
    pay = INTERFACES["Pay"].request
    card, account = {"ownerType": 11, "ownerName": "88001234"}, {"ownerType": 2, "ownerName": "88001234"}
    assert masked(pay, card)["ownerName"] == MASK
    assert masked(pay, {**card, "ownerType": "11"})["ownerName"] == MASK
    assert masked(pay, account)["ownerName"] == "88001234"
    assert list(secrets_in(pay, card)) == ["88001234"]
    assert list(secrets_in(pay, account)) == []
    # A text does not tell what stands beside the name, so there it is always hidden.
    assert "ownerName" in secret_names(pay)


def shapes(struct: Struct) -> Iterator[Struct]:
    """Yield a shape and all that are nested in it."""
    yield struct
    for each in struct:
        if each.struct is not None:
            yield from shapes(each.struct)


CONDITIONAL = [
    (name, struct, each)
    for name, interface in INTERFACES.items()
    for struct in (*shapes(interface.request), *shapes(interface.response))
    for each in struct
    if each.secret_where
]


@pytest.mark.parametrize(("name", "struct", "each"), CONDITIONAL, ids=str)
def test_every_condition_names_a_code_that_is_there(name: str, struct: Struct, each: Field) -> None:
    assert each.secret_where is not None
    beside, codes = each.secret_where
    assert beside in struct, name
    assert masked(struct, {each.name: "88001234", beside: codes[0]})[each.name] == MASK
    assert masked(struct, {each.name: "88001234", beside: -99})[each.name] == "88001234"


def test_there_are_conditions() -> None:
    assert {name for name, _, _ in CONDITIONAL} >= {"Pay", "GetAvailableTime", "CreateCdr"}


@pytest.mark.parametrize("secret", ['p"1\\23/4', "密码1234", "<b>&1234", "plain1234"])
def test_what_was_sent_is_found_however_it_is_spelt(secret: str) -> None:
    for spelt in (secret, json.dumps(secret), json.dumps(secret, ensure_ascii=False), escape(secret)):
        assert mask_text(f"no such user {spelt}!", sent=[secret]).strip('"').replace('"', "") == f"no such user {MASK}!"
