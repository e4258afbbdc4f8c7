"""The last good settings file: what a service goes on with, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import last_good
from kiosk.panel import trouble_with
from kiosk.settings import Settings, SettingsError, load

RIGHT, WRONG = 'theme = "dark"\n', 'theme = "pink"\n'


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder that systemd gives."""
    # Set first, so that what load() puts there is taken back afterwards.
    monkeypatch.setenv("KIOSK_CONFIG", "")
    monkeypatch.delenv("KIOSK_CONFIG")
    monkeypatch.delenv("KIOSK_THEME", raising=False)
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


def started(config: Path) -> Settings:
    return last_good.loaded(load, config)


def test_a_right_file_counts_and_nothing_is_told(config: Path) -> None:
    config.write_text(RIGHT)
    settings = started(config)
    assert settings.theme == "dark"
    assert trouble_with(settings) is None


@pytest.mark.parametrize("harm", [WRONG, "theme = \n", None], ids=["value", "form", "gone"])
def test_a_file_that_is_wrong_by_now_leaves_the_last_one(config: Path, harm: str | None) -> None:
    config.write_text(RIGHT)
    started(config)
    if harm is None:
        config.unlink()
    else:
        config.write_text(harm)
    settings = started(config)
    assert settings.theme == "dark"
    trouble = trouble_with(settings)
    assert trouble is not None
    assert trouble.problem is not None
    assert trouble.problem.message == settings.wrong_file != ""


def test_the_last_one_is_the_last_that_was_right(config: Path) -> None:
    for text in (RIGHT, 'theme = "daylight"\nlang = "pt_BR"\n', WRONG, 'lang = "de"\n'):
        config.write_text(text)
        settings = started(config)
    assert (settings.theme, settings.lang) == ("daylight", "pt_BR")


def test_a_first_file_that_is_wrong_is_refused(config: Path, state: Path) -> None:
    config.write_text(WRONG)
    with pytest.raises(SettingsError, match=r"^theme: "):
        started(config)
    assert not state.exists()


def test_what_is_wrong_beside_the_file_is_told_as_it_is(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(RIGHT)
    started(config)
    monkeypatch.setenv("KIOSK_LANG", "de")
    with pytest.raises(SettingsError, match=r"^lang: "):
        started(config)


def test_without_systemd_a_wrong_file_is_refused(
    config: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text(RIGHT)
    started(config)
    monkeypatch.delenv("STATE_DIRECTORY")
    config.write_text(WRONG)
    with pytest.raises(SettingsError, match=r"^theme: "):
        started(config)


def test_the_same_file_is_not_written_again(config: Path, state: Path) -> None:
    config.write_text(RIGHT)
    started(config)
    [kept] = state.iterdir()
    before = kept.stat()
    started(config)
    assert kept.stat() == before
    assert before.st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_is_told_and_no_reason_to_stop(
    config: Path, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state.write_text("not a folder")
    config.write_text(RIGHT)
    assert started(config).theme == "dark"
    assert "could not be kept" in caplog.text
