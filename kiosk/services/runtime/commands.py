"""What a tap sets off: calls to PiOrchestrator, and what came of them into the store.

The client sends again by itself what may be sent again; what is left is the person's decision,
with the state that was read back in sight (reliability.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from kiosk.services.client.api import Api
from kiosk.services.client.errors import ApiError
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import Clock
from kiosk.services.runtime.outcomes import Outcomes, patient_delay
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.state import actions as a
from kiosk.services.state.devices import failed_since
from kiosk.services.state.model import Batch, Notice
from kiosk.services.state.store import Store
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import IDLE_STATES, RUNNING_STATES, Session, SessionConfig

# One scan in ten seconds is what the service allows (contract.md §2.6).
SCAN_PAUSE_SECONDS = 10.0
_RETRIES_AT_ONCE = 4

_SOME_SKIPPED = N_("Cameras being set up: {asked}. Skipped, not approved or busy: {skipped}.")
_SOME_REFUSED = N_("Cameras refused: {refused}. Tap them to see why.")
_NO_MORE = N_("That session can no longer be continued: it has ended.")
_ENDED_CODES = frozenset({"SESSION_ALREADY_CLOSED", "SESSION_NOT_FOUND", "SESSION_EXPIRED"})
_SESSION_KINDS = frozenset({Kind.UNAUTHORIZED, Kind.TRANSPORT, Kind.TIMEOUT, Kind.NOT_API})
_ALREADY_ACTIVE = "SESSION_ALREADY_ACTIVE"
_NOT_RECOVERABLE = _ENDED_CODES | {"SESSION_NOT_RECOVERABLE"}
# So many of the sessions that the service lists are asked about, to find the one that runs.
_MOST_LOOKED_AT = 5


class Commands:
    """Each method is one command: it runs to its end and leaves the outcome in the store.

    Whoever calls one has told the store that it began.
    """

    def __init__(
        self, client: Api, store: Store, session: SessionSupervisor, *, clock: Clock
    ) -> None:
        self._client = client
        self._store = store
        self._session = session
        self._clock = clock
        self._outcomes = Outcomes(store, clock=clock)

    async def start(self, ssid: str, password: SecretStr, config: SessionConfig) -> None:
        """Start a session and open it; adopt one that a lost answer had started all the same."""
        try:
            session = (await self._client.batch.start(ssid, password, config)).data
        except ApiError as error:
            await self._not_started(error.problem)
            return
        self._outcomes.ended("start")
        # A dialect that does not say which network the session is for was told it by us.
        known = session if session.target_ssid else session.model_copy(update={"target_ssid": ssid})
        self._session.open(known)

    async def resume(self, session_id: str) -> None:
        """Resume a session and open it; one that runs already is just opened."""
        try:
            session = await self._resumed(session_id)
        except ApiError as error:
            await self._not_resumed(error.problem, session_id)
            return
        self._outcomes.ended("resume")
        self._session.open(session)

    async def provision_all(self, session_id: str, macs: tuple[str, ...]) -> None:
        """Have all waiting devices set up, and tell how many were skipped.

        ``macs`` are those that wait as the call is made; the service does not say which it took.
        """
        before = self._store.state.batch
        try:
            result = (await self._client.batch.provision_all(session_id)).data
        except ApiError as error:
            if self._is_open(session_id):
                self._outcomes.failed("provision_all", error.problem)
            return
        if not self._is_open(session_id):
            return
        if result.initiated_count != 0:
            self._agreed(before, macs)
        notice = None
        if result.skipped_count:
            numbers = {"asked": result.initiated_count or 0, "skipped": result.skipped_count}
            notice = Notice("provision_all", text=_SOME_SKIPPED, numbers=numbers)
            # The answer does not name them; the list says which are not approved.
            self._session.list_again()
        self._outcomes.ended("provision_all", notice)

    async def retry_failed(self, session_id: str, macs: tuple[str, ...]) -> None:
        """Retry every failed device, a few at a time; a refusal stays at its device.

        What concerns them all (no service, a refused key) ends it: the rest would fare no better.
        """
        places = asyncio.Semaphore(_RETRIES_AT_ONCE)
        general: list[Problem] = []
        refused: list[Problem] = []

        async def one(mac: str) -> None:
            async with places:
                if general or not self._is_open(session_id):
                    return
                problem = await self._device_call("retry", session_id, mac)
            if problem is not None:
                (general if problem.kind in _SESSION_KINDS else refused).append(problem)

        await asyncio.gather(*map(one, macs))
        if not self._is_open(session_id):
            return
        if general:
            self._outcomes.failed("retry_failed", general[0])
        elif refused:
            numbers = {"refused": len(refused)}
            self._outcomes.ended(
                "retry_failed", Notice("retry_failed", text=_SOME_REFUSED, numbers=numbers)
            )
        else:
            self._outcomes.ended("retry_failed")

    async def provision(self, session_id: str, mac: str) -> None:
        """Have one device set up."""
        await self._device_command("provision", session_id, mac)

    async def retry(self, session_id: str, mac: str) -> None:
        """Retry one failed device."""
        await self._device_command("retry", session_id, mac)

    async def stop(self, session_id: str) -> None:
        """End the session; one that is over already needs no stopping."""
        try:
            session: Session | None = (await self._client.batch.stop(session_id)).data
        except ApiError as error:
            if error.problem.code not in _ENDED_CODES:
                if self._is_open(session_id):
                    self._outcomes.failed("stop", error.problem)
                return
            session = None
        if self._is_open(session_id):
            self._session.finish("stopped", session)
            self._outcomes.ended("stop")

    async def pause(self, session_id: str) -> None:
        """Hold the session."""
        await self._hold("pause", session_id, self._client.batch.pause)

    async def unpause(self, session_id: str) -> None:
        """Let the session go on."""
        await self._hold("unpause", session_id, self._client.batch.unpause)

    async def skip(self, session_id: str, mac: str) -> None:
        """Leave one device out of the session."""
        name = f"skip:{mac}"
        reply = await self._outcomes.of(name, lambda: self._client.batch.skip(session_id, mac))
        if reply is not None and self._is_open(session_id):
            # Not every dialect tells of it.
            self._session.list_again()

    async def scan(self) -> None:
        """Scan for networks; the service allows it once in ten seconds."""
        try:
            networks = (await self._client.wifi.scan()).data
        except ApiError as error:
            pause = patient_delay(error.problem) or SCAN_PAUSE_SECONDS
            next_at = self._clock.monotonic() + pause
            self._store.dispatch(a.ScanFailed(error.problem, next_at))
            return
        next_at = self._clock.monotonic() + SCAN_PAUSE_SECONDS
        self._store.dispatch(a.ScanLoaded(networks, next_at))

    async def _hold(
        self, command: str, session_id: str, call: Callable[[str], Awaitable[Reply[Session]]]
    ) -> None:
        reply = await self._outcomes.of(command, lambda: call(session_id))
        if reply is not None and self._is_open(session_id):
            self._session.list_again()

    async def _resumed(self, session_id: str) -> Session:
        try:
            return (await self._client.recovery.resume(session_id)).data
        except ApiError as error:
            session = (
                await self._active(session_id) if error.problem.code == _ALREADY_ACTIVE else None
            )
            if session is None:
                raise
            return session

    async def _not_resumed(self, problem: Problem, session_id: str) -> None:
        if problem.code == _ALREADY_ACTIVE:
            await self._another_runs("resume", problem)
        elif problem.code in _NOT_RECOVERABLE:
            # Somebody else was faster, which is normal (contract.md §6.60).
            self._outcomes.ended("resume", Notice("resume", text=_NO_MORE))
        else:
            self._outcomes.failed("resume", problem, session_id)

    async def _not_started(self, problem: Problem) -> None:
        if problem.code == _ALREADY_ACTIVE:
            await self._another_runs("start", problem)
        else:
            self._outcomes.failed("start", problem)

    async def _another_runs(self, command: str, problem: Problem) -> None:
        """Offer to open the session that runs; the list also has those that only could."""
        for listed in (await self._running())[:_MOST_LOOKED_AT]:
            if await self._active(listed.id) is not None:
                self._outcomes.failed(command, problem, listed.id)
                return
        self._outcomes.failed(command, problem)

    async def _active(self, session_id: str) -> Session | None:
        """Return the session if it runs; None when it does not or nobody can tell."""
        try:
            session = (await self._client.batch.session(session_id)).data.session
        except ApiError:
            return None
        return None if session.state in IDLE_STATES else session

    async def _running(self) -> tuple[Session, ...]:
        try:
            sessions = (await self._client.recovery.recoverable()).data
        except ApiError:
            return ()
        return tuple(s for s in sessions if s.state is None or s.state in RUNNING_STATES)

    async def _device_command(self, command: str, session_id: str, mac: str) -> None:
        name = f"{command}:{mac}"
        problem = await self._device_call(command, session_id, mac)
        if not self._is_open(session_id):
            return
        if problem is not None and problem.kind in _SESSION_KINDS:
            self._outcomes.failed(name, problem)
        else:
            self._outcomes.ended(name)

    async def _device_call(self, command: str, session_id: str, mac: str) -> Problem | None:
        """Ask for one device; what the service says of that device stays at the device."""
        batch = self._client.batch
        call = batch.provision if command == "provision" else batch.retry
        before = self._store.state.batch
        try:
            await call(session_id, mac)
        except ApiError as error:
            if error.problem.kind not in _SESSION_KINDS and self._is_open(session_id):
                self._store.dispatch(a.DeviceRefused(mac, error.problem))
            return error.problem
        if self._is_open(session_id):
            self._agreed(before, (mac,))
        return None

    def _agreed(self, before: Batch | None, macs: tuple[str, ...]) -> None:
        """Show that these were asked for, but for those that have failed before the answer came."""
        now = self._store.state.open_batch()
        failed = frozenset() if before is None else failed_since(before, now)
        self._store.dispatch(a.DevicesAsked(self._clock.monotonic(), macs, failed))

    def _is_open(self, session_id: str) -> bool:
        """Return whether an answer still concerns what is on the screen."""
        batch = self._store.state.batch
        return batch is not None and batch.session.id == session_id and batch.ended_at is None
