"""What is known of the Pi, how old each part of it is, and its recent past."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.state.model import State
from kiosk.services.state.monitoring import (
    HISTORY_LENGTH,
    Monitor,
    MonitorConnection,
    MonitorEvent,
    MonitoringLoaded,
    MonitorJunk,
    told_members,
)
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.monitoring import monitoring_of
from kiosk.services.wire.problem import Kind, Problem

ALL: dict[str, Any] = {
    "timestamp": "2026-01-08T12:00:00Z",
    "alerts_count": 2,
    "system_health": {"cpu_usage": 12.5, "memory_usage": 40.0, "temperature": 51.0},
    "network_metrics": {"latency": 3.0},
    "camera_status": {"cam-1": {"online": True}},
}
REFUSED = Problem(Kind.TRANSPORT, retryable=True)


def told(at: float, raw: dict[str, Any], *, transport: Any = "websocket") -> MonitoringLoaded:
    monitoring = monitoring_of(raw)
    return MonitoringLoaded(monitoring, told_members(monitoring), transport, at)


def cpu(at: float, percent: float) -> MonitoringLoaded:
    return told(at, {"system_health": {"cpu_usage": percent}}, transport="polling")


def after(*events: MonitorEvent, state: State | None = None) -> State:
    result = state or State()
    for event in events:
        result = reduce(result, event)
    return result


def monitor(*events: MonitorEvent) -> Monitor:
    return after(*events).monitor


def test_at_first_nothing_is_known_and_nothing_is_live() -> None:
    nothing = State().monitor
    assert nothing.connection.state == "stopped"
    assert nothing.figures == monitoring_of({})
    assert nothing.age("system_health", 10.0) is None


def test_each_member_has_the_moment_it_was_last_told() -> None:
    known = monitor(told(100.0, ALL), cpu(130.0, 20.0))
    assert known.figures.system_health.cpu_usage == 20.0
    assert known.figures.network.latency == 3.0
    assert known.age("system_health", 131.0) == 1.0
    assert known.age("network", 131.0) == 31.0
    assert known.age("cameras", 131.0) == 31.0
    assert known.age("security", 131.0) is None


def test_a_member_that_was_not_told_is_not_taken() -> None:
    whole = monitoring_of({**ALL, "system_health": {"cpu_usage": 99.0}})
    stale = MonitoringLoaded(whole, frozenset({"network"}), "websocket", 130.0)
    known = monitor(told(100.0, ALL), stale)
    assert known.figures.system_health.cpu_usage == 12.5
    assert known.age("network", 130.0) == 0.0


def test_a_late_answer_changes_nothing_that_is_newer() -> None:
    known = after(told(100.0, ALL))
    assert after(cpu(99.0, 1.0), state=known) is known


def test_cameras_that_are_gone_are_gone() -> None:
    none = MonitoringLoaded(monitoring_of({}), frozenset({"cameras"}), "websocket", 130.0)
    known = monitor(told(100.0, ALL), none)
    assert not known.figures.cameras
    assert known.figures.network.latency == 3.0


def test_the_lines_have_a_point_for_each_telling_of_the_health() -> None:
    known = monitor(told(100.0, ALL), told(105.0, {"alerts_count": 1}), cpu(110.0, 20.0))
    assert [(point.at, point.cpu, point.temperature) for point in known.history] == [
        (100.0, 12.5, 51.0),
        (110.0, 20.0, None),
    ]


def test_the_lines_are_bounded() -> None:
    known = monitor(*(cpu(5.0 * i, float(i % 100)) for i in range(3 * HISTORY_LENGTH)))
    assert len(known.history) == HISTORY_LENGTH
    assert known.history[-1].at == 5.0 * (3 * HISTORY_LENGTH - 1)
    assert known.history[0].at == 5.0 * 2 * HISTORY_LENGTH


def test_a_server_that_tells_too_often_does_not_push_the_past_out() -> None:
    known = monitor(*(cpu(0.01 * i, 1.0) for i in range(1000)))
    assert [point.at for point in known.history] == [0.0, 4.0, 8.0]


def test_the_connection_and_the_junk_are_kept_as_told() -> None:
    polling = MonitorConnection("live", "polling", REFUSED, 130.0)
    known = monitor(told(100.0, ALL), polling, MonitorJunk(3))
    assert known.connection == polling
    assert known.junk == 3
    assert known.figures.alerts_count == 2


def test_the_same_news_twice_are_the_same_object() -> None:
    events = [MonitorConnection("live", "websocket"), told(100.0, ALL), MonitorJunk(1)]
    known = after(*events)
    assert after(*events, state=known) is known


def test_the_rest_of_the_state_is_left_alone() -> None:
    known = after(told(100.0, ALL), MonitorJunk(1))
    assert replace(known, monitor=Monitor()) == State()


FIGURES = st.fixed_dictionaries(
    {},
    optional={
        "alerts_count": st.integers(0, 9),
        "system_health": st.fixed_dictionaries({}, optional={"cpu_usage": st.floats(0, 100)}),
        "network_metrics": st.fixed_dictionaries({}, optional={"latency": st.floats(0, 9)}),
    },
)


# A busy machine is no failure.
@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 500), FIGURES), max_size=20))
def test_no_order_of_news_makes_a_member_older_or_the_lines_go_back(
    news: list[tuple[float, dict[str, Any]]],
) -> None:
    state = State()
    for at, raw in news:
        before = state.monitor
        state = reduce(state, told(at, raw))
        assert reduce(state, told(at, raw)) is state
        for member, moment in before.told_at.items():
            assert state.monitor.told_at[member] >= moment
        moments = [point.at for point in state.monitor.history]
        assert moments == sorted(moments)
