from __future__ import annotations

import pytest

from kiosk.simulator.entities import NetworkHappening, SessionHappening
from kiosk.simulator.errors import RefusalError
from tests.simulator.worlds import WorldBench


def kinds(happened: list) -> list[str]:
    return [h.kind for h in happened if isinstance(h, SessionHappening)]


def test_devices_show_up_while_a_session_discovers() -> None:
    bench = WorldBench(devices=12)
    session_id = bench.start()
    assert bench.states(session_id) == []
    bench.wait(2)
    assert bench.states(session_id)[0] == "discovered"
    bench.wait(13)
    assert bench.states(session_id) == ["discovered"] * 12


def test_a_session_is_active_once_its_discovery_time_is_over() -> None:
    bench = WorldBench()
    session_id = bench.start(discovery_timeout_seconds=10)
    bench.wait(9.9)
    assert bench.session(session_id).state == "discovering"
    assert kinds(bench.wait(0.2)) == ["changed"]
    assert bench.session(session_id).state == "active"


def test_nothing_is_discovered_after_the_discovery_time() -> None:
    bench = WorldBench(devices=50)
    session_id = bench.start(discovery_timeout_seconds=5)
    bench.wait(5)
    found = len(bench.states(session_id))
    assert 0 < found < 50
    bench.wait(60)
    assert len(bench.states(session_id)) == found


def test_only_one_session_runs_at_a_time() -> None:
    bench = WorldBench()
    first = bench.start()
    with pytest.raises(RefusalError, match="SESSION_ALREADY_ACTIVE"):
        bench.start()
    bench.world.stop(first)
    assert bench.start() != first


def test_a_session_cannot_be_stopped_twice_but_can_still_be_read() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(10)
    bench.world.stop(session_id)
    with pytest.raises(RefusalError, match="SESSION_ALREADY_CLOSED"):
        bench.world.stop(session_id)
    assert bench.session(session_id).state == "closed"
    assert len(bench.states(session_id)) == 5


def test_a_session_warns_a_minute_before_its_end_and_expires_when_it_said() -> None:
    bench = WorldBench(devices=0)
    session_id = bench.start()
    expires_at = bench.session(session_id).expires_at
    assert expires_at == bench.now + 1800
    assert kinds(bench.wait(1739)) == ["changed"]
    assert kinds(bench.wait(2)) == ["ending_soon"]
    assert kinds(bench.wait(59.5)) == ["closed"]
    assert bench.happened[-1].at == expires_at
    for command in (bench.world.session, bench.world.stop, bench.world.resume):
        with pytest.raises(RefusalError, match="SESSION_EXPIRED"):
            command(session_id)


def test_the_onboarding_network_is_up_while_a_session_runs() -> None:
    bench = WorldBench()
    assert not bench.world.network().is_active
    session_id = bench.start()
    bench.wait(20)
    assert bench.world.network().is_active
    assert bench.world.network().connected_devices == 5
    bench.world.stop(session_id)
    bench.wait(0)
    assert not bench.world.network().is_active
    told = [h.status.is_active for h in bench.happened if isinstance(h, NetworkHappening)]
    assert told == [True, False]


def test_speed_makes_everything_faster_and_the_expiry_honest() -> None:
    bench = WorldBench(devices=12, speed=10)
    session_id = bench.start()
    assert bench.session(session_id).expires_at == bench.now + 180
    bench.wait(1.5)
    assert len(bench.states(session_id)) == 12
    bench.wait(178.6)
    with pytest.raises(RefusalError, match="SESSION_EXPIRED"):
        bench.session(session_id)


def test_one_big_step_and_many_small_ones_leave_the_same_world() -> None:
    def history(step: float | None) -> list:
        bench = WorldBench(devices=20, scenario="field")
        session_id = bench.start()
        bench.wait(40, step=step)
        bench.world.provision_all(session_id)
        bench.wait(300, step=step)
        return bench.happened

    assert history(None) == history(0.37)
    assert len(history(None)) > 100


def test_an_unknown_session_is_not_found() -> None:
    bench = WorldBench()
    bench.start()
    for command in (bench.world.session, bench.world.stop, bench.world.resume):
        with pytest.raises(RefusalError, match="SESSION_NOT_FOUND"):
            command("sess_nobody")
