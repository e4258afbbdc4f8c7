"""Takes down every problem that comes into sight, with its time, for the Help screen."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.services.client.timing import Clock
from kiosk.services.state.known import Resource
from kiosk.services.state.model import State
from kiosk.services.state.reading import known
from kiosk.services.state.store import Store
from kiosk.services.state.support import ProblemNoted
from kiosk.services.wire.problem import Problem


class Noting:
    """Watches the store: whatever puts a problem there, it is noted once for each time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._parts = _parts(store.state)
        self._seen = _problems(store.state)
        self.close = store.subscribe(self._look)

    def _look(self) -> None:
        state = self._store.state
        parts = _parts(state)
        # Most changes are about devices: nothing is looked at for those.
        if all(new is old for new, old in zip(parts, self._parts, strict=True)):
            return
        before, self._parts = self._seen, parts
        self._seen = _problems(state)
        for key, (command, problem) in self._seen.items():
            if before.get(key, (None, None))[1] is not problem:
                now, wall = self._clock.monotonic(), self._clock.wall()
                self._store.dispatch(ProblemNoted(command, problem, now, wall))


def _parts(state: State) -> tuple[object, ...]:
    return (
        state.notice,
        state.service,
        state.scan,
        state.allowlist,
        state.recovery,
        state.machine,
        state.monitor.connection,
        state.logs.connection,
        state.batch.connection if state.batch is not None else None,
        # What refuses a device is the end of a command.
        state.busy,
    )


def _problems(state: State) -> dict[str, tuple[str, Problem]]:
    """Return what is wrong now, each with what it was met with."""
    found = dict(_in_sight(state))
    if state.notice is not None and state.notice.problem is not None:
        found["notice"] = state.notice.command, state.notice.problem
    devices = state.batch.devices if state.batch is not None else {}
    for mac, device in devices.items():
        if device.refusal is not None:
            # Fifty that are refused for the same reason are one problem.
            found[mac] = "device", device.refusal
    return found


def _in_sight(state: State) -> Iterator[tuple[str, tuple[str, Problem]]]:
    """Yield what is wrong with streams and readings; what is absent here is no problem."""
    streams = {
        "presence": state.service.problem,
        "scan": state.scan.problem,
        "monitor": state.monitor.connection.problem,
        "logs": state.logs.connection.problem,
        "events": state.batch.connection.problem if state.batch is not None else None,
    }
    for name, problem in streams.items():
        if problem is not None:
            yield name, (name, problem)
    for resource in Resource:
        read = known(state, resource)
        if read.problem is not None and not read.is_absent:
            yield resource.value, (resource.value, read.problem)
