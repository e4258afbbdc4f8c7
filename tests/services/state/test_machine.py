"""What is read now and then: the last good value stays, and how good it is is told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.services.state.known import (
    STALE_SECONDS,
    Known,
    ReadDone,
    ReadFailed,
    ReadStarted,
    Resource,
)
from kiosk.services.state.machine import Asked, CamerasDiscovered, PictureTaken, Pinged
from kiosk.services.state.model import State
from kiosk.services.state.reading import known
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.cameras import CameraPicture
from kiosk.services.wire.network import Ping
from kiosk.services.wire.problem import Kind, Problem

ENTRIES = (AllowlistEntry(mac="AA:BB:CC:DD:EE:01"),)
AWAY = Problem(Kind.TRANSPORT, retryable=True)


@pytest.mark.parametrize("resource", Resource)
def test_every_resource_has_its_place_in_the_state(resource: Resource) -> None:
    state = reduce(State(), ReadDone(resource, "anything", 5.0))
    assert known(state, resource) == Known("anything", 5.0)
    assert all(known(state, other) == Known() for other in Resource if other is not resource)


def test_a_failed_reading_keeps_what_was_known_and_says_why_it_is_old() -> None:
    state = reduce(State(), ReadDone(Resource.ALLOWLIST, ENTRIES, 5.0))
    state = reduce(state, ReadFailed(Resource.ALLOWLIST, AWAY, 9.0))
    assert state.allowlist.entries == Known(ENTRIES, 5.0, problem=AWAY, retry_at=9.0)
    state = reduce(state, ReadStarted(Resource.ALLOWLIST))
    assert state.allowlist.entries == Known(ENTRIES, 5.0, reading=True, problem=AWAY)
    state = reduce(state, ReadDone(Resource.ALLOWLIST, (), 11.0))
    assert state.allowlist.entries == Known((), 11.0)


def test_nothing_known_is_not_an_empty_list() -> None:
    state = reduce(State(), ReadFailed(Resource.ALLOWLIST, AWAY, None))
    assert state.allowlist.entries.value is None


def test_the_same_reading_twice_changes_nothing() -> None:
    state = reduce(State(), ReadDone(Resource.DOOR, "closed", 5.0))
    assert reduce(state, ReadDone(Resource.DOOR, "closed", 5.0)) is state


@pytest.mark.parametrize(
    ("problem", "is_absent"),
    [
        (Problem(Kind.ENDPOINT_ABSENT), True),
        (Problem(Kind.VALIDATION, "FEATURE_OFF"), True),
        (Problem(Kind.DOMAIN, "CAMERA_NOT_FOUND"), False),
        (AWAY, False),
        (None, False),
    ],
)
def test_absent_is_told_from_failed(problem: Problem | None, is_absent: bool) -> None:
    assert Known(problem=problem).is_absent is is_absent


def test_what_is_older_than_half_a_minute_is_stale() -> None:
    assert Known().is_stale(0.0)
    assert not Known(1, at=100.0).is_stale(100.0 + STALE_SECONDS)
    assert Known(1, at=100.0).is_stale(100.1 + STALE_SECONDS)


def test_an_age_is_told_by_the_services_own_clock() -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    known_at_100 = Known(1, at=100.0, epoch=moment.timestamp() - 40.0)
    assert known_at_100.age_of(moment, 100.0) == 60.0
    assert known_at_100.age_of(moment, 10.0) == 0.0
    assert known_at_100.age_of(None, 100.0) is None
    assert Known(1, at=100.0).age_of(moment, 100.0) is None


def test_when_something_was_asked_for_is_kept_for_the_last_few() -> None:
    state = State()
    for number in range(40):
        state = reduce(state, Asked(f"ping:{number}", float(number)))
    assert state.machine.asked["ping:39"] == 39.0
    assert "ping:0" not in state.machine.asked
    assert len(state.machine.asked) < 40


def test_only_the_last_few_pictures_are_kept() -> None:
    state = State()
    for number, name in enumerate("abcdae"):
        picture = CameraPicture(image=bytes([number]), content_type="image/jpeg", camera_id=name)
        state = reduce(state, PictureTaken(name, picture))
    assert list(state.machine.pictures) == ["c", "d", "a", "e"]


def test_pings_and_discovered_cameras_are_shown_even_when_there_is_nothing() -> None:
    state = reduce(State(), Pinged("10.0.0.1", Ping(success=False, error="no route")))
    assert state.machine.pings["10.0.0.1"].success is False
    assert state.machine.discovered is None
    assert reduce(state, CamerasDiscovered(())).machine.discovered == ()
