"""The doctor: what is wrong with a machine, told from what is there and who may use it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from kiosk.connect import connected
from kiosk.services.client.api import Api
from kiosk.services.runtime import doctor
from kiosk.services.runtime.doctor import DoctorFeed, Surroundings, examine
from kiosk.services.runtime.journal.journal import Journal
from kiosk.services.runtime.journal.schema import FILE
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.runtime.visible import FED
from kiosk.services.state.findings import Finding
from kiosk.services.state.model import Route
from kiosk.services.state.support import Examined
from kiosk.settings import Settings
from tests.support.canary import KEY, leaks, secret_file
from tests.support.clock import FakeClock
from tests.support.server import Reply, ScriptedServer, answer, document, failure, success

HEALTH, SESSIONS = "/api/v1/health", "/api/v1/provisioning/sessions/recoverable"
NOW = 1.8e9
AREAS = ["display", "graphics", "touch", "key", "service", "clock", "disk", "journal"]


def pi(tmp_path: Path, *nodes: str, **facts: object) -> Surroundings:
    """Return a Pi on its own console, with these nodes below /dev."""
    dev = tmp_path / "dev"
    for node in nodes:
        (dev / node).parent.mkdir(parents=True, exist_ok=True)
        (dev / node).touch()
    around = Surroundings("kmsdrm", (), tmp_path / "state", dev=dev, may=lambda *_: True)
    return replace(around, **facts)


def unless(*parts: str) -> Callable[[Path, int], bool]:
    """Return an access check that refuses what has any of these in its name."""
    return lambda path, _mode: not any(part in str(path) for part in parts)


def told(finding: Finding) -> tuple[str, str]:
    return finding.state, finding.text


def test_a_panel_that_may_be_drawn_on_is_a_display(tmp_path: Path) -> None:
    finding = doctor.display_finding(pi(tmp_path, "dri/card1"))
    assert (finding.state, finding.detail) == ("good", "kmsdrm")


def test_without_a_display_the_cables_come_first(tmp_path: Path) -> None:
    finding = doctor.display_finding(pi(tmp_path, driver=None))
    assert told(finding) == ("bad", "No display is connected.")
    assert finding.step == "Check the panel's cables."


def test_a_panel_that_only_others_may_draw_on_names_the_group(tmp_path: Path) -> None:
    finding = doctor.display_finding(pi(tmp_path, "dri/card1", may=unless("card")))
    assert (finding.state, finding.step) == ("bad", "The user needs group video.")
    assert finding.detail.endswith("dri/card1")


def test_a_desktop_draws_for_its_user(tmp_path: Path) -> None:
    around = pi(tmp_path, driver="x11", may=unless("card"))
    assert doctor.display_finding(around).state == "good"


def test_a_second_kiosk_is_told_and_one_is_not(tmp_path: Path) -> None:
    one = Surroundings("kmsdrm", (), tmp_path, kiosks=(7,))
    assert doctor.kiosks_finding(one) == ()
    (found,) = doctor.kiosks_finding(replace(one, kiosks=(7, 12)))
    assert (found.name, found.state, found.detail) == ("kiosks", "bad", "7, 12")
    assert found.step == "Stop all but one."


def test_who_draws_is_known_only_where_something_is_drawn(tmp_path: Path) -> None:
    around = pi(tmp_path, "dri/renderD128")
    assert doctor.graphics_finding(around).state == "unknown"
    drawn = doctor.graphics_finding(replace(around, renderer="V3D 7.1.7"))
    assert (drawn.state, drawn.detail) == ("good", "V3D 7.1.7")


@pytest.mark.parametrize(
    ("nodes", "facts", "step"),
    [
        ((), {}, "Enable the vc4-kms-v3d driver."),
        ((), {"renderer": "llvmpipe (LLVM 19)"}, "Enable the vc4-kms-v3d driver."),
        (["dri/renderD128"], {"may": unless("renderD")}, "The user needs group render."),
        (["dri/renderD128"], {"renderer": "SWRast"}, "Install Mesa's driver."),
    ],
)
def test_drawing_by_the_processor_says_what_the_gpu_lacks(
    tmp_path: Path, nodes: list[str], facts: dict[str, object], step: str
) -> None:
    finding = doctor.graphics_finding(pi(tmp_path, *nodes, **facts))
    assert (*told(finding), finding.step) == ("bad", "The processor draws: slow.", step)


def test_a_touch_panel_must_be_there_and_be_heard(tmp_path: Path) -> None:
    there = pi(tmp_path, panels=("event3",))
    assert doctor.touch_finding(there).state == "good"
    assert doctor.touch_finding(there).detail.endswith("dev/input/event3")
    deaf = doctor.touch_finding(replace(there, may=unless("event3")))
    assert (deaf.state, deaf.step) == ("bad", "The user needs group input.")
    absent = doctor.touch_finding(replace(there, panels=()))
    assert (absent.state, absent.step) == ("bad", "Check the panel's cables.")


def test_a_desktop_does_without_a_touch_panel(tmp_path: Path) -> None:
    assert doctor.touch_finding(pi(tmp_path, driver="x11")).state == "unknown"
    there = pi(tmp_path, driver="x11", panels=("event3",), may=unless("event"))
    assert doctor.touch_finding(there).state == "good"


@pytest.mark.parametrize(
    ("now", "offset", "expected"),
    [
        (NOW, 59.0, ("good", "")),
        (NOW, -61.0, ("bad", "-61 s")),
        (NOW, 3600.0, ("bad", "+3600 s")),
        (NOW, None, ("unknown", "")),
        (0.0, 0.0, ("bad", "1970-01-01")),
        (0.0, None, ("bad", "1970-01-01")),
    ],
)
def test_a_clock_is_wrong_before_the_kiosk_was_written_or_apart_from_the_services(
    now: float, offset: float | None, expected: tuple[str, str]
) -> None:
    finding = doctor.clock_finding(now, offset)
    assert (finding.state, finding.detail) == expected


class Usage(NamedTuple):
    free: int


def disk(folder: Path, monkeypatch: pytest.MonkeyPatch, free: int = 1 << 30) -> Finding:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: Usage(free))
    return doctor.disk_finding(folder, unless("locked"))


def test_a_folder_that_is_not_there_yet_counts_as_where_it_will_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disk(tmp_path / "state" / "kiosk", monkeypatch).state == "good"
    assert not (tmp_path / "state").exists()
    (tmp_path / "locked").mkdir()
    (tmp_path / "file").touch()
    for folder in ("locked/kiosk", "file/kiosk"):
        found = disk(tmp_path / folder, monkeypatch)
        assert told(found) == ("bad", "Nothing can be kept there.")


def test_a_disk_is_full_before_its_last_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = disk(tmp_path, monkeypatch, free=7 << 20)
    assert (*told(finding), finding.detail) == ("bad", "The disk is almost full.", "7 MB")


def test_a_folder_behind_a_closed_door_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "exists", refuse)
    finding = doctor.disk_finding(tmp_path)
    assert (finding.state, finding.detail) == ("bad", "Permission denied")


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(doctor.shutil, "disk_usage", fail)
    finding = doctor.disk_finding(tmp_path)
    assert (finding.state, finding.detail) == ("bad", "Input/output error")


def client_of(url: str, key: str | None = None) -> Api:
    return connected(Settings(base_url=url), lambda: key)


async def test_a_service_that_answers_tells_its_version() -> None:
    async with ScriptedServer() as server, client_of(server.base_url) as client:
        server.on("GET", HEALTH, document({"status": "ok", "version": "2.1"}))
        finding = await doctor.service_finding(client.once())
    assert (finding.state, finding.detail) == ("good", "2.1")


async def test_a_page_at_the_address_is_not_the_service() -> None:
    page = answer(200, "<!doctype html>", content_type="text/html")
    async with ScriptedServer() as server, client_of(server.base_url) as client:
        for path in (HEALTH, "/health", "/api/health", "/api/dashboard/health"):
            server.on("GET", path, page)
        finding = await doctor.service_finding(client.once())
    assert told(finding) == ("bad", "Something else answers there.")
    assert (finding.step, finding.detail) == ("Check address and port.", "not_api")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer(502, "<html>", content_type="text/html"), "It does not answer."),
        (failure("UNAUTHORIZED", 401), "It wants another access key."),
        (failure("DATABASE_ERROR", 500), "It answers with an error."),
        (answer(200, "{"), "It answers with an error."),
    ],
)
async def test_a_service_that_is_not_well_is_told_by_how_it_answers(
    reply: Reply, expected: str
) -> None:
    async with ScriptedServer() as server, client_of(server.base_url) as client:
        server.on("GET", HEALTH, reply)
        finding = await doctor.service_finding(client.once())
    assert told(finding) == ("bad", expected)


async def test_a_service_that_is_down_and_a_key_that_was_not_tried() -> None:
    async with ScriptedServer() as server:
        url = server.base_url
    async with client_of(url, KEY) as client:
        service = await doctor.service_finding(client.once())
        key = await doctor.key_finding(client.once(), None, known=True)
    assert (*told(service), service.detail) == ("bad", "It does not answer.", "transport")
    assert told(key) == ("unknown", "Known, but not tried.")


@pytest.mark.parametrize(
    ("key", "reply", "expected"),
    [
        (KEY, success({"sessions": []}), ("good", "It is accepted.")),
        (None, success({"sessions": []}), ("good", "None is needed.")),
        (KEY, failure("UNAUTHORIZED", 401), ("bad", "It was refused.")),
        (None, failure("UNAUTHORIZED", 401), ("bad", "One is needed.")),
    ],
)
async def test_the_key_is_tried(key: str | None, reply: Reply, expected: tuple[str, str]) -> None:
    async with ScriptedServer() as server, client_of(server.base_url, key) as client:
        server.on("GET", SESSIONS, reply)
        finding = await doctor.key_finding(client.once(), None, known=key is not None)
    assert told(finding) == expected


async def test_a_named_file_without_a_key_is_told_and_nothing_is_asked(tmp_path: Path) -> None:
    async with ScriptedServer() as server, client_of(server.base_url) as client:
        finding = await doctor.key_finding(client.once(), tmp_path / "key", known=False)
        assert server.requests == []
    assert (finding.state, finding.detail) == ("bad", str(tmp_path / "key"))


async def test_everything_is_looked_at_and_the_key_is_told_nowhere(tmp_path: Path) -> None:
    file = secret_file(tmp_path / "key", KEY)
    async with ScriptedServer() as server, client_of(server.base_url, KEY) as client:
        server.on("GET", HEALTH, document({"status": "ok"}))
        server.on("GET", SESSIONS, failure("UNAUTHORIZED", 401, message=f"wrong key {KEY}"))
        around = pi(tmp_path, key_file=file)
        found = await examine(client.once(), KeyHolder(given=file), FakeClock(), around)
    assert [finding.name for finding in found] == AREAS
    assert not leaks(repr(found))


async def test_help_looks_when_it_is_opened_and_when_asked_but_not_by_itself(
    tmp_path: Path,
) -> None:
    assert [route for route, feeds in FED.items() if "doctor" in feeds] == [Route.HELP]
    told_of: asyncio.Queue[Examined] = asyncio.Queue()
    looked: list[Surroundings] = []

    def surroundings() -> Surroundings:
        looked.append(pi(tmp_path))
        return looked[-1]

    clock = FakeClock()
    async with ScriptedServer() as server, client_of(server.base_url) as client:
        feed = DoctorFeed(client, told_of.put_nowait, KeyHolder(), clock, surroundings)
        task = asyncio.create_task(feed.run())
        assert [finding.name for finding in (await told_of.get()).findings] == AREAS
        await clock.advance(3600.0)
        assert (len(looked), clock.slept) == (1, [])
        feed.retry_now()
        await told_of.get()
        assert len(looked) == 2
        task.cancel()
        await asyncio.wait({task})


async def test_a_journal_is_good_as_long_as_it_can_be_written(tmp_path: Path) -> None:
    around = pi(tmp_path)
    assert told(doctor.journal_finding(around)) == ("good", "Nothing was done yet.")
    journal = Journal(around.state_dir, clock=FakeClock())
    await journal.intend("stop", ("s",))
    finding = doctor.journal_finding(around)
    assert (told(finding), finding.detail) == (("good", "What is done is kept."), "1 open")
    denied = replace(around, may=unless("journal"))
    assert told(doctor.journal_finding(denied)) == ("bad", "It may not be written.")
    full = doctor.journal_finding(replace(around, trouble="full"))
    assert (told(full), full.step) == (
        ("bad", "Nothing is remembered."),
        "Delete what is not needed.",
    )
    await journal.close()


async def test_a_damaged_journal_is_told_and_so_is_one_that_was_put_aside(tmp_path: Path) -> None:
    around = pi(tmp_path)
    around.state_dir.mkdir()
    (around.state_dir / FILE).write_bytes(b"no database" * 1000)
    assert told(doctor.journal_finding(around)) == ("bad", "It is damaged.")
    journal = Journal(around.state_dir, clock=FakeClock())
    await journal.open()
    finding = doctor.journal_finding(around)
    assert told(finding) == ("unknown", "A damaged one was put aside.")
    assert finding.detail.startswith(f"{FILE}.corrupt-")
    await journal.close()
