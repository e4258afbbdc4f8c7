"""The settings that the installer writes: taken as they are said, or refused as a whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LIB = Path(__file__).parents[2] / "deploy" / "lib"
SCRIPT = """
set -euo pipefail
fail() {{ printf '%s\\n' "$@" >&2; exit 1; }}
ROOT={root} ETC={root}/etc/kiosk OPT={root}/opt/kiosk UNITS={root}/units
WORK={root}/work RELEASE=new
source {lib}/settings.sh
check_settings
has_settings || write_settings
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a machine with a release that is built; its Python is the one of the tests."""
    python = tmp_path / "opt/kiosk/releases/new/venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / "work").mkdir()
    return tmp_path


def write(root: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", SCRIPT.format(root=root, lib=LIB)],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def settings(root: Path) -> dict[str, object]:
    return tomllib.loads((root / "etc/kiosk/kiosk.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "ssid",
    ["Machine-Room", "Joe's Wi-Fi", 'The "Hall"', r"back\slash", "$(id) `id` %s", "São João"],
)
def test_a_name_is_written_as_it_is_whatever_it_is(root: Path, ssid: str) -> None:
    written = write(root, KIOSK_TARGET_SSID=ssid, KIOSK_ROTATION="90", KIOSK_LANG="pt_BR")

    assert written.returncode == 0, written.stderr
    assert settings(root) == {"target_ssid": ssid, "rotation": 90, "lang": "pt_BR"}


def test_without_any_all_settings_are_left_to_the_kiosk(root: Path) -> None:
    assert write(root).returncode == 0
    assert settings(root) == {}


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"KIOSK_LANG": "pt-BR"}, "lang: "),
        ({"KIOSK_DISPLAY": "td3"}, "display: "),
        ({"KIOSK_ROTATION": "45"}, "rotation: "),
        ({"KIOSK_ROTATION": "90 degrees"}, "rotation: "),
        ({"KIOSK_BASE_URL": "127.0.0.1"}, "base_url: "),
        ({"KIOSK_TARGET_SSID": "two\nlines"}, "KIOSK_TARGET_SSID has a control character"),
    ],
)
def test_a_setting_that_the_kiosk_would_not_start_with_is_refused_and_leaves_nothing_behind(
    root: Path, variables: dict[str, str], said: str
) -> None:
    refused = write(root, **variables)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (root / "etc").exists()

    assert write(root, KIOSK_LANG="pt_BR").returncode == 0
    assert settings(root) == {"lang": "pt_BR"}


def test_settings_that_are_there_are_kept_unless_a_power_cut_has_emptied_them(root: Path) -> None:
    assert write(root, KIOSK_LANG="pt_BR").returncode == 0
    assert write(root, KIOSK_LANG="en").returncode == 0
    assert settings(root) == {"lang": "pt_BR"}

    (root / "etc/kiosk/kiosk.toml").write_text("")
    assert write(root, KIOSK_LANG="en").returncode == 0
    assert settings(root) == {"lang": "en"}
