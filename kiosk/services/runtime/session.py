"""The open session: its feed, its times on our clock, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from kiosk.services.client.api import Api
from kiosk.services.client.backoff import REFUSED_SECONDS, is_refused
from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock, server_epoch
from kiosk.services.runtime.provisioning_feed import ProvisioningFeed
from kiosk.services.runtime.trace import Trace
from kiosk.services.state import actions as a
from kiosk.services.state.devices import is_older
from kiosk.services.state.feed import ConnectionChanged, FeedEvent, SnapshotLoaded
from kiosk.services.state.model import Notice
from kiosk.services.state.store import Store
from kiosk.services.wire.events import DeviceUpdated, SessionEnded
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session, SessionSnapshot

# A session that ends this close to its deadline ended because of it.
_NEAR_DEADLINE_SECONDS = 3.0
_LOST = N_("PiOrchestrator no longer has the session. It may have been restarted.")

_log = logging.getLogger("kiosk.session")


class SessionSupervisor:
    """Follows one session at a time and tells the store; ``ended`` is called when it is over."""

    def __init__(
        self,
        client: Api,
        store: Store,
        ended: Callable[[], None],
        *,
        clock: Clock,
        rng: random.Random,
        trace: Trace | None = None,
    ) -> None:
        self._trace = trace
        self._client = client
        self._store = store
        self._ended = ended
        self._clock = clock
        self._rng = rng
        self._feed: ProvisioningFeed | None = None
        self._task: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None
        self._last: asyncio.Task[None] | None = None
        self._heard_at: float | None = None
        # The server's times as they were first told, and where they were then on our clock.
        self._placed: dict[str, tuple[datetime, float]] = {}

    def open(self, session: Session) -> None:
        """Show the session and follow it."""
        self._placed.clear()
        self._store.dispatch(a.SessionOpened(session, self._clock.monotonic()))
        self._align(None)
        self._follow(session.id)

    def retry_now(self) -> None:
        """Connect at once; a feed that had stopped is started again."""
        batch = self._store.state.batch
        if batch is None or batch.ended_at is not None:
            return
        if self._feed is None or self._task is None or self._task.done():
            self._follow(batch.session.id)
        else:
            self._feed.retry_now()

    def list_again(self) -> None:
        """Ask for the whole truth soon; without a feed there is none to ask for."""
        if self._feed is not None:
            self._feed.list_again()

    def finish(self, outcome: str, session: Session | None = None, *, listed: bool = False) -> None:
        """Close the session and show its summary; once is enough.

        What came of its devices is asked for unless it was just ``listed`` or is known anyway.
        """
        self.close()
        self._store.dispatch(a.SessionStopped(session, outcome, self._clock.monotonic(), listed))
        batch = self._store.state.batch
        if batch is not None and not batch.is_final:
            self._last = asyncio.create_task(self._list_last(batch.session), name="last list")
        self._ended()

    def close(self) -> None:
        """Stop following; the session itself goes on."""
        for task in (self._task, self._again, self._last):
            if task is not None:
                task.cancel()
        self._task = self._again = self._last = self._feed = None

    def _follow(self, session_id: str) -> None:
        self.close()
        self._heard_at = None
        trace = self._trace
        # Each feed is known by its own emit: what an older one still says is not listened to.
        feed = ProvisioningFeed(
            self._client,
            session_id,
            lambda event: self._hear(feed, event),
            clock=self._clock,
            rng=self._rng,
            on_frame=None if trace is None else lambda _frame: trace.received(),
        )
        self._feed = feed
        self._task = asyncio.create_task(feed.run(), name=f"feed {session_id}")
        self._task.add_done_callback(lambda task: self._broken(feed, task))

    def _hear(self, feed: ProvisioningFeed, event: FeedEvent) -> None:
        if feed is not self._feed:
            return
        if isinstance(event, ConnectionChanged):
            self._connection(event)
            return
        if self._is_live or isinstance(event, SnapshotLoaded):
            # A stream that opens, or only breathes, does not make an old list younger.
            self._heard_at = self._clock.monotonic()
        expiry = self._expiry
        if isinstance(event, DeviceUpdated) and self._is_old(event):
            # Old news, or the service's clock was set back: then nothing else would be heard.
            feed.list_again()
        self._store.dispatch(event)
        moment = getattr(event, "at", None)
        if self._trace is not None and isinstance(moment, datetime):
            self._trace.applied(moment.timestamp())
        if isinstance(event, SnapshotLoaded):
            self._align(event.snapshot.timeout_remaining)
        elif isinstance(event, SessionEnded):
            self.finish(self._outcome(event.outcome), event.session, listed=True)
        elif self._expiry != expiry:
            self._align(None)

    def _is_old(self, event: DeviceUpdated) -> bool:
        batch = self._store.state.batch
        device = batch.devices.get(event.mac) if batch is not None else None
        return device is not None and is_older(device, event)

    @property
    def _is_live(self) -> bool:
        batch = self._store.state.batch
        return batch is not None and batch.connection.state == "live"

    @property
    def _expiry(self) -> datetime | None:
        batch = self._store.state.batch
        return batch.session.expires_at if batch is not None else None

    def _connection(self, change: ConnectionChanged) -> None:
        if change.state != "live" and self._heard_at is not None:
            self._store.dispatch(a.Heard(self._heard_at))
            self._heard_at = None
        if change.state == "stopped" and _is_gone(change.problem):
            self._gone(change.problem)
        elif change.state == "stopped" and change.problem and is_refused(change.problem):
            # Nothing can be followed; the session itself goes on.
            retry_at = self._clock.monotonic() + REFUSED_SECONDS
            self._store.dispatch(replace(change, retry_at=retry_at))
            self._again = asyncio.create_task(self._try_again(), name="feed again")
        else:
            self._store.dispatch(change)

    async def _try_again(self) -> None:
        """Connect once more with the key of then: a file or the service may have another by now."""
        await self._clock.sleep(REFUSED_SECONDS)
        self._again = None
        self.retry_now()

    def _gone(self, problem: Problem | None) -> None:
        code = problem.code if problem is not None else None
        if code == "SESSION_NOT_FOUND":
            self.close()
            self._store.dispatch(a.SessionLeft(Notice("session", text=_LOST)))
            self._ended()
        elif code == "SESSION_EXPIRED":
            self.finish("expired")
        else:
            # Without a problem it is a list that says so.
            is_listed = problem is None
            self.finish(self._outcome("unknown" if is_listed else "gone"), listed=is_listed)

    async def _list_last(self, session: Session) -> None:
        """Show what came of the devices while nobody could tell; it stays as it was if none can."""
        try:
            reply = await self._client.batch.devices(session.id)
        except ApiError as error:
            _log.warning("what came of the session is not known: %s", error)
            return
        # A service that forgets the devices with their session tells nothing of them.
        if reply.data:
            last = SessionSnapshot(session=session, devices=reply.data)
            at = self._clock.monotonic()
            self._store.dispatch(SnapshotLoaded(last, at, reply.correlation_id))

    def _broken(self, feed: ProvisioningFeed, task: asyncio.Task[None]) -> None:
        """Never show as live what nobody follows any more."""
        if task.cancelled() or task.exception() is None:
            return
        _log.error("the feed broke", exc_info=task.exception())
        if feed is self._feed:
            problem = Problem(Kind.MALFORMED, message="the feed broke", retryable=True)
            self._connection(ConnectionChanged("stopped", problem))

    def _outcome(self, said: str) -> str:
        batch = self._store.state.batch
        if "stop" in self._store.state.busy:
            return "stopped"
        deadline = batch.deadline if batch is not None else None
        if deadline is not None and self._clock.monotonic() > deadline - _NEAR_DEADLINE_SECONDS:
            return "expired"
        if said == "unknown" and batch is not None and batch.session.state == "failed":
            return "failed"
        return said

    def _align(self, remaining: float | None) -> None:
        """Put the server's times on our monotonic clock; its own clock may be far off."""
        batch = self._store.state.batch
        if batch is None:
            return
        now = self._clock.monotonic()
        deadline = self._place("end", batch.session.expires_at)
        if remaining is not None and (deadline is None or deadline <= now < now + remaining):
            # A service that goes on after its own end counts by another clock than it had then.
            deadline = now + remaining
        started = self._place("start", batch.session.created_at)
        self._store.dispatch(a.ClockAligned(started, deadline))

    def _place(self, name: str, moment: datetime | None) -> float | None:
        """Return where the moment is on our monotonic clock; None while nobody knows.

        That is found once: the server's clock, which may be ours, too, may be set at any time, and
        its sessions keep the times that they were given before.
        """
        offset = self._client.clock_offset
        if moment is None or offset is None:
            return None
        if name not in self._placed or self._placed[name][0] != moment:
            self._placed[name] = moment, moment.timestamp() - server_epoch(self._clock, offset)
        return self._placed[name][1]


def _is_gone(problem: Problem | None) -> bool:
    """Return whether the feed stopped because there is no session to follow any more."""
    return problem is None or problem.http_status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
