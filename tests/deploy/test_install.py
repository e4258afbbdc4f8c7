"""What the installer says it would do, on machines made of a folder.

That it does so is shown by `make boot-test`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INSTALL = Path(__file__).parents[2] / "deploy" / "install.sh"
BOOKWORM = "ID=debian\nVERSION_ID=12\nVERSION_CODENAME=bookworm\n"
BUSTER = "ID=debian\nVERSION_ID=10\nVERSION_CODENAME=buster\n"
UBUNTU = "ID=ubuntu\nVERSION_ID=24.04\nVERSION_CODENAME=noble\n"

pytestmark = pytest.mark.skipif(
    not (shutil.which("dpkg-query") and shutil.which("systemctl")),
    reason="the installer is for Debian with systemd",
)


def machine(root: Path, release: str = BOOKWORM) -> Path:
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "os-release").write_text(release)
    return root


def install(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [INSTALL, *arguments],
        env={
            **os.environ,
            "KIOSK_INSTALL_ROOT": str(root),
            "KIOSK_INSTALL_ARCHITECTURE": "aarch64",
            "KIOSK_UNATTENDED": "1",
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def content(root: Path) -> set[Path]:
    return set(root.rglob("*"))


def test_a_check_says_what_is_to_do_and_changes_nothing(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")
    before = content(root)

    checked = install(root, "--check")

    assert checked.returncode == 3, checked.stderr
    for said in (
        "would create the user kiosk with its groups",
        "would write /etc/kiosk/kiosk.toml",
        "would start the kiosk at boot",
    ):
        assert said in checked.stdout
    assert content(root) == before


def test_settings_that_are_there_are_kept(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")
    (root / "etc" / "kiosk").mkdir()
    (root / "etc" / "kiosk" / "kiosk.toml").write_text("lang = 'pt_BR'\n")

    assert "kiosk.toml" not in install(root, "--check").stdout


@pytest.mark.parametrize("release", [BUSTER, UBUNTU])
def test_a_system_that_it_does_not_know_is_refused(tmp_path: Path, release: str) -> None:
    refused = install(machine(tmp_path / "root", release), "--check")

    assert refused.returncode == 1
    assert "neither Debian 12 or 13" in refused.stderr


def test_a_32_bit_system_is_refused_with_what_to_install_instead(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")

    refused = install(root, "--check", KIOSK_INSTALL_ARCHITECTURE="armv7l")

    assert refused.returncode == 1
    assert "64-bit Raspberry Pi OS" in refused.stderr


def test_a_key_file_that_is_not_there_is_told_before_anything_is_done(tmp_path: Path) -> None:
    root = machine(tmp_path / "root")

    refused = install(root, "--check", KIOSK_API_KEY_FILE=str(tmp_path / "nowhere"))

    assert refused.returncode == 1
    assert f"cannot read {tmp_path / 'nowhere'}" in refused.stderr
    assert "would" not in refused.stdout


def test_an_option_that_it_does_not_know_is_refused(tmp_path: Path) -> None:
    refused = install(machine(tmp_path / "root"), "--chekc")

    assert refused.returncode == 1
    assert "--chekc" in refused.stderr


def test_a_release_whose_python_has_gone_is_built_again(tmp_path: Path) -> None:
    """A Debian that was upgraded in place has another Python, which finds nothing there."""
    library = INSTALL.parent / "lib" / "release.sh"
    python = tmp_path / "releases/new/venv/bin/python"
    python.parent.mkdir(parents=True)
    (tmp_path / "releases/new/complete").touch()

    def is_built() -> bool:
        script = f"OPT={tmp_path} RELEASE=new; source {library}; is_built"
        return subprocess.run(["bash", "-c", script], check=False, timeout=60).returncode == 0

    assert not is_built()
    for there, built in ((sys.executable, True), ("/usr/bin/false", False)):
        python.write_text(f'#!/bin/sh\nexec {there} "$@"\n')
        python.chmod(0o755)
        assert is_built() is built


def test_a_key_that_a_power_cut_has_emptied_is_asked_for_again(tmp_path: Path) -> None:
    kept = tmp_path / "etc/kiosk/credentials/api-key"
    kept.parent.mkdir(parents=True)
    kept.touch()
    library = INSTALL.parent / "lib" / "settings.sh"
    script = tmp_path / "script.sh"
    script.write_text(
        f"set -eu; CHECK= CHANGES=0 WORK={tmp_path} ROOT={tmp_path} ETC={tmp_path}/etc/kiosk\n"
        f"UNITS={tmp_path}/units; ensure() {{ :; }}; source {library}; secrets; echo $CHANGES\n"
    )

    def run(typed: str) -> str:
        terminal = ["script", "--quiet", "--return", "--command", f"bash {script}", "/dev/null"]
        environment = {"PATH": os.environ["PATH"]}
        return subprocess.run(
            terminal,
            input=typed,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    assert "API key" in (said := run("the-key\n"))
    assert kept.read_text() == "the-key"
    assert said.split()[-1] == "1", "the kiosk is started anew with it"
    assert "API key" not in run("another\n")
    assert kept.read_text() == "the-key"
