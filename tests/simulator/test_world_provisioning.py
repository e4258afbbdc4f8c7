from __future__ import annotations

from collections import Counter

import pytest

from kiosk.simulator.entities import DeviceHappening, ProblemHappening
from kiosk.simulator.errors import RefusalError
from tests.simulator.worlds import WorldBench


def ready(**options: object) -> tuple[WorldBench, str]:
    """Make a bench whose fleet is all discovered."""
    bench = WorldBench(**options)
    session_id = bench.start()
    bench.wait(60)
    return bench, session_id


def story(bench: WorldBench, mac: str) -> list[str]:
    told = (h for h in bench.happened if isinstance(h, DeviceHappening) and h.device.mac == mac)
    return [h.kind for h in told if h.kind != "drifted"]


def test_a_device_goes_through_every_state_in_order() -> None:
    bench, session_id = ready(devices=1)
    mac = bench.device(session_id).mac
    bench.world.provision(session_id, mac)
    bench.wait(12)
    assert story(bench, mac) == [
        "discovered",
        "queued",
        "started",
        "connected",
        "completed",
        "verifying",
        "verified",
    ]
    device = bench.device(session_id)
    assert device.state == "verified"
    assert device.verified_at > device.provisioned_at > device.discovered_at
    assert device.progress == 100


def test_fifty_devices_of_seed_seven_are_verified_after_one_round_of_retries() -> None:
    bench, session_id = ready(devices=50, scenario="workshop")
    assert bench.world.provision_all(session_id) == (50, 0)
    bench.wait(200)
    failed = [d for d in bench.world.devices(session_id) if d.state == "failed"]
    assert len(failed) == 7
    for device in failed:
        bench.world.retry(session_id, device.mac)
    bench.wait(60)
    assert set(bench.states(session_id)) == {"verified"}
    assert bench.world.counts(session_id).verified == 50


def test_at_most_eight_devices_are_set_up_at_the_same_time() -> None:
    bench, session_id = ready(devices=30)
    bench.world.provision_all(session_id)
    busiest = 0
    for _ in range(300):
        bench.wait(0.1)
        busiest = max(busiest, Counter(bench.states(session_id))["provisioning"])
    assert busiest == 8


def test_a_device_that_waits_for_its_turn_stays_discovered_and_is_not_accepted_twice() -> None:
    bench, session_id = ready(devices=20)
    bench.world.provision_all(session_id)
    bench.wait(0.1)
    last = bench.world.devices(session_id)[-1]
    assert last.state == "discovered"
    with pytest.raises(RefusalError, match="DEVICE_ALREADY_PROVISIONING"):
        bench.world.provision(session_id, last.mac)
    assert bench.world.provision_all(session_id) == (0, 0)


def test_devices_outside_the_allowlist_are_skipped_and_refused_until_they_are_added() -> None:
    bench, session_id = ready(devices=20, scenario="field", failing=0)
    assert bench.world.provision_all(session_id) == (18, 2)
    stranger = next(d for d in bench.world.devices(session_id) if not d.in_allowlist)
    with pytest.raises(RefusalError, match="DEVICE_NOT_IN_ALLOWLIST"):
        bench.world.provision(session_id, stranger.mac)
    bench.world.allow(stranger.mac, "spare", None)
    bench.wait(30)
    assert bench.world.provision(session_id, stranger.mac).state == "provisioning"
    bench.wait(20)
    assert bench.world.allowlist.get(stranger.mac).used_at is not None


