"""What is in sight is kept up to date, and nothing else: readers and feeds by screen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from kiosk.services.runtime.reader import Readers
from kiosk.services.state.known import Resource
from kiosk.services.state.model import Navigation, Route
from kiosk.services.state.navigation import routes_of
from kiosk.services.state.store import Store

_log = logging.getLogger("kiosk.visible")


class Feed(Protocol):
    """Something that tells the store what happens for as long as it runs."""

    def run(self) -> Coroutine[Any, Any, None]:
        """Run until cancelled."""
        ...

    def retry_now(self) -> None:
        """Skip the wait for the next attempt."""
        ...


# What each screen shows; a sheet also keeps what the screen under it shows.
READ: Mapping[Route, frozenset[Resource]] = {
    Route.SESSIONS: frozenset({Resource.HISTORY}),
    Route.ALLOWLIST: frozenset({Resource.ALLOWLIST}),
    Route.APPROVAL: frozenset({Resource.ALLOWLIST}),
    Route.APPROVE: frozenset({Resource.ALLOWLIST}),
    Route.HEALTH: frozenset({Resource.HEALTH}),
    Route.HELP: frozenset({Resource.HEALTH}),
    Route.WIFI: frozenset({Resource.WIFI}),
    Route.CAMERAS: frozenset({Resource.CAMERAS, Resource.PAIRED, Resource.CONTAINERS}),
    Route.DOOR: frozenset({Resource.DOOR, Resource.DOOR_THERE, Resource.DOOR_HISTORY}),
    Route.CHECKS: frozenset(
        {Resource.TAILSCALE, Resource.MQTT, Resource.BRIDGE, Resource.ONBOARDING}
    ),
    Route.CONFIG: frozenset({Resource.CONFIG}),
}
# What a machine may lack is not in the menu: that is found out once, on entering.
GLANCED: Mapping[Route, frozenset[Resource]] = {
    Route.MENU: frozenset({Resource.DOOR, Resource.DOOR_THERE, Resource.CAMERAS, Resource.PAIRED}),
}
FED: Mapping[Route, frozenset[str]] = {
    Route.LOGS: frozenset({"logs"}),
    Route.SESSIONS: frozenset({"presence"}),
    Route.HEALTH: frozenset({"monitor"}),
    Route.HELP: frozenset({"doctor"}),
}


class Visible:
    """Follows the person from screen to screen."""

    def __init__(
        self, store: Store, readers: Readers, feeds: Mapping[str, Callable[[], Feed]]
    ) -> None:
        self._store = store
        self._readers = readers
        self._feeds = feeds
        self._running: dict[str, tuple[Feed, asyncio.Task[None]]] = {}
        self._shown: Navigation | None = None
        self._leave = store.subscribe(self._look)
        self._look()

    def refresh(self) -> None:
        """Read what is in sight now: a person asked."""
        self._readers.refresh(*_all(READ, self._store.state.navigation))
        for feed, _task in self._running.values():
            feed.retry_now()

    async def close(self) -> None:
        """Keep nothing up to date any more."""
        self._leave()
        tasks = [task for _feed, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._readers.close()

    def _look(self) -> None:
        navigation = self._store.state.navigation
        if navigation is self._shown:
            return
        self._shown = navigation
        self._readers.show(_all(READ, navigation))
        self._readers.glance(GLANCED.get(navigation.route, frozenset()))
        wanted = _all(FED, navigation)
        for name in self._running.keys() - wanted:
            self._running.pop(name)[1].cancel()
        for name in wanted - self._running.keys():
            feed = self._feeds[name]()
            task = asyncio.create_task(feed.run(), name=f"{name} feed")
            task.add_done_callback(_report)
            self._running[name] = feed, task


def _all(table: Mapping[Route, frozenset[Any]], navigation: Navigation) -> frozenset[Any]:
    """Return what is shown by a screen and all that lies under it."""
    routes = routes_of(navigation)
    return frozenset().union(*(table.get(route, frozenset()) for route in routes))


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("%s broke", task.get_name(), exc_info=task.exception())
