"""A stranger's text as it may be shown."""

import pytest

from kiosk.services.wire.provisioning import Candidate, Session
from kiosk.services.wire.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Câmera 3 – térreo 🎥", "Câmera 3 – térreo 🎥"),
        ("[b]Hall[/b]", "[b]Hall[/b]"),
        ("Hall\0 two", "Hall\ufffd two"),
        ("Hall\u202eowt", "Hall\ufffdowt"),
        ("Ha\u200bll", "Ha\ufffdll"),
        ("Hall\r\nReady\u2028Live", "Hall  Ready Live"),
        ("\x1b[31mHall", "\ufffd[31mHall"),
        ("", ""),
    ],
)
def test_what_has_no_shape_is_shown_as_a_sign(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_name_is_read_as_it_may_be_shown_and_a_network_as_it_is() -> None:
    assert Candidate.model_validate({"name": "Hall\0"}).name == "Hall\ufffd"
    assert Session.model_validate({"id": "s", "target_ssid": "Hall\0"}).target_ssid == "Hall\0"
