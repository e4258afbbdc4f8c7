"""Known secrets are found however they are written."""

import json
from urllib.parse import quote, quote_plus

import pytest

from kiosk.services.wire.hiding import hidden
from kiosk.services.wire.masking import MASK
from tests.support.canary import KEY, PASSWORD, leaks

WRITTEN = {
    "as it is": str,
    "repr": repr,
    "ascii": ascii,
    "bytes": lambda secret: repr(secret.encode()),
    "JSON": json.dumps,
    "JSON with letters": lambda secret: json.dumps(secret, ensure_ascii=False),
    "a path": lambda secret: quote(secret, safe=""),
    "a query": quote_plus,
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("secret", [KEY, PASSWORD], ids=["key", "password"])
def test_a_secret_is_masked_and_what_stands_around_it_stays(secret, written):
    text = hidden(f"before {written(secret)} after", [secret])
    assert leaks(text) == []
    assert text.startswith("before ")
    assert text.endswith(" after")
    assert MASK in text


def test_no_secret_and_a_tiny_one_change_nothing():
    assert hidden("a text about ab", ["", "ab"]) == "a text about ab"
