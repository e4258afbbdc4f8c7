"""Tells systemd that the kiosk lives, for as long as it does (sd_notify(3)).

The protocol is a datagram of a few lines; the packages that speak it are no longer kept up.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping

from kiosk.services.client.timing import Clock

# How often the status is told to a service manager that has no watchdog.
STATUS_SECONDS = 10.0
_LONGEST_STATUS = 200

_log = logging.getLogger("kiosk.watchdog")


class ServiceManager:
    """Whoever listens at NOTIFY_SOCKET; without that nobody is told anything.

    The one socket is kept open: when there are no descriptors left the watchdog is fed all the
    same.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        name = environment.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte of the abstract namespace (unix(7)).
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self._socket: socket.socket | None = None
        if name.startswith(("@", "/")):
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._socket.setblocking(False)
        self._told = ""

    @property
    def is_there(self) -> bool:
        """Return whether somebody wants to be told."""
        return self._socket is not None

    def tell(self, **fields: str) -> None:
        """Send assignments, as ``READY="1"``; that nobody hears them is no reason to stop."""
        if self._socket is None:
            return
        lines = (f"{name}={' '.join(value.split())}" for name, value in fields.items())
        try:
            self._socket.sendto("\n".join(lines).encode(errors="replace"), self._address)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if reason != self._told:
                _log.warning("the service manager cannot be told: %s", reason)
            self._told = reason
        else:
            self._told = ""

    def close(self) -> None:
        """Tell nothing more."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def watchdog_seconds(environment: Mapping[str, str], pid: int) -> float | None:
    """Return how long the watchdog waits for food, None when there is none for this process."""
    if environment.get("WATCHDOG_PID") not in {None, "", str(pid)}:
        return None
    try:
        seconds = int(environment.get("WATCHDOG_USEC", "")) / 1e6
    except ValueError:
        return None
    return seconds if seconds > 0 else None


class Watchdog:
    """Feeds systemd's watchdog only while frames can be drawn and the network loop turns.

    ``drawn`` is called by Kivy's clock: its loop comes round to input, layout and drawing. ``run``
    is a task like those of the feeds: the event loop has time for it, looks at its sockets and
    wakes what sleeps. Both share a thread, so whatever blocks it starves the watchdog; that Kivy's
    loop waits for ever, or that frames leave no time for anything else, each of the two shows.
    What a single feed does is not proved: silence on its stream is its own to notice and to show.
    """

    def __init__(
        self,
        manager: ServiceManager,
        clock: Clock,
        status: Callable[[], str],
        *,
        seconds: float | None,
    ) -> None:
        self._manager = manager
        self._clock = clock
        self._status = status
        self._seconds = seconds
        self._drawn = asyncio.Event()
        self._ready = False

    @property
    def tick_seconds(self) -> float:
        """Return how often ``drawn`` is to be called: some times between two meals."""
        return self._pause / 4

    def drawn(self) -> None:
        """Note that a frame could be drawn."""
        self._drawn.set()

    def flipped(self) -> None:
        """Note that the panel shows a frame; the first one means that the kiosk is ready."""
        if not self._ready:
            self._ready = True
            self._manager.tell(READY="1", STATUS=self._line())

    def ending(self) -> None:
        """Note that the kiosk is about to end."""
        self._manager.tell(STOPPING="1", STATUS="ending")

    async def run(self) -> None:
        """Run until cancelled."""
        while True:
            await self._clock.sleep(self._pause)
            await self._drawn.wait()
            self._drawn.clear()
            fed = {} if self._seconds is None else {"WATCHDOG": "1"}
            self._manager.tell(**fed, STATUS=self._line())

    @property
    def _pause(self) -> float:
        # Half of what it waits, as sd_watchdog_enabled(3) recommends.
        return STATUS_SECONDS if self._seconds is None else self._seconds / 2

    def _line(self) -> str:
        return self._status()[:_LONGEST_STATUS]


def of_environment(clock: Clock, status: Callable[[], str]) -> tuple[ServiceManager, Watchdog]:
    """Return the service manager that started this process, and the watchdog that it has."""
    manager = ServiceManager(os.environ)
    seconds = watchdog_seconds(os.environ, os.getpid())
    return manager, Watchdog(manager, clock, status, seconds=seconds)
