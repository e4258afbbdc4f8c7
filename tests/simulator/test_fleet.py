from __future__ import annotations

import pytest

from kiosk.simulator.fleet import build_fleet
from kiosk.simulator.macs import canonical
from kiosk.simulator.scenarios import SCENARIOS

WORKSHOP = SCENARIOS["workshop"]


def test_the_same_seed_gives_the_same_cameras_and_another_seed_others() -> None:
    assert build_fleet(7, 50, WORKSHOP) == build_fleet(7, 50, WORKSHOP)
    assert build_fleet(7, 50, WORKSHOP) != build_fleet(8, 50, WORKSHOP)


def test_people_can_tell_two_thousand_cameras_apart() -> None:
    fleet = build_fleet(1, 2000, WORKSHOP)
    assert len({camera.mac[-5:] for camera in fleet}) == 2000
    assert len({camera.ip for camera in fleet}) == 2000
    assert {camera.ip.split(".")[2] for camera in fleet} == {str(n) for n in range(4, 12)}
    assert all(canonical(camera.mac) == camera.mac for camera in fleet)
    assert all(camera.name[-4:] == camera.mac[-5:].replace(":", "") for camera in fleet)


@pytest.mark.parametrize(("count", "seconds"), [(1, 2), (12, 15), (50, 30), (1000, 60), (2000, 60)])
def test_cameras_come_into_range_one_after_the_other(count: int, seconds: float) -> None:
    arrivals = [camera.in_range_after for camera in build_fleet(3, count, WORKSHOP)]
    assert arrivals[0] < 2
    assert arrivals == sorted(arrivals)
    assert arrivals[-1] < seconds


def test_one_workshop_camera_in_eight_fails_once() -> None:
    fleet = build_fleet(7, 50, WORKSHOP)
    troubled = [camera for camera in fleet if camera.attempt(0).failure]
    assert len(troubled) == 7
    assert not any(camera.attempt(1).failure for camera in troubled)
    assert all(camera.listed for camera in fleet)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("failing", [0, 3, 20])
def test_the_number_of_failing_devices_can_be_set(scenario: str, failing: int) -> None:
    fleet = build_fleet(7, 20, SCENARIOS[scenario], failing=failing)
    assert sum(camera.attempt(0).failure is not None for camera in fleet) == failing
    assert all(camera.listed for camera in fleet if camera.attempt(0).failure)


def test_in_the_field_some_are_not_approved_and_two_never_succeed() -> None:
    fleet = build_fleet(7, 50, SCENARIOS["field"])
    assert sum(not camera.listed for camera in fleet) == 5
    assert sum(camera.attempt(3).failure is not None for camera in fleet) == 2


def test_a_wrong_password_is_found_out_only_at_verification() -> None:
    fleet = build_fleet(7, 5, SCENARIOS["wrong-password"])
    assert {camera.attempt(n).failure for camera in fleet for n in range(4)} == {
        "VERIFICATION_TIMEOUT"
    }


def test_provisioning_takes_two_to_five_seconds_and_verification_two_to_six() -> None:
    attempts = [camera.attempt(0) for camera in build_fleet(7, 300, WORKSHOP)]
    assert all(2 <= a.connect + a.deliver <= 5 for a in attempts)
    assert all(2 <= a.join + a.verify <= 6 for a in attempts)


def test_signals_drift_but_not_far() -> None:
    camera = build_fleet(7, 1, WORKSHOP)[0]
    signals = {camera.rssi_at(second) for second in range(300)}
    assert len(signals) > 3
    assert max(signals) - min(signals) <= 8
    assert max(signals) < 0
