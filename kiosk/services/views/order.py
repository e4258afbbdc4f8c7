"""The devices in the order of the screen, and their tiles; of a thousand one has news at a time.

What was found last is remembered: as long as nobody changes groups only the news are looked at.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, count
from operator import is_not

from kiosk.services.state.model import Batch, Device
from kiosk.services.views import language
from kiosk.services.views.devices import (
    FAILED,
    MOVING,
    WAITING,
    DeviceRow,
    Group,
    Look,
    look_of,
    row_of,
)
from kiosk.services.views.language import UNKNOWN

Seen = tuple[Device, Look]

_MOST_REMEMBERED = 5000


class Rows(tuple[DeviceRow, ...]):
    """Tiles in their order. Kivy writes each value of a kv into a trace, whether it is read or not.

    Of a thousand tiles that would take longer than drawing them.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


@dataclass(frozen=True, slots=True)
class _Order:
    """Some devices in order; ``is_timeless`` when no look among them changes by itself."""

    devices: Mapping[str, Device]
    over: bool
    is_timeless: bool
    seen: list[Seen]
    places: Mapping[str, int]
    groups: Counter[Group]

    def with_news(self, devices: Mapping[str, Device]) -> _Order | None:
        """Return the order of these; None when more than some looks within groups differ."""
        if len(devices) != len(self.devices):
            return None
        both = zip(devices, devices.values(), self.devices, strict=True)
        seen = self.seen.copy()
        for mac, device, before in compress(
            both, map(is_not, devices.values(), self.devices.values())
        ):
            if mac != before or not (self.over or device.asked_at is None):
                return None
            place = self.places[mac]
            look = look_of(device, anything_moves=False, now=math.inf)
            if look.group is not seen[place][1].group:
                return None
            seen[place] = device, look
        return _Order(devices, self.over, self.is_timeless, seen, self.places, self.groups)


@dataclass(frozen=True, slots=True)
class _Tiles:
    """The tiles of ``seen``, as they are in a language."""

    seen: Sequence[Seen]
    live: bool
    language: object
    rows: Rows


_order = _Order({}, over=False, is_timeless=False, seen=[], places={}, groups=Counter())
_tiles = _Tiles((), live=False, language=None, rows=Rows())
_rows: dict[str, tuple[Device, Look, object, DeviceRow]] = {}


def ordered(batch: Batch, now: float) -> Sequence[Seen]:
    """Return the devices by what needs a person: failed, waiting, moving, ready."""
    return _order_of(batch, now).seen


def counted(batch: Batch, now: float) -> Counter[Group]:
    """Return how many devices are in each group; whatever is shown, all are counted."""
    return _order_of(batch, now).groups


def number_of(among: Iterable[Group], batch: Batch, now: float) -> str:
    """Return how many devices are in these groups; nobody knows before the list was read."""
    groups = counted(batch, now)
    return str(sum(groups[group] for group in among)) if batch.loaded else UNKNOWN


def waiting(batch: Batch, now: float) -> tuple[str, ...]:
    """Return the devices that "Provision all" is about; one in line is not asked for twice."""
    return tuple(device.mac for device, look in ordered(batch, now) if look is WAITING)


def failed(batch: Batch, now: float) -> tuple[str, ...]:
    """Return the devices that "Retry failed" is about; each retry is one of the few it has."""
    return tuple(device.mac for device, look in ordered(batch, now) if look is FAILED)


def rows_of(seen: Sequence[Seen], *, live: bool) -> Rows:
    """Return the tiles of devices; what would be equal to the last is the same."""
    global _tiles  # noqa: PLW0603 - one screen
    words = language.current()
    if (live, words, len(seen)) == (_tiles.live, _tiles.language, len(_tiles.seen)):
        rows = list(_tiles.rows)
        for place in compress(count(), map(is_not, seen, _tiles.seen)):
            rows[place] = _row(*seen[place], words, live=live)
    else:
        rows = [_row(device, look, words, live=live) for device, look in seen]
    _tiles = _Tiles(seen, live, words, Rows(rows))
    return _tiles.rows


def _order_of(batch: Batch, now: float) -> _Order:
    global _order  # noqa: PLW0603 - one batch
    over = batch.ended_at is not None
    last = _order
    if last.is_timeless and last.over == over:
        if last.devices is batch.devices:
            return last
        found = last.with_news(batch.devices)
    else:
        found = None
    _order = found or _found(batch.devices, math.inf if over else now, over=over)
    return _order


def _found(devices: Mapping[str, Device], now: float, *, over: bool) -> _Order:
    """Look at all devices; nobody stands in line for a session that has ended."""
    every = devices.values()
    moves = not over and not MOVING.isdisjoint([device.state for device in every])
    groups: dict[Group, list[Seen]] = {group: [] for group in Group}
    for device in every:
        look = look_of(device, anything_moves=moves, now=now)
        groups[look.group].append((device, look))
    seen = [pair for among in groups.values() for pair in among]
    return _Order(
        devices,
        over,
        over or all(device.asked_at is None for device in every),
        seen,
        {device.mac: place for place, (device, _look) in enumerate(seen)},
        Counter({group: len(among) for group, among in groups.items() if among}),
    )


def _row(device: Device, look: Look, words: object, *, live: bool) -> DeviceRow:
    """Return the device's tile, the same one for as long as it would be equal."""
    last = _rows.get(device.mac)
    if last is not None and last[0] is device and last[1] is look and last[2] is words:
        row = last[3]
        if row.live is live:
            return row
    if len(_rows) >= _MOST_REMEMBERED:
        _rows.clear()
    row = row_of(device, look, live=live)
    _rows[device.mac] = device, look, words, row
    return row
