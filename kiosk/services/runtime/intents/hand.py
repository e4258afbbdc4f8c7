"""What every group of intents has: the store, the parts that do the work, tasks for commands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from kiosk.services.client.timing import Clock
from kiosk.services.runtime.allowlist import AllowlistCommands
from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.dimming import Dimming
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.runtime.machine import MachineCommands
from kiosk.services.runtime.preferences import PreferenceKeeper
from kiosk.services.runtime.presence import Presence
from kiosk.services.runtime.recovery import RecoveryCommands
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.runtime.support import SupportCommands
from kiosk.services.runtime.visible import Visible
from kiosk.services.state import actions as a
from kiosk.services.state.model import Notice, State
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.refusals import KIOSK_ERROR

_log = logging.getLogger("kiosk.intents")


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that do what a tap asks for."""

    store: Store
    clock: Clock
    commands: Commands
    session: SessionSupervisor
    presence: Presence
    key: KeyHolder
    visible: Visible
    allowlist: AllowlistCommands
    recovery: RecoveryCommands
    machine: MachineCommands
    support: SupportCommands
    dimming: Dimming
    preferences: PreferenceKeeper
    end: Callable[[], None]


class Hand:
    """Nothing here waits; a second tap on what is busy is void."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._store = services.store
        self._clock = services.clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def finish(self) -> None:
        """Let the commands under way come to their end; a cancelled request would be a guess."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=0.5)

    @property
    def _state(self) -> State:
        return self._store.state

    def retry_now(self) -> None:
        """Ask the service again at once."""
        if self._state.batch is None:
            self._services.presence.look_now()
        else:
            self._services.session.retry_now()

    def _spawn(self, command: str, work: Coroutine[Any, Any, None]) -> None:
        if command in self._state.busy:
            work.close()
        else:
            self._run(command, work)

    def _run(self, command: str, work: Coroutine[Any, Any, None]) -> None:
        self._store.dispatch(a.CommandStarted(command))
        task = asyncio.get_running_loop().create_task(work, name=command)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        command, notice = task.get_name(), None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            _log.error("%s broke", command, exc_info=error)
            problem = Problem(Kind.MALFORMED, KIOSK_ERROR, message=type(error).__name__)
            notice = Notice(command, problem)
        # Whatever became of it, its button is free again; unless it was tapped anew meanwhile.
        if all(other.get_name() != command for other in self._tasks):
            self._store.dispatch(a.CommandEnded(command, notice))
