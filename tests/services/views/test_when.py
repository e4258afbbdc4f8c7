"""How long ago something was, in its largest unit."""

from __future__ import annotations

import re

import pytest

from kiosk.services.views.when import ago_text, date_text, moment_text
from tests.services.state.build import T0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (0.0, "just now"),
        (59.9, "just now"),
        (60.0, "1 min ago"),
        (3599.0, "59 min ago"),
        (3600.0, "1 h ago"),
        (86_399.0, "23 h ago"),
        (86_400.0, "1 day ago"),
        (9 * 86_400.0, "9 days ago"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float | None, text: str) -> None:
    assert ago_text(seconds) == text


def test_a_date_is_read_the_same_in_every_language_and_an_unknown_one_is_a_dash() -> None:
    assert re.fullmatch(r"2026-0[23]-\d\d", date_text(T0))
    assert moment_text(T0).startswith(date_text(T0))
    assert moment_text(T0) == f"{T0.astimezone():%Y-%m-%d %H:%M}"
    assert (date_text(None), moment_text(None)) == ("–", "–")
