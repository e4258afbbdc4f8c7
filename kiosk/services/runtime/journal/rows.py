"""What the journal holds: a row for each request that changes something, one for each device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A mutation: ``target`` names what it was about, times are UTC as in ``utc.stamp``.

    ``attempt`` is how often it was sent in a row, neither done nor refused; the disk counts that.
    Without an ``outcome`` nobody knows the end yet; ``found`` is what a later look has shown.
    """

    operation: str
    target: tuple[str, ...]
    began_at: str
    attempt: int | None = None
    ended_at: str | None = None
    outcome: str | None = None
    code: str | None = None
    http_status: int | None = None
    correlation_id: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """An entry on the disk whose end nobody knows, of a process that has ended."""

    row: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """A device that was set up: on which network, in which session, when as the service says.

    ``clock_set`` tells whether this machine's clock was right when it was noted, ``noted_at``.
    """

    session: str
    mac: str
    ssid: str | None
    state: str
    ready_at: str
    noted_at: str
    clock_set: bool
    correlation_id: str | None = None
