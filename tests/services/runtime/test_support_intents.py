"""Save to USB stick: what is in the bundle, what is not, and what is said when it fails."""

from __future__ import annotations

import asyncio
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.client.errors import error_of
from kiosk.services.client.reply import Reply
from kiosk.services.runtime import bundle
from kiosk.services.runtime.journal.export import Contents
from kiosk.services.runtime.journal.rows import DeviceEntry, Entry
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.runtime.sticks import StickError
from kiosk.services.runtime.support import SupportCommands
from kiosk.services.state import actions as a
from kiosk.services.state.logs import LogLines
from kiosk.services.state.machine import Joining, JoiningTyped
from kiosk.services.state.store import Store
from kiosk.services.state.support import About, AboutKnown, ProblemNoted
from kiosk.services.wire.diagnostics import Export
from kiosk.services.wire.logs import LogEntry
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.system import Health, SystemInfo
from tests.services.runtime.fakes import Kit, noticed
from tests.support.canary import KEY, PASSWORD, leaks
from tests.support.clock import FakeClock

AWAY = Problem(Kind.TRANSPORT, retryable=True)


class FakeService:
    """Answers what the bundle asks for; a Problem by raising it."""

    def __init__(self) -> None:
        self.system = self.logs = self
        self.answers: dict[str, Any] = {
            "health": Health(status="healthy", version="2.1"),
            "info": SystemInfo(cpu_percent=12.0),
            "export": Export(data={"service": "fine"}),
            "recent": (LogEntry(id="1", message="first"), LogEntry(id="2", message="second")),
        }

    def once(self) -> FakeService:
        return self

    async def health(self) -> Reply[Any]:
        return await self._answer("health")

    async def info(self) -> Reply[Any]:
        return await self._answer("info")

    async def export(self) -> Reply[Any]:
        return await self._answer("export")

    async def recent(self, _limit: int) -> Reply[Any]:
        return await self._answer("recent")

    async def _answer(self, name: str) -> Reply[Any]:
        await asyncio.sleep(0)
        answer = self.answers[name]
        if isinstance(answer, Problem):
            raise error_of(answer)
        return Reply(answer)


class Desk:
    """The commands over a fake service; the stick is a folder."""

    def __init__(self, stick: Path) -> None:
        self.service, self.store, self.stick = FakeService(), Store(), stick
        self.steps: list[str] = []
        asked = Entry("retry", ("s", "AA:BB:CC:DD:EE:01"), "then", 2, "later", "done")
        self.requests: tuple[Entry, ...] = (asked,)
        noted = DeviceEntry(
            "s", "AA:BB:CC:DD:EE:01", "=1+1", "verified", "then", "now", clock_set=True
        )
        self.devices = (noted,)
        self.store.subscribe(lambda: self.steps.append(self.store.state.support.step))
        client: Any = self.service
        self.commands = SupportCommands(
            client,
            self.store,
            KeyHolder(SecretStr(KEY)),
            clock=FakeClock(),
            settings={"lang": "en", "api_key_given": True},
            export_dir=stick,
            record=self._last,
        )

    async def _last(self, most: int) -> Contents:
        return Contents(self.requests[-most:], self.devices)

    async def saved(self) -> dict[str, str]:
        await self.commands.save_bundle()
        with zipfile.ZipFile(self.stick / self.store.state.support.saved) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def lines(text: str) -> list[str]:
    return [json.loads(line)["message"] for line in text.splitlines()]


async def test_the_bundle_holds_what_support_asks_for(desk: Desk) -> None:
    desk.store.dispatch(AboutKnown(About(kiosk="1.2", host="pi-7")))
    desk.store.dispatch(ProblemNoted("start", Problem(Kind.DOMAIN, "DEVICE_BUSY"), 1.0, 2.0))
    files = await desk.saved()
    assert set(files) == {
        "versions.json",
        "problems.json",
        "logs.jsonl",
        "health.json",
        "settings.json",
        "findings.json",
        "journal.json",
        "devices.csv",
        "orchestrator.json",
    }
    assert json.loads(files["versions.json"])["orchestrator"] == "2.1"
    assert json.loads(files["versions.json"])["missing"] == {}
    assert json.loads(files["problems.json"])[0]["problem"]["code"] == "DEVICE_BUSY"
    assert json.loads(files["health.json"])["system_info"]["cpu_percent"] == 12.0
    assert json.loads(files["settings.json"])["api_key_given"] is True
    assert "pi-7" in desk.store.state.support.saved


