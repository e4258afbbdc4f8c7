"""What the kiosk says of itself."""

from pathlib import Path

import pytest

from kiosk import about as facts
from kiosk.about import about, board, surroundings
from kiosk.settings import Settings


def test_versions_and_panel_are_known() -> None:
    known = about(Settings(display="td2-7", base_url="http://127.0.0.1:1"))
    assert known.kiosk
    assert known.kivy == "2.3.1"
    assert (known.display, known.pixels) == ("td2-7", "720×1280")


def test_the_board_is_the_firmwares_word(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.write_bytes(b"Raspberry Pi 5 Model B Rev 1.0\0")
    assert board(model) == "Raspberry Pi 5 Model B Rev 1.0"
    assert board(tmp_path / "none") is None


def test_who_draws_without_a_display_draws_offscreen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(facts, "video_driver", lambda: None)
    monkeypatch.setattr(facts, "touch_panels", lambda: ["event3"])
    settings = Settings(state_dir=tmp_path, api_key_file=tmp_path / "key")
    around = surroundings(settings)
    assert (around.driver, around.panels) == (None, ("event3",))
    assert (around.state_dir, around.key_file) == (tmp_path, tmp_path / "key")
    assert surroundings(settings, "llvmpipe").driver == "offscreen"
    monkeypatch.setattr(facts, "video_driver", lambda: "kmsdrm")
    assert surroundings(settings, "V3D 7.1").driver == "kmsdrm"


def test_the_board_of_another_machine_is_not_this_one() -> None:
    assert about(Settings(base_url="http://192.168.1.9:8081")).board is None


def test_settings_for_support_hold_no_secret_and_no_place_of_one(tmp_path: Path) -> None:
    key = tmp_path / "the-key"
    key.write_text("secret-of-the-key")
    shown = Settings(api_key_file=key, target_ssid="Machine-Room").public()
    assert shown["api_key_given"] is True
    assert shown["target_password_given"] is False
    assert shown["target_ssid"] == "Machine-Room"
    assert "the-key" not in str(shown)
