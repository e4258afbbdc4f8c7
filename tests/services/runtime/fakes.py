"""Stand-ins for what the commands talk to: a client that says what a test says, a silent feed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr

from kiosk.services.client.errors import error_of
from kiosk.services.client.reply import Reply
from kiosk.services.runtime.allowlist import AllowlistCommands
from kiosk.services.runtime.backlight import Backlight
from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.dimming import Dimming
from kiosk.services.runtime.intents import Intents, Services
from kiosk.services.runtime.journal.export import Contents
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.runtime.machine import MachineCommands
from kiosk.services.runtime.preferences import PreferenceKeeper
from kiosk.services.runtime.presence import Presence, Watch
from kiosk.services.runtime.reader import Readers, Source
from kiosk.services.runtime.recovery import RecoveryCommands
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.runtime.support import SupportCommands
from kiosk.services.runtime.visible import Visible
from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged, FeedEvent
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Batch, State
from kiosk.services.state.store import Store
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import (
    Cleared,
    DeviceActionResult,
    NetworkStatus,
    ProvisionAllResult,
    Session,
    SessionConfig,
    SessionSnapshot,
)
from kiosk.services.wire.system import Health
from tests.support.canary import KEY
from tests.support.clock import FakeClock

REFUSED_KEY = Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401, surely_not_done=True)
ABSENT = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True)
NO_ANSWER = Problem(Kind.TIMEOUT, retryable=True)


def refused(code: str, status: int = 409, **more: Any) -> Problem:
    """Return the problem of a call that the service refused."""
    return Problem(Kind.DOMAIN, code, http_status=status, surely_not_done=True, **more)


class FakeClient:
    """Records each call; answers with what the test said last, a Problem by raising it.

    Several answers are given in turn and the last one is kept. ``hold`` keeps calls waiting.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.clock_offset: float | None = 0.0
        self.at_once = 0
        self.most_at_once = 0
        # One stands in for all areas: no two of their calls have the same name.
        self.batch = self.recovery = self.system = self.wifi = self.allowlist = self
        self._gates: dict[str, asyncio.Event] = {}
        self._answers: dict[str, list[Any]] = {
            "health": [Health(status="healthy")],
            "network": [NetworkStatus(ssid="DelicasaOnboard", is_active=False)],
            "recoverable": [()],
            "history": [()],
            "entries": [()],
            "add": [AllowlistEntry()],
            "remove": [None],
            "discard": [None],
            "clear_history": [Cleared(cleared=0)],
            "start": [Session(id="new", state="discovering")],
            "resume": [Session(id="old", state="discovering")],
            "session": [refused("SESSION_NOT_FOUND", 404)],
            "devices": [()],
            "stop": [Session(id="new", state="closed")],
            "provision_all": [ProvisionAllResult(initiated_count=1, skipped_count=0)],
            "provision": [DeviceActionResult()],
            "retry": [DeviceActionResult()],
            "pause": [Session(id="s1", state="paused")],
            "unpause": [Session(id="s1", state="active")],
            "skip": [DeviceActionResult()],
            "scan": [()],
        }

    def says(self, call: str, *answers: Any) -> None:
        """Answer this call so from now on."""
        self._answers[call] = list(answers)

    def once(self) -> Self:
        """Nothing is repeated here anyway."""
        return self

    def hold(self, call: str) -> asyncio.Event:
        """Keep these calls waiting until the event is set."""
        self._gates[call] = asyncio.Event()
        return self._gates[call]

    def asked(self, call: str) -> list[tuple[Any, ...]]:
        """Return the arguments of each of these calls."""
        return [made[1:] for made in self.calls if made[0] == call]

    async def entries(self) -> Reply[Any]:
        return await self._call("entries")

    async def add(self, mac: str, description: str | None, container_id: str | None) -> Reply[Any]:
        return await self._call("add", mac, description, container_id)

    async def remove(self, mac: str) -> Reply[Any]:
        return await self._call("remove", mac)

    async def health(self) -> Reply[Any]:
        return await self._call("health")

    async def network(self) -> Reply[Any]:
        return await self._call("network")

    async def recoverable(self) -> Reply[Any]:
        return await self._call("recoverable")

    async def history(self) -> Reply[Any]:
        return await self._call("history")

    async def discard(self, session_id: str) -> Reply[Any]:
        return await self._call("discard", session_id)

    async def clear_history(self, older_than_days: int) -> Reply[Any]:
        return await self._call("clear_history", older_than_days)

    async def start(self, ssid: str, password: SecretStr, config: SessionConfig) -> Reply[Any]:
        return await self._call("start", ssid, password.get_secret_value(), config)

    async def resume(self, session_id: str) -> Reply[Any]:
        return await self._call("resume", session_id)

    async def session(self, session_id: str) -> Reply[Any]:
        return await self._call("session", session_id)

    async def devices(self, session_id: str) -> Reply[Any]:
        return await self._call("devices", session_id)

    async def stop(self, session_id: str) -> Reply[Any]:
        return await self._call("stop", session_id)

    async def provision_all(self, session_id: str) -> Reply[Any]:
        return await self._call("provision_all", session_id)

    async def provision(self, session_id: str, mac: str) -> Reply[Any]:
        return await self._call("provision", session_id, mac)

    async def retry(self, session_id: str, mac: str) -> Reply[Any]:
        return await self._call("retry", session_id, mac)

    async def pause(self, session_id: str) -> Reply[Any]:
        return await self._call("pause", session_id)

    async def unpause(self, session_id: str) -> Reply[Any]:
        return await self._call("unpause", session_id)

    async def skip(self, session_id: str, mac: str) -> Reply[Any]:
        return await self._call("skip", session_id, mac)

    async def scan(self) -> Reply[Any]:
        return await self._call("scan")

    async def _call(self, name: str, *arguments: Any) -> Reply[Any]:
        self.calls.append((name, *arguments))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if name in self._gates:
                await self._gates[name].wait()
        finally:
            self.at_once -= 1
        answers = self._answers[name]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Problem):
            raise error_of(answer)
        return Reply(answer(*arguments) if callable(answer) else answer)


