"""Help: an error and its code to photograph, and everything for support on a stick."""

import json
import zipfile
from itertools import product

import pytest

from kiosk.services.views.problem import qr_text
from kiosk.services.views.qr import modules_of
from tests.journeys.service import prompt_service
from tests.journeys.technician import technician_at
from tests.support.canary import KEY, leaks

SCAN = "/api/v1/wifi/scan"


async def help_after_a_failed_scan(technician):
    await technician.taps("network")
    await technician.reads("No list of networks")
    await technician.taps("back")
    await technician.goes_to("help")
    await technician.taps("row:problem-1")
    await technician.reads("NETWORK_ERROR · HTTP 503 · scan", "correlation id")


@pytest.mark.parametrize("theme", ["daylight", "dark"])
async def test_an_error_is_a_code_that_can_be_read_from_the_panel(theme, tmp_path):
    with prompt_service(devices=0) as simulator:
        simulator.fault(SCAN, code="NETWORK_ERROR")
        async with technician_at(simulator.url, theme=theme) as technician:
            await help_after_a_failed_scan(technician)
            await technician.pilot.settle()
            (code,) = technician.widgets("QrCode")
            picture = tmp_path / "panel.png"
            await technician.pilot.screenshot(picture)

            support = technician.kiosk.store.state.support
            problem = support.problems[0]
            assert problem.problem.correlation_id in qr_text(problem, support.about.kiosk)
            expected = modules_of(qr_text(problem, support.about.kiosk))
            assert photographed(picture, code, len(expected)) == expected
            await technician.taps("back")
            await technician.comes("row:problem-1")


async def test_what_is_wrong_with_the_machine_is_told_in_plain_words(tmp_path):
    (tmp_path / "file").touch()
    with prompt_service(devices=0) as simulator:
        async with technician_at(
            simulator.url, state_dir=tmp_path / "file" / "state"
        ) as technician:
            await technician.goes_to("help")
            await technician.reads("Nothing can be kept there.", "Check the folder and its owner.")


def photographed(path, code, side):
    """Return the modules on the picture, each read in its middle; at least 25 mm of them."""
    from kivy.metrics import mm  # noqa: PLC0415 - Kivy reads its environment when imported
    from PIL import Image  # noqa: PLC0415

    (x, y), (width, height) = code._rectangle.pos, code._rectangle.size
    assert width == height >= mm(25)
    image = Image.open(path).convert("L")
    module = width / side
    left, top = x, image.height - y - height
    rows = [[0] * side for _ in range(side)]
    for row, column in product(range(side), repeat=2):
        point = left + (column + 0.5) * module, top + (row + 0.5) * module
        light = image.getpixel(tuple(map(int, point)))
        assert light < 40 or light > 215
        rows[row][column] = int(light < 40)
    return tuple(map(bytes, rows))


async def test_everything_for_support_goes_to_the_stick_without_secrets(tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    monkeypatch.setenv("KIOSK_EXPORT_DIR", str(stick))
    with prompt_service(devices=0, api_key=KEY) as simulator:
        async with technician_at(simulator.url, api_key=KEY) as technician:
            await technician.reads("Service ready")
            await technician.goes_to("help")
            await technician.taps("save")
            await technician.reads("There is no USB stick. Plug one in")

            stick.mkdir()
            await technician.taps("again")
            await technician.reads("Saved for support. The USB stick can be pulled out now.")
            await technician.taps("dismiss")
            await technician.reads("Saved: kiosk-diagnostics-")
    (bundle,) = stick.iterdir()
    with zipfile.ZipFile(bundle) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(files["versions.json"])["orchestrator"] == "0.1.0-simulated"
    assert json.loads(files["versions.json"])["missing"] == {}
    assert json.loads(files["settings.json"])["api_key_given"] is True
    assert json.loads(files["problems.json"])[0]["problem"]["code"] == "NO_STICK"
    assert files["logs.jsonl"]
    assert "orchestrator.json" in files
    assert not any(leaks(text) for text in files.values())
