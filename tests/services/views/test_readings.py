"""What a reading is called; what nobody measured is a dash, never a zero."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.machine import Asked
from kiosk.services.state.model import State
from kiosk.services.views import readings
from tests.services.state.build import after


@pytest.mark.parametrize(
    ("rssi", "name", "text", "icon"),
    [
        (-50, "excellent", "excellent, -50 dBm", "wifi-strength-4"),
        (-51, "good", "good, -51 dBm", "wifi-strength-3"),
        (-61, "fair", "fair, -61 dBm", "wifi-strength-2"),
        (-71, "poor", "poor, -71 dBm", "wifi-strength-1"),
        (None, "–", "–", "wifi-strength-off-outline"),
    ],
)
def test_a_signal_has_a_word_a_number_and_bars(
    rssi: int | None, name: str, text: str, icon: str
) -> None:
    assert readings.signal_name(rssi) == name
    assert readings.signal_text(rssi) == text
    assert readings.signal_icon(rssi) == icon


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "never seen"),
        (0.4, "seen 0 s ago"),
        (59.9, "seen 59 s ago"),
        (61.0, "seen 1 min ago"),
        (2 * 86_400.0, "seen 2 days ago"),
    ],
)
def test_presence_is_told_by_when_it_was_last_seen(seconds: float | None, text: str) -> None:
    assert readings.seen_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "–"), (65, "1 min 5 s"), (7265, "2 h 1 min"), (90_000, "1 d 1 h")],
)
def test_a_duration_has_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert readings.duration_text(seconds) == text


def test_memory_is_told_in_kib() -> None:
    assert readings.bytes_text(None) == "–"
    assert readings.bytes_text(142_336) == "142 kB"


def test_how_long_something_takes_is_known_only_while_it_is_under_way() -> None:
    state = after(State(), Asked("capture:cam", 100.0))
    assert readings.under_way(state, "capture:cam", 104.0) is None
    state = after(state, a.CommandStarted("capture:cam"))
    assert readings.under_way(state, "capture:cam", 104.9) == 4
    assert readings.under_way(state, "capture:other", 104.9) is None
