"""Reading while it is shown: how often, never two at once, nothing for a hidden screen."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from kiosk.services.client.errors import error_of
from kiosk.services.client.reply import Reply
from kiosk.services.runtime.reader import Readers, Source
from kiosk.services.state.known import Resource
from kiosk.services.state.reading import known
from kiosk.services.state.store import Store
from kiosk.services.wire.problem import Kind, Problem
from tests.support.clock import FakeClock

AWAY = Problem(Kind.TRANSPORT, retryable=True)


class Answers:
    """Counts the requests; answers with their number unless a problem was set."""

    def __init__(self) -> None:
        self.count = self.at_once = self.most_at_once = 0
        self.problem: Problem | None = None
        self.gate: asyncio.Event | None = None

    async def __call__(self) -> Reply[int]:
        self.count += 1
        number = self.count
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
        finally:
            self.at_once -= 1
        if self.problem is not None:
            raise error_of(self.problem)
        return Reply(number)


class Kit:
    """Readers of a polled resource (every 10 s) and a cached one (fresh for 30 s)."""

    def __init__(self) -> None:
        self.clock, self.store = FakeClock(), Store()
        self.cameras, self.allowlist = Answers(), Answers()
        sources = {
            Resource.CAMERAS: Source(self.cameras, every=10.0),
            Resource.ALLOWLIST: Source(self.allowlist, fresh=30.0),
        }
        self.offset: float | None = None
        self.readers = Readers(
            sources,
            self.store,
            clock=self.clock,
            rng=random.Random(1),
            offset=lambda: self.offset,
        )

    def known(self, resource: Resource) -> Any:
        return known(self.store.state, resource)

    async def show(self, *resources: Resource) -> None:
        self.readers.show(resources)
        await self.clock.advance(0)


@pytest.fixture
async def kit() -> AsyncIterator[Kit]:
    made = Kit()
    yield made
    await made.readers.close()


async def test_a_shown_resource_is_read_at_once_and_then_at_its_interval(kit: Kit) -> None:
    await kit.show(Resource.CAMERAS)
    assert (kit.cameras.count, kit.known(Resource.CAMERAS).value) == (1, 1)
    await kit.clock.advance(9.9)
    assert kit.cameras.count == 1
    await kit.clock.advance(20.2)
    assert kit.cameras.count == 4


async def test_each_reading_notes_what_the_services_clock_said(kit: Kit) -> None:
    ours = kit.clock.wall() - kit.clock.monotonic()
    await kit.show(Resource.CAMERAS)
    assert kit.known(Resource.CAMERAS).epoch == ours
    kit.offset = -3600.0
    await kit.clock.advance(10)
    assert kit.known(Resource.CAMERAS).epoch == ours - 3600.0


async def test_what_nobody_sees_is_not_asked_for(kit: Kit) -> None:
    await kit.clock.advance(100)
    assert (kit.cameras.count, kit.allowlist.count) == (0, 0)
    await kit.show(Resource.CAMERAS)
    await kit.show(Resource.ALLOWLIST)
    await kit.clock.advance(100)
    assert (kit.cameras.count, kit.allowlist.count) == (1, 1)


async def test_a_hidden_resource_has_no_task(kit: Kit) -> None:
    before = len(asyncio.all_tasks())
    await kit.show(Resource.CAMERAS)
    assert len(asyncio.all_tasks()) > before
    await kit.show()
    assert len(asyncio.all_tasks()) == before


async def test_a_fresh_one_is_not_read_again_when_its_screen_is_entered_again(kit: Kit) -> None:
    await kit.show(Resource.ALLOWLIST)
    await kit.clock.advance(20)
    await kit.show()
    await kit.show(Resource.ALLOWLIST)
    assert kit.allowlist.count == 1
    await kit.show()
    await kit.clock.advance(20)
    await kit.show(Resource.ALLOWLIST)
    assert kit.allowlist.count == 2


async def test_after_a_change_it_is_read_before_it_is_shown_again(kit: Kit) -> None:
    await kit.show(Resource.ALLOWLIST)
    await kit.show()
    kit.readers.outdate(Resource.ALLOWLIST)
    await kit.clock.advance(5)
    assert kit.allowlist.count == 1
    await kit.show(Resource.ALLOWLIST)
    assert kit.allowlist.count == 2
    kit.readers.outdate(Resource.ALLOWLIST)
    await kit.clock.advance(0)
    assert kit.allowlist.count == 3


async def test_never_two_requests_at_once_and_a_late_answer_is_dropped(kit: Kit) -> None:
    kit.allowlist.gate = asyncio.Event()
    await kit.show(Resource.ALLOWLIST)
    seen: list[Any] = []
    kit.store.subscribe(lambda: seen.append(kit.known(Resource.ALLOWLIST).value))
    kit.readers.refresh(Resource.ALLOWLIST)
    kit.readers.refresh(Resource.ALLOWLIST)
    await kit.clock.advance(0)
    assert kit.allowlist.count == 1
    kit.allowlist.gate.set()
    await kit.clock.advance(0)
    assert (kit.allowlist.count, kit.allowlist.most_at_once) == (2, 1)
    assert set(seen) == {2}


async def test_refresh_reads_what_is_hidden_once(kit: Kit) -> None:
    kit.readers.refresh(Resource.CAMERAS)
    await kit.clock.advance(100)
    assert kit.cameras.count == 1


async def test_a_failure_is_told_and_tried_again_ever_later(kit: Kit) -> None:
    kit.cameras.problem = AWAY
    await kit.show(Resource.CAMERAS)
    failed = kit.known(Resource.CAMERAS)
    assert failed.problem == AWAY
    assert 0.8 <= failed.retry_at - kit.clock.now <= 1.0
    await kit.clock.advance(100)
    assert 6 <= kit.cameras.count <= 9
    kit.cameras.problem = None
    await kit.clock.advance(30)
    assert kit.known(Resource.CAMERAS).problem is None


async def test_a_glance_does_not_cut_short_what_the_service_asked_to_wait(kit: Kit) -> None:
    kit.cameras.problem = Problem(Kind.DOMAIN, "RATE_LIMITED", retry_after_seconds=20)
    for _ in range(15):
        await kit.show(Resource.CAMERAS)
        await kit.clock.advance(1)
        await kit.show()
    assert kit.cameras.count == 1
    await kit.clock.advance(5)
    await kit.show(Resource.CAMERAS)
    assert kit.cameras.count == 2


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Kind.ENDPOINT_ABSENT),
        Problem(Kind.UNAUTHORIZED),
        Problem(Kind.VALIDATION, "FEATURE_OFF"),
    ],
    ids=lambda problem: problem.kind.value,
)
async def test_what_is_absent_or_forbidden_is_not_asked_again_by_itself(
    kit: Kit, problem: Problem
) -> None:
    kit.cameras.problem = problem
    await kit.show(Resource.CAMERAS)
    await kit.clock.advance(1000)
    assert (kit.cameras.count, kit.known(Resource.CAMERAS).retry_at) == (1, None)
    kit.cameras.problem = None
    kit.readers.refresh(Resource.CAMERAS)
    await kit.clock.advance(10)
    assert kit.cameras.count == 3


async def test_a_reader_that_breaks_says_so(
    kit: Kit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks() -> Callable[[], Any]:
        raise RuntimeError("a bug")

    reader = kit.readers._readers[Resource.CAMERAS]
    monkeypatch.setattr(reader, "_source", Source(breaks, every=10.0))
    await kit.show(Resource.CAMERAS)
    assert kit.known(Resource.CAMERAS).problem.kind is Kind.MALFORMED
    assert "broke" in caplog.text


async def test_what_is_absent_is_not_looked_for_at_each_glance(kit: Kit) -> None:
    kit.cameras.problem = Problem(Kind.ENDPOINT_ABSENT)
    for _ in range(3):
        await kit.show(Resource.CAMERAS)
        await kit.show()
    assert kit.cameras.count == 1
    await kit.clock.advance(60)
    await kit.show(Resource.CAMERAS)
    assert kit.cameras.count == 2


async def test_a_glance_reads_once_what_is_not_known_yet(kit: Kit) -> None:
    for _ in range(2):
        kit.readers.glance({Resource.ALLOWLIST})
        await kit.clock.advance(0)
    assert kit.allowlist.count == 1
    await kit.clock.advance(60.0)
    assert kit.allowlist.count == 1


async def test_a_glance_at_what_is_shown_asks_for_nothing_more(kit: Kit) -> None:
    await kit.show(Resource.CAMERAS)
    kit.readers.glance({Resource.CAMERAS})
    await kit.clock.advance(0)
    assert kit.cameras.count == 1
