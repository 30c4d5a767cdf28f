"""Keys in addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.ui.objects.keys import KeyConverter

CONVERTER = KeyConverter()


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_every_key_comes_back_from_its_address_in_one_step(key: str) -> None:
    written = CONVERTER.to_url(key)
    assert "/" not in written
    assert written not in {".", "..", "new"}
    assert CONVERTER.to_python(written) == key


@pytest.mark.parametrize("key", ["1000", "13800138000", "carrier-frankfurt_2", "北方 东部", "a.b"])
def test_ordinary_keys_look_as_they_are(key: str) -> None:
    assert CONVERTER.to_url(key) == key


def test_nothing_has_no_address() -> None:
    with pytest.raises(ValueError, match="without a key"):
        CONVERTER.to_url("")


def test_what_is_no_text_is_no_key() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        CONVERTER.to_python("%FF")
