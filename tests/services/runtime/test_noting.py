"""Every problem that comes into sight is taken down with its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kiosk.services.runtime.noting import Noting
from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.known import ReadDone, ReadFailed, ReadStarted, Resource
from kiosk.services.state.model import Notice
from kiosk.services.state.monitoring import MonitorConnection
from kiosk.services.state.store import Store
from kiosk.services.state.support import Noted
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.state.build import mac, snapshot
from tests.support.clock import FakeClock

REFUSED = Problem(Kind.DOMAIN, "DEVICE_BUSY", correlation_id="abc")
AWAY = Problem(Kind.TRANSPORT, retryable=True)


class Kit:
    def __init__(self) -> None:
        self.store, self.clock = Store(), FakeClock()
        self.noting = Noting(self.store, self.clock)

    def tell(self, *actions: a.Action) -> tuple[Noted, ...]:
        for action in actions:
            self.store.dispatch(action)
        return self.store.state.support.problems


@pytest.fixture
def kit() -> Iterator[Kit]:
    made = Kit()
    yield made
    made.noting.close()


async def test_a_failed_command_is_noted_with_its_time(kit: Kit) -> None:
    await kit.clock.advance(7)
    (entry,) = kit.tell(a.CommandEnded("start", Notice("start", REFUSED)))
    assert (entry.command, entry.problem) == ("start", REFUSED)
    assert (entry.at, entry.when) == (kit.clock.monotonic(), kit.clock.wall())


def test_what_stays_in_sight_is_noted_once(kit: Kit) -> None:
    kit.tell(ReadFailed(Resource.WIFI, AWAY, None), ReadStarted(Resource.WIFI))
    kit.tell(a.CommandStarted("scan"), a.KeyChanged(known=True))
    assert [entry.times for entry in kit.tell()] == [1]


def test_what_fails_anew_after_it_worked_is_noted_again(kit: Kit) -> None:
    failed, done = ReadFailed(Resource.WIFI, AWAY, None), ReadDone(Resource.WIFI, None, 1.0)
    assert [entry.times for entry in kit.tell(failed, done, failed)] == [2]


def test_streams_and_the_look_at_the_service_count_too(kit: Kit) -> None:
    problems = kit.tell(
        a.ServiceFailed(AWAY, None),
        MonitorConnection("reconnecting", "polling", AWAY),
        a.SessionOpened(Session(id="s1"), 1.0),
        ConnectionChanged("reconnecting", AWAY),
        a.ScanFailed(REFUSED, 1.0),
    )
    assert [entry.command for entry in problems] == ["scan", "events", "monitor", "presence"]


def test_devices_that_are_refused_for_one_reason_are_one_problem(kit: Kit) -> None:
    devices = snapshot({"mac": mac(1)}, {"mac": mac(2)}, session={"id": "s1"})
    kit.tell(a.SessionOpened(Session(id="s1"), 1.0), devices, a.CommandStarted("retry_failed"))
    refusals = [a.DeviceRefused(mac(number), replace(REFUSED)) for number in (1, 2)]
    (entry,) = kit.tell(*refusals, a.CommandEnded("retry_failed"))
    assert (entry.command, entry.problem, entry.times) == ("device", REFUSED, 2)


def test_what_this_service_does_not_offer_is_no_problem(kit: Kit) -> None:
    absent = Problem(Kind.ENDPOINT_ABSENT, http_status=404)
    assert not kit.tell(ReadFailed(Resource.DOOR, absent, None))


def test_words_without_a_problem_are_none(kit: Kit) -> None:
    assert not kit.tell(a.CommandEnded("start", Notice("start", text="Done.")))


def test_nothing_is_noted_after_the_end() -> None:
    kit = Kit()
    kit.noting.close()
    assert not kit.tell(a.ServiceFailed(AWAY, None))