class FakeFeed:
    """A feed that says what a test makes it say, through ``emit``."""

    made: list[FakeFeed] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(
        self,
        _client: Any,
        session_id: str,
        emit: Callable[[FeedEvent], None],
        **_more: Any,
    ) -> None:
        self.session_id = session_id
        self.emit = emit
        self.retries = 0
        self.lists = 0
        self.cancelled = False
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        FakeFeed.made.append(self)

    async def run(self) -> None:
        try:
            await self._end
        except asyncio.CancelledError:
            self.cancelled = True
            raise

    def retry_now(self) -> None:
        self.retries += 1

    def list_again(self) -> None:
        self.lists += 1

    def stop(self, problem: Problem | None) -> None:
        """End as the real one does: its last word, then nothing to run any more."""
        self.emit(ConnectionChanged("stopped", problem))
        if not self._end.done():
            self._end.set_result(None)

    def breaks(self, error: Exception) -> None:
        """End as the real one must never do."""
        self._end.set_exception(error)


@dataclass
class Kit:
    """The runtime over a fake client and a fake clock."""

    client: FakeClient = field(default_factory=FakeClient)
    store: Store = field(default_factory=Store)
    clock: FakeClock = field(default_factory=FakeClock)
    key: KeyHolder = field(default_factory=lambda: KeyHolder(SecretStr(KEY)))
    export_dir: Path = Path("/nonexistent")
    settings_file: Path = Path("/nonexistent/settings.toml")

    def __post_init__(self) -> None:
        rng = random.Random(1)
        client: Any = self.client
        self.presence = Presence(client, self.store, clock=self.clock, rng=rng)
        self.ended = 0
        self.ends: list[str] = []
        self.session = SessionSupervisor(
            client, self.store, self._session_ended, clock=self.clock, rng=rng
        )
        self.commands = Commands(client, self.store, self.session, clock=self.clock)
        sources = {
            Resource.ALLOWLIST: Source(self.client.entries, fresh=30.0),
            Resource.HISTORY: Source(self.client.history),
        }
        readers = Readers(sources, self.store, clock=self.clock, rng=rng)
        self.visible = Visible(self.store, readers, {"presence": lambda: Watch(self.presence)})
        common = (client, self.store, readers)
        self.intents = Intents(
            Services(
                store=self.store,
                clock=self.clock,
                commands=self.commands,
                session=self.session,
                presence=self.presence,
                key=self.key,
                visible=self.visible,
                allowlist=AllowlistCommands(*common, clock=self.clock),
                recovery=RecoveryCommands(*common, self.presence.look_now, clock=self.clock),
                machine=MachineCommands(*common, clock=self.clock),
                support=SupportCommands(
                    client,
                    self.store,
                    self.key,
                    clock=self.clock,
                    settings={},
                    export_dir=self.export_dir,
                    record=self._record,
                ),
                dimming=Dimming(self.store, Backlight(None), clock=self.clock),
                preferences=PreferenceKeeper(self.settings_file, {}, pin_hash=""),
                end=lambda: self.ends.append("now"),
            )
        )

    @property
    def state(self) -> State:
        return self.store.state

    @property
    def batch(self) -> Batch:
        return self.store.state.open_batch()

    @property
    def feed(self) -> FakeFeed:
        return FakeFeed.made[-1]

    def tell(self, *events: a.Action) -> None:
        """Let these happen, as if the feed had said so."""
        for happening in events:
            self.store.dispatch(happening)

    def stamp(self, seconds: float) -> str:
        """Return the wire's text for the server's time in that many seconds."""
        server_now = self.clock.wall() + (self.client.clock_offset or 0.0)
        return datetime.fromtimestamp(server_now + seconds, UTC).isoformat()

    async def settle(self) -> None:
        """Let everything happen that can happen without time."""
        await self.clock.advance(0)
        await self.clock.advance(0)

    def open(self, session_id: str = "s1", **fields: Any) -> None:
        """Open a session."""
        self.session.open(Session(id=session_id, **fields))

    async def _record(self, _most: int) -> Contents:
        return Contents()

    def _session_ended(self) -> None:
        self.ended += 1


def whole(session_id: str, **fields: Any) -> SessionSnapshot:
    """Return what the service says of a session without devices."""
    return SessionSnapshot(session=Session(id=session_id, **fields))


def noticed(state: State) -> str:
    """Return the command that the notice in sight is about."""
    assert state.notice is not None
    return state.notice.command