async def test_lines_that_came_by_both_ways_are_there_once(desk: Desk) -> None:
    streamed = (LogEntry(id="0", message="older"), LogEntry(id="1", message="first"))
    desk.store.dispatch(LogLines(streamed))
    assert lines((await desk.saved())["logs.jsonl"]) == ["older", "first", "second"]


async def test_without_the_service_the_rest_is_saved_and_says_what_is_missing(desk: Desk) -> None:
    desk.service.answers = dict.fromkeys(desk.service.answers, AWAY)
    files = await desk.saved()
    assert "orchestrator.json" not in files
    missing = json.loads(files["versions.json"])["missing"]
    assert missing == dict.fromkeys(("health", "system_info", "orchestrator", "logs"), "transport")


async def test_no_secret_is_in_the_bundle(desk: Desk) -> None:
    desk.store.dispatch(a.TargetKnown("Machine-Room", SecretStr(PASSWORD)))
    joining = "typed-to-join-the-yard"
    desk.store.dispatch(JoiningTyped(Joining("Yard", SecretStr(joining))))
    leaky = Problem(Kind.DOMAIN, "WIFI_ERROR", message=f"could not join with {PASSWORD}")
    desk.store.dispatch(ProblemNoted("start", leaky, 1.0, 2.0))
    desk.service.answers["recent"] = (LogEntry(message=f"header {KEY}, yard {joining}"),)
    files = await desk.saved()
    assert not [name for name, text in files.items() if leaks(text) or joining in text]
    assert "could not join" in files["problems.json"]


async def test_each_step_is_told_and_the_end_says_that_the_stick_can_go(desk: Desk) -> None:
    await desk.saved()
    told = [step for step in dict.fromkeys(desk.steps) if step]
    assert [step.split()[0] for step in told] == ["Asking", "Writing"]
    state = desk.store.state
    assert state.support.step == ""
    assert state.notice is not None
    assert "can be pulled out" in state.notice.text


async def test_the_record_is_saved_as_tables_and_as_json(desk: Desk) -> None:
    await desk.commands.save_record()
    names = sorted(path.name for path in desk.stick.iterdir())
    assert [name.split("-")[1] for name in names] == ["devices", "record", "requests"]
    texts = [(desk.stick / name).read_text(encoding="utf-8-sig") for name in names]
    assert '"AA:BB:CC:DD:EE:01","\'=1+1","verified"' in texts[0]
    assert json.loads(texts[1])["requests"][0]["attempt"] == 2
    assert '"s AA:BB:CC:DD:EE:01","then","2"' in texts[2]
    notice = desk.store.state.notice
    assert notice is not None
    assert "The record is saved" in notice.text


async def test_what_the_kiosk_remembers_is_in_the_bundle(desk: Desk) -> None:
    files = await desk.saved()
    assert json.loads(files["journal.json"])["devices"][0]["ssid"] == "=1+1"
    assert "'=1+1" in files["devices.csv"]


@pytest.mark.parametrize("code", ["STICK_FULL", "STICK_READ_ONLY", "STICK_FAILED"])
async def test_a_failure_is_told_with_its_code_and_frees_the_button(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def fails(*_args: object) -> None:
        raise StickError(code)

    monkeypatch.setattr(bundle, "write", fails)
    await desk.commands.save_bundle()
    notice = desk.store.state.notice
    assert notice is not None
    assert notice.problem is not None
    assert notice.problem.code == code
    assert (desk.store.state.support.step, desk.store.state.support.saved) == ("", "")


async def test_without_a_stick_a_tap_says_so_and_again_tries_anew(tmp_path: Path) -> None:
    kit = Kit(export_dir=tmp_path / "unplugged")
    kit.intents.save_bundle()
    assert "save_bundle" in kit.state.busy
    await kit.intents.finish()
    notice = kit.state.notice
    assert notice is not None
    assert notice.problem is not None
    assert notice.problem.code == "NO_STICK"
    kit.intents.again(noticed(kit.state))
    assert "save_bundle" in kit.state.busy
    await kit.intents.finish()
