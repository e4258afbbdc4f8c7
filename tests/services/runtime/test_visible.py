"""What is in sight is kept up to date: readers and feeds follow the person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kiosk.services.runtime import visible
from kiosk.services.runtime.visible import Visible
from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Route
from kiosk.services.state.store import Store


class FakeReaders:
    def __init__(self) -> None:
        self.shown: list[set[Resource]] = []
        self.glanced: list[Resource] = []
        self.refreshed: list[Resource] = []
        self.closed = False

    def show(self, resources: frozenset[Resource]) -> None:
        self.shown.append(set(resources))

    def glance(self, resources: frozenset[Resource]) -> None:
        self.glanced += resources

    def refresh(self, *resources: Resource) -> None:
        self.refreshed += resources

    async def close(self) -> None:
        self.closed = True


class FakeFeed:
    def __init__(self) -> None:
        self.running = False
        self.retries = 0

    async def run(self) -> None:
        self.running = True
        try:
            await asyncio.Event().wait()
        finally:
            self.running = False

    def retry_now(self) -> None:
        self.retries += 1


class Kit:
    def __init__(self) -> None:
        self.store, self.readers = Store(), FakeReaders()
        self.feeds: list[FakeFeed] = []
        readers: Any = self.readers
        self.visible = Visible(self.store, readers, {"feed": self._made})

    def _made(self) -> FakeFeed:
        self.feeds.append(FakeFeed())
        return self.feeds[-1]

    async def open(self, route: Route) -> None:
        self.store.dispatch(a.Opened(route))
        await asyncio.sleep(0)


@pytest.fixture
async def kit(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kit]:
    monkeypatch.setattr(visible, "READ", {Route.MENU: frozenset({Resource.DOOR})})
    monkeypatch.setattr(visible, "GLANCED", {Route.START: frozenset({Resource.CAMERAS})})
    monkeypatch.setattr(visible, "FED", {Route.MENU: frozenset({"feed"})})
    made = Kit()
    yield made
    await made.visible.close()


async def test_only_what_the_screen_shows_is_read(kit: Kit) -> None:
    await kit.open(Route.MENU)
    await kit.open(Route.START)
    assert kit.readers.shown == [set(), {Resource.DOOR}, set()]


async def test_what_a_screen_only_has_to_know_of_is_read_each_time_that_it_is_entered(
    kit: Kit,
) -> None:
    assert kit.readers.glanced == [Resource.CAMERAS]
    await kit.open(Route.MENU)
    await kit.open(Route.START)
    assert kit.readers.glanced == [Resource.CAMERAS, Resource.CAMERAS]
    assert kit.readers.shown[-1] == set()


async def test_a_sheet_keeps_what_lies_under_it(kit: Kit) -> None:
    await kit.open(Route.MENU)
    await kit.open(Route.TIMEOUTS)
    assert kit.readers.shown[-1] == {Resource.DOOR}
    assert [feed.running for feed in kit.feeds] == [True]


async def test_a_feed_runs_only_while_its_screen_is_in_sight(kit: Kit) -> None:
    assert kit.feeds == []
    await kit.open(Route.MENU)
    assert kit.feeds[0].running
    await kit.open(Route.START)
    await asyncio.sleep(0)
    assert not kit.feeds[0].running
    await kit.open(Route.MENU)
    assert [feed.running for feed in kit.feeds] == [False, True]


async def test_refresh_asks_for_what_is_in_sight(kit: Kit) -> None:
    kit.visible.refresh()
    assert kit.readers.refreshed == []
    await kit.open(Route.MENU)
    kit.visible.refresh()
    assert kit.readers.refreshed == [Resource.DOOR]
    assert kit.feeds[0].retries == 1


async def test_in_the_end_nothing_is_kept_up_to_date(kit: Kit) -> None:
    await kit.open(Route.MENU)
    await kit.visible.close()
    assert kit.readers.closed
    assert not kit.feeds[0].running
    shown = len(kit.readers.shown)
    kit.store.dispatch(a.Opened(Route.START))
    assert len(kit.readers.shown) == shown
    kit.visible._leave = lambda: None
