"""Secrets in free text: found wherever they have a name, and nothing else is lost."""

import time

import pytest

from kiosk.services.wire.logs import LogEntry, parse_log_event
from kiosk.services.wire.masking import MASK
from kiosk.services.wire.redaction import without_secrets

SECRET = "correct horse, battery"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2", f"password={MASK}"),
        ("joined ssid=Shop psk=hunter2 rssi=-60", f"joined ssid=Shop psk={MASK} rssi=-60"),
        (f"password={SECRET} ssid=Shop", f"password={MASK} ssid=Shop"),
        (f'password="{SECRET}" ok', f'password="{MASK}" ok'),
        (f"passphrase: '{SECRET}' ok", f"passphrase: '{MASK}' ok"),
        ("GET /x?api_key=abc&limit=5", f"GET /x?api_key={MASK}&limit=5"),
        ("X-API-Key: abc\nHost: pi", f"X-API-Key: {MASK}\nHost: pi"),
        ("Authorization: Bearer abc.def", f"Authorization: {MASK}"),
        (f'got {{"password":"{SECRET}","ssid":"S"}}', f'got {{"password":"{MASK}","ssid":"S"}}'),
        (
            'body="{\\"wifiPassword\\":\\"a, b\\",\\"n\\":1}"',
            f'body="{{\\"wifiPassword\\":\\"{MASK}\\",\\"n\\":1}}"',
        ),
        ('{"password":"a\\"b c","n":1}', f'{{"password":"{MASK}","n":1}}'),
        ('{"pin_secret":12345678,"n":1}', f'{{"pin_secret":{MASK},"n":1}}'),
        ('{"secret":{"value":"abc"}}', f'{{"secret":{MASK}'),
        ('token="cut off', f"token={MASK}"),
        ("map[key:abc ssid:S]", f"map[key:{MASK} ssid:S]"),
        ("token => abc", f"token => {MASK}"),
    ],
)
def test_a_secret_with_a_name_is_masked(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-11T12:00:00Z connected to tcp://127.0.0.1:1883",
        "password accepted",
        'level=info msg="session started" n=3',
        "",
    ],
)
def test_what_is_no_secret_is_left_as_it_is(text: str) -> None:
    assert without_secrets(text) == text


def test_texts_inside_a_json_value_are_looked_at_as_well() -> None:
    value = {"api_key": "abc", "args": ["psk=abc", 3, None], "at": {"text": "token: abc"}}
    assert without_secrets(value) == {
        "api_key": MASK,
        "args": [f"psk={MASK}", 3, None],
        "at": {"text": f"token: {MASK}"},
    }


@pytest.mark.parametrize("part", ["a", " ", "key=", '"', "\\", "key ", "key=[", ",a", "key='"])
def test_no_text_takes_long(part: str) -> None:
    start = time.process_time()
    without_secrets(part * (64_000 // len(part)))
    assert time.process_time() - start < 1


def test_no_entry_of_the_log_carries_one() -> None:
    entry = LogEntry.model_validate(
        {"message": "psk=hunter2", "metadata": {"password": "hunter2", "text": "key: hunter2"}}
    )
    streamed = parse_log_event("log", '{"message":"{\\"psk\\":\\"hunter2\\"}"}', "1")
    assert "hunter2" not in f"{entry} {streamed}"


def test_an_entry_is_of_a_length_that_can_be_kept() -> None:
    entry = LogEntry.model_validate({"message": "m" * 10**6, "details": {"d": ["x"] * 10**5}})
    assert len(entry.message) == 8000
    assert len(str(entry.details)) < 8100
