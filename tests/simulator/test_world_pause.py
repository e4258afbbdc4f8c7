from __future__ import annotations

import json

import pytest

from kiosk.simulator.dialects import DIALECTS
from kiosk.simulator.entities import DeviceHappening
from kiosk.simulator.errors import RefusalError
from tests.simulator.worlds import WorldBench


def test_a_paused_session_discovers_nothing_until_it_goes_on() -> None:
    bench = WorldBench(devices=12)
    session_id = bench.start()
    bench.wait(4)
    found = len(bench.states(session_id))
    assert bench.world.pause(session_id).state == "paused"
    bench.wait(100)
    assert len(bench.states(session_id)) == found < 12
    assert bench.world.unpause(session_id).state == "discovering"
    bench.wait(12)
    assert len(bench.states(session_id)) == 12


def test_devices_stay_where_they_are_while_the_session_is_paused() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(20)
    bench.world.provision_all(session_id)
    bench.wait(0.1)
    bench.world.pause(session_id)
    assert set(bench.states(session_id)) == {"provisioning"}
    assert [h for h in bench.wait(300) if isinstance(h, DeviceHappening)] == []
    bench.world.unpause(session_id)
    assert bench.session(session_id).state == "discovering"
    bench.wait(60)
    assert set(bench.states(session_id)) == {"verified"}


def test_a_session_that_was_active_is_active_again() -> None:
    bench = WorldBench(devices=0)
    session_id = bench.start(discovery_timeout_seconds=5)
    bench.wait(6)
    bench.world.pause(session_id)
    assert bench.world.unpause(session_id).state == "active"


def test_pausing_twice_changes_nothing_and_pausing_a_closed_session_is_refused() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.world.pause(session_id)
    assert bench.world.pause(session_id).state == "paused"
    bench.world.stop(session_id)
    for command in (bench.world.pause, bench.world.unpause):
        with pytest.raises(RefusalError, match="SESSION_ALREADY_CLOSED"):
            command(session_id)


def test_nothing_is_provisioned_while_the_session_is_paused() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(20)
    mac = bench.device(session_id).mac
    bench.world.pause(session_id)
    with pytest.raises(RefusalError, match="the session is paused"):
        bench.world.provision(session_id, mac)
    with pytest.raises(RefusalError, match="the session is paused"):
        bench.world.provision_all(session_id)


def test_a_paused_session_expires_when_it_said() -> None:
    bench = WorldBench(devices=0)
    session_id = bench.start()
    bench.world.pause(session_id)
    bench.wait(1801)
    with pytest.raises(RefusalError, match="SESSION_EXPIRED"):
        bench.session(session_id)


def test_a_paused_session_can_be_recovered() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(20)
    bench.world.pause(session_id)
    bench.wait(0)
    bench = bench.die_and_start_again()
    assert [s.state for s in bench.world.archive.recoverable()] == ["paused"]
    assert bench.world.resume(session_id).state == "discovering"


def test_a_skipped_device_is_left_out() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(20)
    mac = bench.device(session_id).mac
    assert bench.world.skip(session_id, mac).state == "skipped"
    assert bench.world.provision_all(session_id) == (4, 0)
    for command in (bench.world.provision, bench.world.retry, bench.world.skip):
        with pytest.raises(RefusalError, match="DEVICE_INVALID_STATE"):
            command(session_id, mac)
    bench.wait(60)
    assert sorted(bench.states(session_id)) == ["skipped"] + ["verified"] * 4


