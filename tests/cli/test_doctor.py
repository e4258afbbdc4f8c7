"""``kiosk doctor``: findings as JSON or as lines, and by its exit status whether all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import about
from kiosk.__main__ import main
from kiosk.services.runtime.doctor import Surroundings
from tests.cli.conftest import Kiosk
from tests.support.canary import KEY, OTHER_KEY, leaks, secret_file
from tests.support.simulator import SimulatorProcess

AREAS = ["display", "graphics", "touch", "key", "service", "clock", "disk", "journal"]


@pytest.fixture(autouse=True)
def well_equipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be a desktop with a GPU, whatever machine this is."""
    (tmp_path / "dev" / "dri").mkdir(parents=True)
    (tmp_path / "dev" / "dri" / "renderD128").touch()

    def surroundings(settings: object) -> Surroundings:
        file = settings.given_key_file()
        return Surroundings("x11", (), tmp_path / "state", file, dev=tmp_path / "dev")

    monkeypatch.setattr(about, "surroundings", surroundings)


def test_a_machine_that_lacks_nothing_is_well(kiosk: Kiosk, tmp_path: Path) -> None:
    key = secret_file(tmp_path / "key", KEY)
    with SimulatorProcess(devices=0, api_key=KEY) as simulator:
        options = ("--base-url", simulator.url, "--api-key-file", str(key))
        status, told = kiosk("doctor", "--json", *options)
    assert (status, told["ok"]) == (0, True), told
    assert [finding["name"] for finding in told["findings"]] == AREAS
    assert {tuple(finding) for finding in told["findings"]} == {
        ("name", "state", "text", "step", "detail")
    }
    states = {finding["name"]: finding["state"] for finding in told["findings"]}
    assert states == {**dict.fromkeys(AREAS, "good"), "graphics": "unknown", "touch": "unknown"}


def test_a_refused_key_is_wrong_and_is_not_told(kiosk: Kiosk, tmp_path: Path) -> None:
    key = secret_file(tmp_path / "key", OTHER_KEY)
    with SimulatorProcess(devices=0, api_key=KEY) as simulator:
        options = ("--base-url", simulator.url, "--api-key-file", str(key))
        status, told = kiosk("doctor", "--json", *options)
    assert (status, told["ok"]) == (1, False)
    found = {finding["name"]: finding for finding in told["findings"]}
    assert found["key"]["text"] == "It was refused."
    assert not leaks(str(told))


def test_a_person_reads_a_sign_what_is_wrong_and_what_to_do(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor", "--base-url", "http://127.0.0.1:1"]) == 1
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("✗ bad     service: It does not answer. (transport)")
    assert lines[at + 1] == "    Check that it is running."
    assert "✓ good    display: A display is there. (x11)" in lines
    assert "? unknown clock: There is nothing to compare it with." in lines
