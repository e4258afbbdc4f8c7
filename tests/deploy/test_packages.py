"""Debian's packages, with the real apt and dpkg, for a system that is a folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

SETUP = Path(__file__).parents[2] / "deploy" / "setup.sh"
APT = """
Dir "{root}";
Dir::State::status "{root}/var/lib/dpkg/status";
Dir::Etc::SourceList "{root}/sources.list";
Dir::Etc::Parts "{root}/empty";
Dir::Etc::SourceParts "{root}/empty";
Dir::Etc::PreferencesParts "{root}/empty";
Dir::Bin::dpkg "/usr/bin/dpkg";
APT::Sandbox::User "root";
"""
# Needed by the first of the packages, and not named by anybody.
BELOW = "kiosk-below"

pytestmark = pytest.mark.skipif(
    not (shutil.which("dpkg-deb") and shutil.which("apt-get") and os.geteuid() == 0),
    reason="it takes Debian, and its root to install something",
)


class System:
    """A system without packages, and a source with empty ones of the names that are needed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("dpkg/info", "dpkg/updates", "apt/lists/partial"):
            (root / "var/lib" / folder).mkdir(parents=True)
        (root / "var/cache/apt/archives/partial").mkdir(parents=True)
        (root / "empty").mkdir()
        (root / "var/log/apt").mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        (root / ".dpkg.cfg").write_text(f"log {root}/dpkg.log\n")
        (root / "apt.conf").write_text(APT.format(root=root))
        (root / "sources.list").write_text(f"deb [trusted=yes] file:{root}/source ./\n")
        self.environment = {
            **os.environ,
            "APT_CONFIG": str(root / "apt.conf"),
            "DPKG_ROOT": str(root),
            "HOME": str(root),  # where dpkg finds which log to write
            "DPKG_ADMINDIR": str(root / "var/lib/dpkg"),
        }
        self.names = self.run(SETUP, "list", "run").stdout.split()
        (root / "source").mkdir()
        (root / "source" / "Packages").write_text(
            "\n".join((self._build(BELOW), *(self._build(name) for name in self.names)))
        )

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def _build(self, name: str) -> str:
        control = f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b>\n"
        if name == self.names[0]:
            control += f"Depends: {BELOW}\n"
        control += "Description: empty\n"
        folder = self.root / "build" / name / "DEBIAN"
        folder.mkdir(parents=True)
        (folder / "control").write_text(control)
        self.run("dpkg-deb", "--build", folder.parent, self.deb(name)).check_returncode()
        content = self.deb(name).read_bytes()
        where = f"Filename: ./{name}.deb\nSize: {len(content)}\n"
        return f"{control}{where}SHA256: {hashlib.sha256(content).hexdigest()}\n"

    def deb(self, name: str) -> Path:
        return self.root / "source" / f"{name}.deb"

    def missing(self) -> list[str]:
        return self.run(SETUP, "missing", "run").stdout.split()


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def test_what_is_missing_is_installed_with_all_that_it_needs(system: System) -> None:
    assert system.missing() == system.names

    installed = system.run(SETUP, "packages", "run")

    assert installed.returncode == 0, installed.stdout + installed.stderr
    assert system.missing() == []


def test_what_a_power_cut_has_interrupted_is_finished_first(system: System) -> None:
    # One whose dependency is not there yet, and one that dpkg had only unpacked, in a journal of
    # dpkg's own that was not merged: the state in which apt does nothing at all.
    first, other = system.names[0], system.names[-1]
    system.run("dpkg", "--unpack", system.deb(first), system.deb(other)).check_returncode()
    state = f"Package: {other}\nStatus: install ok half-configured\nVersion: 1\nArchitecture: all\n"
    (system.root / "var/lib/dpkg/updates/0001").write_text(
        f"{state}Maintainer: a <a@b>\nDescription: empty\n"
    )
    refused = system.run("apt-get", "install", "--yes", other)
    assert refused.returncode != 0, "this test needs a system that apt refuses to touch"

    repaired = system.run(SETUP, "packages", "run")

    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert system.missing() == []
