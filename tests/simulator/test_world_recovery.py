from __future__ import annotations

import pytest

from kiosk.simulator.errors import RefusalError
from tests.simulator.worlds import WorldBench


def test_a_session_of_a_killed_service_is_unknown_until_it_is_resumed() -> None:
    bench = WorldBench()
    session_id = bench.start()
    bench.wait(20)
    after = bench.die_and_start_again()
    with pytest.raises(RefusalError, match="SESSION_NOT_FOUND"):
        after.session(session_id)
    assert [s.id for s in after.world.archive.recoverable()] == [session_id]
    after.world.resume(session_id)
    assert after.session(session_id).state == "discovering"
    assert after.states(session_id) == ["discovered"] * 5


def test_golden_flow_2_three_discovered_two_provisioned() -> None:
    bench = WorldBench(devices=3)
    session_id = bench.start()
    bench.wait(20)
    done = [d.mac for d in bench.world.devices(session_id)[:2]]
    for mac in done:
        bench.world.provision(session_id, mac)
    bench.wait(30)
    after = bench.die_and_start_again()
    after.world.resume(session_id)
    assert sorted(after.states(session_id)) == ["discovered", "verified", "verified"]
    assert after.world.provision_all(session_id) == (1, 0)
    after.wait(30)
    assert after.states(session_id) == ["verified"] * 3


def test_a_device_cut_off_while_it_was_set_up_has_failed_and_can_be_retried() -> None:
    bench = WorldBench(devices=12)
    session_id = bench.start()
    bench.wait(20)
    bench.world.provision_all(session_id)
    bench.wait(1)
    after = bench.die_and_start_again()
    after.world.resume(session_id)
    devices = after.world.devices(session_id)
    cut = [d for d in devices if d.state == "failed"]
    assert len(cut) == 8
    assert {d.error_message for d in cut} == {
        "DEVICE_TIMEOUT: the service restarted while the device was being set up"
    }
    waiting = [d for d in devices if d.state == "discovered"]
    assert not any(d.accepted for d in waiting)
    for device in cut:
        after.world.retry(session_id, device.mac)
    assert after.world.provision_all(session_id) == (4, 0)
    after.wait(60)
    assert set(after.states(session_id)) == {"verified"}


def test_devices_with_their_credentials_go_on_to_be_verified() -> None:
    bench = WorldBench(devices=1)
    session_id = bench.start()
    bench.wait(10)
    bench.world.provision_all(session_id)
    while bench.states(session_id) != ["provisioned"]:
        bench.wait(0.1)
    after = bench.die_and_start_again()
    after.world.resume(session_id)
    assert after.states(session_id) == ["verifying"]
    after.wait(5)
    assert after.states(session_id) == ["verified"]


def test_discovery_goes_on_after_a_resume_and_finds_nobody_twice() -> None:
    bench = WorldBench(devices=20)
    session_id = bench.start()
    bench.wait(8)
    found = bench.states(session_id)
    assert 0 < len(found) < 20
    after = bench.die_and_start_again(after=300)
    after.world.resume(session_id)
    after.wait(60)
    macs = [d.mac for d in after.world.devices(session_id)]
    assert len(macs) == len(set(macs)) == 20


def test_the_running_session_is_listed_but_cannot_be_resumed() -> None:
    bench = WorldBench()
    session_id = bench.start()
    assert [s.id for s in bench.world.archive.recoverable()] == [session_id]
    with pytest.raises(RefusalError, match="SESSION_ALREADY_ACTIVE"):
        bench.world.resume(session_id)


def test_stopped_and_expired_sessions_are_not_recoverable() -> None:
    bench = WorldBench()
    stopped = bench.start()
    bench.world.stop(stopped)
    expired = bench.start()
    bench.wait(5)
    after = bench.die_and_start_again(after=1800)
    assert after.world.archive.recoverable() == []
    with pytest.raises(RefusalError, match="SESSION_NOT_RECOVERABLE"):
        after.world.resume(stopped)
    with pytest.raises(RefusalError, match="SESSION_EXPIRED"):
        after.world.resume(expired)
    assert after.session(stopped).state == "closed"


def test_a_resumed_session_still_ends_when_it_said() -> None:
    bench = WorldBench(devices=0)
    session_id = bench.start()
    expires_at = bench.session(session_id).expires_at
    bench.wait(600)
    after = bench.die_and_start_again(after=100)
    after.world.resume(session_id)
    after.wait(1200)
    assert after.happened[-1].at == expires_at


def test_the_allowlist_survives_with_what_was_removed_and_used() -> None:
    bench = WorldBench(devices=2)
    session_id = bench.start()
    bench.wait(10)
    first, second = (d.mac for d in bench.world.devices(session_id))
    bench.world.provision(session_id, first)
    bench.wait(10)
    bench.world.disallow(second)
    bench.wait(0)
    after = bench.die_and_start_again()
    assert after.world.allowlist.get(first).used_at is not None
    assert after.world.allowlist.get(second) is None
    assert after.world.allowlist.entries(available=True) == []