def test_a_failed_device_can_be_skipped_and_one_at_work_cannot() -> None:
    bench = WorldBench(devices=2, scenario="workshop", failing=1)
    session_id = bench.start()
    bench.wait(20)
    bench.world.provision_all(session_id)
    busy = bench.device(session_id).mac
    with pytest.raises(RefusalError, match="DEVICE_ALREADY_PROVISIONING"):
        bench.world.skip(session_id, busy)
    bench.wait(200)
    failed = next(d for d in bench.world.devices(session_id) if d.state == "failed")
    skipped = bench.world.skip(session_id, failed.mac)
    assert (skipped.state, skipped.error_message) == ("skipped", None)


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_every_dialect_tells_of_pause_and_skip(dialect: str) -> None:
    bench = WorldBench(devices=1)
    session_id = bench.start()
    bench.wait(20)
    bench.world.skip(session_id, bench.device(session_id).mac)
    bench.world.pause(session_id)
    speaker = DIALECTS[dialect]()
    skipped, paused = (speaker.frame(happening) for happening in bench.wait(0))
    assert skipped
    assert json.loads(skipped.split(b"\ndata:")[1])["type"] == "device.state_changed"
    assert b'"skipped"' in skipped
    assert paused
    assert b'"state":"paused"' in paused


def test_a_dormant_session_is_discarded_for_good() -> None:
    bench = WorldBench()
    session_id = bench.start()
    with pytest.raises(RefusalError, match="SESSION_ALREADY_ACTIVE"):
        bench.world.discard(session_id)
    bench = bench.die_and_start_again()
    bench.world.discard(session_id)
    assert bench.world.archive.recoverable() == []
    assert [s.id for s in bench.world.archive.history(10)] == [session_id]
    with pytest.raises(RefusalError, match="SESSION_NOT_RECOVERABLE"):
        bench.world.resume(session_id)
    with pytest.raises(RefusalError, match="SESSION_ALREADY_CLOSED"):
        bench.world.discard(session_id)


def test_a_dormant_session_expires_by_itself() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench = bench.die_and_start_again()
    bench.wait(1801)
    (over,) = bench.world.archive.history(10)
    assert (over.id, over.ending) == (session_id, "expired")


def test_a_session_whose_time_ran_out_meanwhile_is_over() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench = bench.die_and_start_again(after=2000)
    bench.wait(0)
    assert [s.ending for s in bench.world.archive.history(10)] == ["expired"]
    with pytest.raises(RefusalError, match="SESSION_EXPIRED"):
        bench.world.discard(session_id)


def test_a_resumed_session_expires_once() -> None:
    bench = WorldBench(devices=0)
    session_id = bench.start()
    bench = bench.die_and_start_again()
    bench.world.resume(session_id)
    endings = [h for h in bench.wait(1801) if getattr(h, "kind", "") == "closed"]
    assert len(endings) == 1


def test_the_history_has_the_latest_first_and_can_be_cleared() -> None:
    bench = WorldBench(devices=1)
    ended = []
    for _ in range(3):
        ended.append(bench.start())
        bench.wait(100)
        bench.world.stop(ended[-1])
        bench.wait(0)
    assert [s.id for s in bench.world.archive.history(2)] == [ended[2], ended[1]]
    bench.wait(50)
    assert bench.world.archive.clear(100) == 2
    bench.wait(0)
    assert [s.id for s in bench.world.archive.history(10)] == [ended[2]]
    bench = bench.die_and_start_again()
    assert [s.id for s in bench.world.archive.history(10)] == [ended[2]]
    assert bench.start() not in ended


def test_a_reset_ends_everything_and_begins_anew() -> None:
    bench = WorldBench()
    dormant = bench.start()
    bench = bench.die_and_start_again()
    running = bench.start()
    bench.wait(20)
    bench.world.disallow(bench.device(running).mac)
    bench.world.installation.config.put("location", "hall")
    bench.world.installation.door.open(5)
    bench.world.reset()
    bench.wait(0)
    assert {s.id for s in bench.world.archive.history(10)} == {dormant, running}
    assert bench.world.archive.recoverable() == []
    assert len(bench.world.allowlist.entries()) == 5
    assert bench.world.installation.config.value("location") == ""
    assert bench.world.installation.door.history(10) == []
    bench.start()