@pytest.mark.parametrize(
    ("code", "text", "seconds"),
    [
        ("DEVICE_UNREACHABLE", "cannot connect to 192.168.4.", 3.1),
        ("DEVICE_REJECTED", "refused the credentials", 5.1),
        ("DEVICE_TIMEOUT", "no answer within 120 s", 120.1),
        ("VERIFICATION_TIMEOUT", "not online within 90 s", 97),
    ],
)
def test_a_failure_says_what_happened_and_takes_as_long_as_it_really_does(
    code: str, text: str, seconds: float
) -> None:
    bench, session_id = ready(devices=40, scenario="field", failing=40, seed=2)
    reason = {camera.mac: camera.failure for camera in bench.fleet}
    mac = next(d.mac for d in bench.world.devices(session_id) if reason[d.mac] == code)
    bench.world.provision(session_id, mac)
    bench.wait(seconds)
    device = bench.world.device(session_id, mac)
    assert device.state == "failed"
    assert device.error_message.startswith(f"{code}: ")
    assert text in device.error_message


def test_the_timeouts_of_the_session_are_kept() -> None:
    bench = WorldBench(devices=3)
    session_id = bench.start(provisioning_timeout_seconds=1, verification_timeout_seconds=5)
    bench.wait(30)
    bench.world.provision_all(session_id)
    bench.wait(1.01)
    assert set(bench.states(session_id)) == {"failed"}
    assert "no answer within 1 s" in bench.device(session_id).error_message


def test_a_hopeless_device_can_be_retried_three_times() -> None:
    bench, session_id = ready(devices=1, scenario="wrong-password")
    mac = bench.device(session_id).mac
    bench.world.provision(session_id, mac)
    bench.wait(120)
    for retry in (1, 2, 3):
        assert bench.world.retry(session_id, mac).retry_count == retry
        bench.wait(120)
        assert bench.device(session_id).state == "failed"
    with pytest.raises(RefusalError, match="MAX_RETRIES_EXCEEDED"):
        bench.world.retry(session_id, mac)


def test_a_retry_clears_the_old_error() -> None:
    bench, session_id = ready(devices=1, scenario="workshop", failing=1)
    mac = bench.device(session_id).mac
    bench.world.provision(session_id, mac)
    bench.wait(120)
    assert bench.device(session_id).error_message
    device = bench.world.retry(session_id, mac)
    assert (device.state, device.error_message, device.retry_count) == ("provisioning", None, 1)


def test_only_failed_devices_are_retried_and_only_discovered_ones_provisioned() -> None:
    bench, session_id = ready(devices=1)
    mac = bench.device(session_id).mac
    with pytest.raises(RefusalError, match="DEVICE_INVALID_STATE"):
        bench.world.retry(session_id, mac)
    bench.world.provision(session_id, mac)
    with pytest.raises(RefusalError, match="DEVICE_ALREADY_PROVISIONING"):
        bench.world.provision(session_id, mac)
    bench.wait(20)
    for command in (bench.world.provision, bench.world.retry):
        with pytest.raises(RefusalError, match="DEVICE_INVALID_STATE"):
            command(session_id, mac)


def test_three_verification_timeouts_in_a_row_are_a_problem_of_the_session() -> None:
    bench, session_id = ready(devices=5, scenario="wrong-password")
    bench.world.provision_all(session_id)
    bench.wait(120)
    problems = [h for h in bench.happened if isinstance(h, ProblemHappening)]
    assert [p.code for p in problems] == ["VERIFICATION_TIMEOUT"]


def test_nothing_moves_any_more_once_the_session_is_stopped() -> None:
    bench, session_id = ready(devices=10)
    bench.world.provision_all(session_id)
    bench.wait(3)
    bench.world.stop(session_id)
    before = bench.world.devices(session_id)
    bench.wait(60)
    assert bench.world.devices(session_id) == before
    with pytest.raises(RefusalError, match="SESSION_ALREADY_CLOSED"):
        bench.world.provision_all(session_id)
    with pytest.raises(RefusalError, match="SESSION_ALREADY_CLOSED"):
        bench.world.provision(session_id, before[0].mac)


def test_a_device_that_was_never_seen_is_not_found() -> None:
    bench, session_id = ready(devices=1)
    with pytest.raises(RefusalError, match="DEVICE_NOT_FOUND"):
        bench.world.provision(session_id, "AA:BB:CC:DD:EE:FF")
