"""Whatever happens in whatever order: nothing breaks, nothing is lost, nothing grows for ever."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kiosk.services.state import actions as a
from kiosk.services.state.devices import MAX_DEVICES
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.logs import MAX_LINES, LogLines, LogsPaused
from kiosk.services.state.model import Device, Navigation, Notice, Route, State
from kiosk.services.state.monitoring import HISTORY_LENGTH, MonitorConnection, MonitoringLoaded
from kiosk.services.state.reducer import reduce
from kiosk.services.views import panel, provision, status
from kiosk.services.views.language import UNKNOWN
from kiosk.services.wire.events import NetworkUpdated, SessionEnded, SessionUpdated, UnknownEvent
from kiosk.services.wire.figures import Monitoring, SystemHealth
from kiosk.services.wire.logs import LogEntry
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import DEVICE_RANK, NetworkStatus, Session
from tests.services.state.build import SESSION_ID, event, mac, snapshot

DEVICES = st.integers(1, 6).map(mac)
STATES = st.sampled_from([*DEVICE_RANK, "failed", "skipped", "melting", None])
MOMENTS = st.none() | st.integers(0, 50)
PROBLEMS = st.sampled_from(
    [
        Problem(Kind.TRANSPORT, retryable=True),
        Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401),
        Problem(Kind.DOMAIN, "DEVICE_NOT_IN_ALLOWLIST", http_status=409),
        Problem(Kind.MALFORMED, message="[b]\u202e\x00"),
    ]
)
COMMANDS = st.sampled_from(["start", "stop", "provision_all", f"provision:{mac(1)}", "door"])
TEXTS = st.text(max_size=20)
# What no tap can be wrong about.
_SUBJECTS = {Route.CHOICE: "theme"}
VIEWS = {route: import_module(f"kiosk.services.views.{route.value}") for route in Route}


class History(RuleBasedStateMachine):
    """One kiosk; ``now`` is its clock."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State()
        self.now = 100.0
        self.busy: set[str] = set()

    def happens(self, action: a.Action) -> State:
        before, self.state = self.state, reduce(self.state, action)
        return before

    # Of the session

    @rule(state=st.sampled_from(["discovering", "active", "paused", "odd"]))
    def a_session_opens(self, state: str) -> None:
        self.happens(a.SessionOpened(Session(id=SESSION_ID, state=state), self.now))

    @precondition(lambda self: self.state.batch is not None)
    @rule(address=DEVICES, state=STATES, at=MOMENTS, error=st.none() | TEXTS, progress=MOMENTS)
    def a_device_changes(
        self, address: str, state: str | None, at: int | None, error: str | None, progress: int
    ) -> None:
        told = event(address, state, at=at, error=error, progress=progress)
        before = self.happens(told).open_batch().devices
        after = self.state.open_batch().devices
        assert before.keys() | {address} == after.keys()
        assert all(not _went_back(old, after[old.mac]) for old in before.values())
        assert reduce(self.state, told) is self.state

    @precondition(lambda self: self.state.batch is not None)
    @rule(listed=st.lists(st.tuples(DEVICES, STATES), max_size=6))
    def the_service_lists_all(self, listed: list[tuple[str, str | None]]) -> None:
        self.happens(snapshot(*({"mac": m, "state": s} for m, s in listed), at=self.now))
        devices = self.state.open_batch().devices
        assert devices.keys() == {address for address, _ in listed}
        for address, state in dict(listed).items():
            wanted = "provisioning" if state == "connecting" else state
            assert state is None or devices[address].state == wanted

    @rule(macs=st.lists(DEVICES, max_size=3), address=DEVICES, problem=PROBLEMS)
    def devices_are_asked_and_refused(
        self, macs: list[str], address: str, problem: Problem
    ) -> None:
        self.happens(a.DevicesAsked(self.now, tuple(macs)))
        self.happens(a.DeviceRefused(address, problem))

    @rule(shown=st.sampled_from(["all", "problems", "waiting", "busy", "ready"]))
    def devices_are_filtered(self, shown: a.Shown) -> None:
        self.happens(a.DevicesFiltered(shown))

    @rule(
        state=st.sampled_from(["connecting", "live", "stale", "reconnecting", "stopped"]),
        problem=st.none() | PROBLEMS,
    )
    def the_stream_changes(self, state: str, problem: Problem | None) -> None:
        self.happens(ConnectionChanged(state, problem, self.now + 5))

    @rule(state=st.sampled_from(["active", "closing", "odd", None]), session_id=st.booleans())
    def the_session_changes(self, state: str | None, session_id: bool) -> None:
        told = Session(id=SESSION_ID, state=state, device_count=3)
        self.happens(SessionUpdated(session=told, session_id=SESSION_ID if session_id else "s2"))
        self.happens(NetworkUpdated(status=NetworkStatus(is_active=session_id)))
        self.happens(UnknownEvent(raw_type="odd"))

    @rule(outcome=st.sampled_from(["done", "stopped", "failed", "unknown"]))
    def the_session_ends(self, outcome: a.Shown) -> None:
        self.happens(SessionEnded(session=Session(id=SESSION_ID), outcome=outcome))
        self.happens(a.SessionStopped(None, outcome, self.now))

    @rule(told=st.booleans())
    def the_session_is_left(self, told: bool) -> None:
        self.happens(a.SessionLeft(Notice("session", text="gone") if told else None))
        assert self.state.batch is None

    # Of the machine

    @rule(messages=st.lists(TEXTS, min_size=1, max_size=3), times=st.sampled_from([1, 1, 300]))
    def lines_are_logged(self, messages: list[str], times: int) -> None:
        lines = tuple(LogEntry(message=text) for text in messages) * times
        self.happens(LogLines(lines))

    @rule(paused=st.booleans())
    def the_log_is_paused(self, paused: bool) -> None:
        self.happens(LogsPaused(paused))

    @rule(cpu=st.none() | st.floats(0, 100), times=st.sampled_from([1, 1, HISTORY_LENGTH]))
    def figures_come(self, cpu: float | None, times: int) -> None:
        figures = Monitoring(system_health=SystemHealth(cpu_usage=cpu))
        self.happens(MonitorConnection("live", "websocket"))
        for _ in range(times):
            self.now += 5
            told = frozenset({"system_health"})
            self.happens(MonitoringLoaded(figures, told, "websocket", self.now))

    @rule(problem=PROBLEMS)
    def the_service_is_lost(self, problem: Problem) -> None:
        self.happens(a.ServiceFailed(problem, self.now + 8))

    @rule(recoverable=st.booleans())
    def the_service_is_back(self, recoverable: bool) -> None:
        sessions = (Session(id="old", state="active"),) if recoverable else ()
        self.happens(a.ServiceReached(sessions, None, self.now, 1.8e9))

    # Of the person

    @rule(route=st.sampled_from(Route), address=DEVICES)
    def a_screen_is_opened(self, route: Route, address: str) -> None:
        self.happens(a.Opened(route, _SUBJECTS.get(route, address)))

    @rule()
    def the_sheet_is_left(self) -> None:
        self.happens(a.WentBack())

    @rule(field=st.sampled_from(["ssid", "password", "api_key", "pin"]), text=TEXTS)
    def something_is_typed(self, field: a.Field, text: str) -> None:
        if field == "password":
            # Else it may be a word that stands in the state anyway.
            text = f"canary-{text}"
        for action in (a.FieldOpened(field), a.Typed(text), a.FieldAccepted(), a.PageTurned()):
            self.happens(action)

    @rule(command=COMMANDS)
    def a_command_begins(self, command: str) -> None:
        self.busy.add(command)
        self.happens(a.CommandStarted(command))

    @rule(command=COMMANDS, problem=st.none() | PROBLEMS)
    def a_command_ends(self, command: str, problem: Problem | None) -> None:
        self.busy.discard(command)
        self.happens(a.CommandEnded(command, Notice(command, problem) if problem else None))

    @rule(seconds=st.sampled_from([0.5, 10.0, 3600.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    # Whatever has happened

    @invariant()
    def every_device_that_was_not_left_out_is_counted_once(self) -> None:
        if self.state.batch is None:
            return
        numbers = [count.number for count in provision.view_of(self.state, self.now).counts]
        among = [d for d in self.state.batch.devices.values() if d.state != "skipped"]
        if self.state.batch.loaded:
            assert sum(map(int, numbers)) == len(among)
        else:
            assert set(numbers) == {UNKNOWN}

    @invariant()
    def nothing_grows_for_ever(self) -> None:
        state = self.state
        assert state.batch is None or len(state.batch.devices) <= MAX_DEVICES
        assert len(state.logs.lines) <= MAX_LINES
        assert len(state.logs.there) <= MAX_LINES
        assert len(state.monitor.history) <= HISTORY_LENGTH
        assert _depth(state.navigation) <= len(Route)
        assert state.busy <= self.busy

    @invariant()
    def every_screen_that_is_open_can_be_shown(self) -> None:
        assert VIEWS[self.state.navigation.route].view_of(self.state, self.now)
        assert status.view_of(self.state, self.now)
        assert panel.view_of(self.state, self.now)

    @invariant()
    def the_password_is_in_no_text(self) -> None:
        secret = self.state.form.password.get_secret_value()
        if len(secret) > 3:
            assert all(secret not in repr(getattr(self.state, f.name)) for f in fields(State))


def _went_back(old: Device, new: Device) -> bool:
    if old.state not in DEVICE_RANK or new.state not in DEVICE_RANK:
        return False
    return DEVICE_RANK[new.state] < DEVICE_RANK[old.state]


def _depth(navigation: Navigation | None) -> int:
    return 0 if navigation is None else 1 + _depth(navigation.parent)


TestAnyHistory = History.TestCase
TestAnyHistory.settings = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
