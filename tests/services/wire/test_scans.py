"""What a scanner has read: MACs, Wi-Fi codes, keys; and nothing is mistaken for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from kiosk.services.wire.mac import digits_of, grouped
from kiosk.services.wire.scans import (
    KeyScan,
    MacScan,
    Scan,
    UnknownScan,
    WifiScan,
    glimpse,
    parse_scan,
)

MAC = "AA:BB:CC:DD:EE:0F"


def wifi(ssid: str, password: str, security: str = "WPA", *, hidden: bool = False) -> WifiScan:
    return WifiScan(ssid, SecretStr(password), security, hidden)


@pytest.mark.parametrize(
    "text",
    [
        "aabbccddee0f",
        "AA:BB:CC:DD:EE:0F",
        "aa-bb-cc-dd-ee-0f",
        "AABB.CCDD.EE0F",
        " aa:bb:cc:dd:ee:0f ",
        "MAC:aabbccddee0f",
        "MAC: AA:BB:CC:DD:EE:0F",
        "MAC:AA:BB:CC:DD:EE:0F",
        "mac address=aa-bb-cc-dd-ee-0f",
        "ESP32-CAM MAC AABBCCDDEE0F",
        "https://example.com/d?mac=aabbccddee0f&v=2",
        "https://example.com/d/AA%3ABB%3ACC%3ADD%3AEE%3A0F",
        '{"model":"cam","mac":"aabbccddee0f"}',
        '{"mac":"AA:BB:CC:DD:EE:0F","again":"aa-bb-cc-dd-ee-0f"}',
    ],
)
def test_a_mac_is_read_in_any_usual_form(text: str) -> None:
    assert parse_scan(text) == MacScan(MAC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AA:BB:CC:DD:EE",
        "AA:BB:CC:DD:EE:0G",
        "AA:BB-CC:DD-EE:0F",
        "00:11:22:33:44:55:66:77",
        "AA:BB:CC:DD:EE:0F AA:BB:CC:DD:EE:10",
        "https://example.com/AABBCCDDEE0F",
        "MACHINE AABBCCDDEE0",
        "KEY:",
        "WIFI:T:WPA;P:no name;;",
        f"WIFI:S:{'n' * 33};P:too long a name;;",
        "KEY:schlüssel",
    ],
)
def test_what_may_be_anything_is_nothing_we_know(text: str) -> None:
    assert parse_scan(text) == UnknownScan(SecretStr(text))


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        ("WIFI:T:WPA;S:Hall;P:machines;;", wifi("Hall", "machines")),
        ("wifi:P:machines;H:true;S:Hall;T:WPA2;;", wifi("Hall", "machines", "WPA2", hidden=True)),
        (r"WIFI:S:a\;b\:c\\d\,;T:WPA;P:\"x\";;", wifi(r"a;b:c\d,", '"x"')),
        ('WIFI:S:"ABCD";T:WPA;P:"12345678";;', wifi("ABCD", "12345678")),
        ("WIFI:T:WPA;S:Hall;P:ends with\\", wifi("Hall", "ends with\\")),
        ("WIFI:T:WPA;S:Hall;P:a:b=c;;rest", wifi("Hall", "a:b=c")),
        ("WIFI:T:nopass;S:Lobby;P:void;;", wifi("Lobby", "", "nopass")),
        ("WIFI:S:Lobby;;", wifi("Lobby", "", "nopass")),
        ("WIFI:S:Café São João;T:WPA;P:çãéíõü12;;", wifi("Café São João", "çãéíõü12")),
        ("KEY:abc-123", KeyScan(SecretStr("abc-123"))),
        ("X-API-Key: abc 123", KeyScan(SecretStr("abc 123"))),
        (f"KEY:{MAC}", KeyScan(SecretStr(MAC))),
    ],
)
def test_a_wifi_and_a_key_are_read(text: str, scan: Scan) -> None:
    assert parse_scan(text) == scan


def escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in '\\;,:"' else c for c in text)


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=63),
)
def test_every_wifi_that_is_written_by_the_rules_comes_back(ssid: str, password: str) -> None:
    scan = parse_scan(f"WIFI:P:{escaped(password)};T:WPA;S:{escaped(ssid)};;")
    assert scan == wifi(ssid, password)


PIECES = st.sampled_from(
    ["WIFI:", "S:", "P:", "T:", ";", "\\", '"', "MAC", "KEY:", MAC, "aabbccddee0f", "%3A", ":", "é"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_no_scan_raises_and_none_shows_its_secret(text: str) -> None:
    scan = parse_scan(text)
    secrets = [s for s in ("password", "key", "text") if hasattr(scan, s)]
    assert all(isinstance(getattr(scan, name), SecretStr) for name in secrets)
    glimpse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4006381333931", "4006381333931"),
        ("123456789012345678", "12••••"),
        ("correct horse battery", "co••••"),
        ("https://example.com/login?token=s3cret", "example.com/…"),
        ("http://user:s3cret@example.com/", "ht••••"),
        ("\x00\x01secret", "••••"),
    ],
)
def test_a_glimpse_tells_which_scan_it_was_and_no_secret(text: str, shown: str) -> None:
    assert glimpse(text) == shown


def test_a_typed_mac_is_shown_in_pairs() -> None:
    assert digits_of("aa-Bb.c c") == "AABBCC"
    assert [grouped(digits) for digits in ("", "A", "AAB", "AABB")] == ["", "A", "AA:B", "AA:BB"]
