"""The files that the installer puts into /etc, as systemd and shellcheck read them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNIT = DEPLOY / "system" / "etc" / "systemd" / "system" / "kiosk.service"
MOST_EXPOSED = 2.0


def said_by(*command: str | Path) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return run.stdout + run.stderr


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_the_unit_is_understood_and_exposes_little(tmp_path: Path) -> None:
    # What the unit starts is not installed here.
    unit = tmp_path / "kiosk.service"
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text()))
    assert "kiosk.service" not in said_by("systemd-analyze", "verify", unit)

    rating = said_by("systemd-analyze", "security", "--offline=true", unit).splitlines()[-1]
    exposed = re.search(r"\d+\.\d+", rating)
    assert exposed, rating
    assert float(exposed[0]) <= MOST_EXPOSED


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="there is no shellcheck")
def test_the_scripts_have_no_mistake_that_shellcheck_knows() -> None:
    scripts = sorted(DEPLOY.rglob("*.sh"))
    assert len(scripts) > 3
    assert said_by("shellcheck", *scripts) == ""
