"""Looking for PiOrchestrator while no session is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.preferences import FeatureSwitched
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session
from tests.services.runtime.fakes import ABSENT, REFUSED_KEY, Kit

UNFINISHED = Session(id="old", state="active")
NO_SUCH_ROUTE = Problem(Kind.ENDPOINT_ABSENT, http_status=404, surely_not_done=True)


@pytest.fixture
async def looking(kit: Kit) -> AsyncIterator[Kit]:
    async def once_the_test_lets_time_pass() -> None:
        await kit.clock.sleep(0)
        kit.clock.slept.clear()
        await kit.presence.run()

    task = asyncio.create_task(once_the_test_lets_time_pass())
    yield kit
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def looks(kit: Kit) -> int:
    """Return how often the service was asked."""
    return len(kit.client.asked("recoverable"))


async def test_without_sessions_only_health_is_asked_for(looking: Kit) -> None:
    looking.tell(FeatureSwitched(Feature.BATCH, on=False))
    await looking.settle()
    assert {call[0] for call in looking.client.calls} == {"health"}
    assert looking.state.service.presence == "ready"


async def test_it_tells_what_can_be_resumed_and_how_the_setup_network_is(looking: Kit) -> None:
    looking.client.says("recoverable", (UNFINISHED,))
    await looking.settle()
    service = looking.state.service
    assert service.presence == "ready"
    assert service.recoverable == (UNFINISHED,)
    assert service.network == NetworkStatus(ssid="DelicasaOnboard", is_active=False)
    assert service.updated_at == looking.clock.now


async def test_it_asks_every_ten_seconds_and_never_in_between(looking: Kit) -> None:
    await looking.clock.advance(9.9)
    assert looks(looking) == 1
    await looking.clock.advance(0.2)
    assert looks(looking) == 2


async def test_it_waits_longer_and_longer_and_never_gives_up(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT)
    await looking.clock.advance(300)
    waits = looking.clock.slept
    assert len(waits) >= 10
    for wait, longest in zip(waits, [1, 2, 4, 8, 16, *[30] * 20], strict=False):
        assert 0.8 * longest <= wait <= longest


async def test_the_waits_of_two_kiosks_are_not_the_same(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT)
    await looking.clock.advance(200)
    assert len({round(wait / 30, 4) for wait in looking.clock.slept[5:]}) > 1


async def test_it_says_when_it_will_ask_again(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT)
    await looking.settle()
    service = looking.state.service
    assert service.presence == "absent"
    assert service.problem == ABSENT
    assert service.retry_at == looking.clock.now + looking.clock.slept[-1]


async def test_it_recovers_by_itself(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT, ABSENT, (UNFINISHED,))
    await looking.clock.advance(4)
    assert looking.state.service.presence == "ready"
    assert looking.state.service.problem is None


async def test_after_a_minute_of_health_the_waits_begin_anew(looking: Kit) -> None:
    looking.client.says("recoverable", *[ABSENT] * 5, ())
    await looking.clock.advance(100)
    assert looking.state.service.presence == "ready"
    looking.client.says("recoverable", ABSENT)
    before = len(looking.clock.slept)
    await looking.clock.advance(10)
    assert looking.clock.slept[before] <= 1.0


async def test_the_server_may_ask_for_more_patience(looking: Kit) -> None:
    busy = Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, retry_after_seconds=45)
    looking.client.says("recoverable", busy)
    await looking.settle()
    assert looking.clock.slept[-1] == 45


async def test_a_refused_key_is_not_asked_about_in_a_loop(looking: Kit) -> None:
    looking.client.says("recoverable", REFUSED_KEY)
    await looking.clock.advance(29.9)
    assert looks(looking) == 1
    await looking.clock.advance(0.2)
    assert looks(looking) == 2


async def test_a_new_key_is_tried_at_once(looking: Kit) -> None:
    looking.client.says("recoverable", REFUSED_KEY, ())
    await looking.settle()
    looking.intents.edit_api_key()
    looking.intents.type_text("  second-key\n")
    looking.intents.accept()
    await looking.settle()
    assert looking.key.get() == "second-key"
    assert looking.state.service.presence == "ready"
    assert looks(looking) == 2


async def test_retry_now_skips_the_wait(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT)
    await looking.settle()
    looking.intents.retry_now()
    await looking.settle()
    assert looks(looking) == 2


async def test_nothing_is_asked_while_a_session_is_open(looking: Kit) -> None:
    await looking.settle()
    looking.open("s1")
    await looking.clock.advance(600)
    assert looks(looking) == 1


async def test_while_somebody_watches_it_asks_though_a_session_is_open(looking: Kit) -> None:
    await looking.settle()
    looking.open("s1")
    await looking.clock.advance(60)
    before = looks(looking)
    looking.intents.open("sessions")
    await looking.settle()
    assert looks(looking) == before + 1
    looking.intents.open("past", "old")
    await looking.clock.advance(10.1)
    assert looks(looking) == before + 2
    looking.intents.open("provision")
    await looking.clock.advance(600)
    assert looks(looking) == before + 2


async def test_a_watcher_that_asks_again_never_makes_it_ask_twice_at_once(looking: Kit) -> None:
    answered = looking.client.hold("recoverable")
    await looking.settle()
    looking.intents.open("sessions")
    looking.intents.refresh()
    await looking.settle()
    assert looks(looking) == 1
    answered.set()
    await looking.settle()
    assert looks(looking) == 2


async def test_it_notes_what_the_clock_of_the_service_says(looking: Kit) -> None:
    looking.client.clock_offset = 500.0
    await looking.settle()
    ours = looking.clock.wall() - looking.clock.monotonic()
    assert looking.state.service.epoch == pytest.approx(ours + 500.0)


async def test_it_asks_at_once_when_the_session_is_left(looking: Kit) -> None:
    looking.open("s1")
    await looking.clock.advance(600)
    looking.session.finish("stopped")
    await looking.settle()
    before = looks(looking)
    looking.intents.leave_summary()
    await looking.settle()
    assert looks(looking) == before + 1


async def test_a_wish_during_an_answer_is_not_lost(looking: Kit) -> None:
    answered = looking.client.hold("recoverable")
    await looking.settle()
    looking.presence.look_now()
    answered.set()
    await looking.settle()
    assert looks(looking) == 2


async def test_a_server_without_a_health_route_is_no_failure(looking: Kit) -> None:
    looking.client.says("health", NO_SUCH_ROUTE)
    await looking.settle()
    assert looking.state.service.presence == "ready"


async def test_an_address_that_is_something_else_is_told(looking: Kit) -> None:
    html = Problem(Kind.NOT_API, http_status=200)
    looking.client.says("health", html)
    await looking.settle()
    assert looking.state.service.problem == html


async def test_an_unknown_setup_network_is_not_shown_as_off(looking: Kit) -> None:
    looking.client.says("network", NO_SUCH_ROUTE)
    await looking.settle()
    assert looking.state.service.presence == "ready"
    assert looking.state.service.network is None


async def test_the_reason_stays_in_sight_while_it_asks_again(looking: Kit) -> None:
    looking.client.says("recoverable", ABSENT)
    await looking.settle()
    looking.client.hold("recoverable")
    looking.presence.look_now()
    await looking.settle()
    assert looking.state.service.problem == ABSENT
    assert looking.state.service.retry_at is None
    looking.tell(a.NoticeDismissed())
    assert looking.state.service.problem == ABSENT


async def test_it_outlives_a_bug_and_does_not_say_ready_meanwhile(
    looking: Kit, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await looking.settle()
    assert looking.state.service.presence == "ready"

    async def broken() -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(looking.client, "health", broken)
        await looking.clock.advance(10)
        assert looking.state.service.presence == "absent"
        assert "looking for the service broke" in caplog.text
    await looking.clock.advance(30)
    assert looking.state.service.presence == "ready"
