"""The cameras around the machine: who they are, when they show up, how each attempt will go."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import pairwise

from kiosk.simulator.scenarios import Scenario

_ESPRESSIF = ("24:6F:28", "30:AE:A4", "3C:71:BF", "7C:9E:BD", "84:CC:A8", "A4:CF:12", "E8:68:E7")
_FIRMWARE = ("1.2.3", "1.2.4", "1.3.0")
_LARGE_FLEET = 20
_HOSTS_PER_NETWORK = 250

# Devices in the fleet -> world seconds until the last of them is in range.
_IN_RANGE_AFTER = ((1, 1.5), (12, 14.0), (50, 29.0), (1000, 56.0))
_FIRST_AFTER = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one attempt will go, in world seconds. A step that fails has its code in ``failure``."""

    connect: float
    deliver: float
    join: float
    verify: float
    failure: str | None


@dataclass(frozen=True, slots=True)
class Camera:
    """One physical ESP32-CAM."""

    mac: str
    name: str
    ip: str
    firmware_version: str
    base_rssi: int
    in_range_after: float
    listed: bool = True
    failure: str | None = None
    hopeless: bool = False
    seed: int = 0

    def attempt(self, number: int) -> Attempt:
        """Return what the attempt of that number (0 is the first) will bring; always the same."""
        rng = random.Random(f"{self.seed}/{self.mac}/{number}")  # noqa: S311 - a simulation
        return Attempt(
            connect=rng.uniform(0.5, 1.5),
            deliver=rng.uniform(1.5, 3.5),
            join=rng.uniform(0.5, 1.5),
            verify=rng.uniform(1.5, 4.5),
            failure=self.failure if number == 0 or self.hopeless else None,
        )

    def rssi_at(self, elapsed: float) -> int:
        """Signal in dBm after so many world seconds: the base, slowly swinging by 4 dB."""
        phase = int(self.mac[-2:], 16)
        return self.base_rssi + round(4 * math.sin(elapsed / 17 + phase))


def build_fleet(
    seed: int, count: int, scenario: Scenario, *, failing: int | None = None
) -> tuple[Camera, ...]:
    """``count`` cameras in the order in which they come into range; the same for the same seed.

    ``failing`` devices fail their first attempt, or the scenario's share of them when it is None.
    """
    rng = random.Random(seed)  # noqa: S311 - a simulation must be repeatable
    tails = rng.sample(range(0x1000, 0x10000), count)
    if failing is None:
        failing = math.ceil(count * scenario.failing) if scenario.failing else 0
    troubled = rng.sample(range(count), failing)
    hopeless = set(troubled[: scenario.hopeless[count >= _LARGE_FLEET]])
    failures = {number: rng.choice(scenario.reasons) for number in troubled}
    healthy = sorted(set(range(count)) - set(troubled))
    unlisted = set(rng.sample(healthy, min(len(healthy), math.ceil(count * scenario.unlisted))))
    return tuple(
        Camera(
            mac=_mac(rng, tail),
            name=f"ESP32-CAM-{tail:04X}",
            ip=f"192.168.{4 + i // _HOSTS_PER_NETWORK}.{2 + i % _HOSTS_PER_NETWORK}",
            firmware_version=rng.choice(_FIRMWARE),
            base_rssi=rng.randint(*scenario.rssi),
            in_range_after=after,
            listed=i not in unlisted,
            failure=failures.get(i),
            hopeless=i in hopeless,
            seed=seed,
        )
        for i, (tail, after) in enumerate(zip(tails, _arrivals(rng, count), strict=True))
    )


def _mac(rng: random.Random, tail: int) -> str:
    return f"{rng.choice(_ESPRESSIF)}:{rng.randrange(256):02X}:{tail >> 8:02X}:{tail & 0xFF:02X}"


def _arrivals(rng: random.Random, count: int) -> list[float]:
    if count == 0:
        return []
    later = (rng.uniform(_FIRST_AFTER, _last_arrival(count)) for _ in range(count - 1))
    return [_FIRST_AFTER, *sorted(later)]


def _last_arrival(count: int) -> float:
    """World seconds until all are in range, between the known points by the logarithm of count."""
    for (few, sooner), (many, later) in pairwise(_IN_RANGE_AFTER):
        if count <= many:
            share = math.log(count / few) / math.log(many / few)
            return sooner + (later - sooner) * share
    return _IN_RANGE_AFTER[-1][1]
