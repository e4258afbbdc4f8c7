"""What goes wrong, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

UNREACHABLE = "DEVICE_UNREACHABLE"
REJECTED = "DEVICE_REJECTED"
TIMEOUT = "DEVICE_TIMEOUT"
NOT_VERIFIED = "VERIFICATION_TIMEOUT"


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of day in the field; shares are of all devices."""

    text: str
    failing: float = 0.0
    reasons: tuple[str, ...] = (UNREACHABLE,)  # drawn from; a reason named twice is twice as likely
    hopeless: tuple[int, int] = (0, 0)  # how many fail at every attempt: small and large fleets
    unlisted: float = 0.0  # share that is not in the allowlist
    rssi: tuple[int, int] = (-72, -42)  # dBm


SCENARIOS = MappingProxyType(
    {
        "workshop": Scenario(
            "about one device in eight fails its first attempt and succeeds when retried; "
            "all are in the allowlist",
            failing=1 / 8,
            reasons=(UNREACHABLE, UNREACHABLE, REJECTED, REJECTED, NOT_VERIFIED),
        ),
        "smooth": Scenario("nothing fails"),
        "field": Scenario(
            "one device in six fails its first attempt, one or two of them at every attempt; "
            "one in ten is not in the allowlist",
            failing=1 / 6,
            reasons=(UNREACHABLE, REJECTED, TIMEOUT, NOT_VERIFIED),
            hopeless=(1, 2),
            unlisted=1 / 10,
            rssi=(-80, -48),
        ),
        "wrong-password": Scenario(
            "no device comes online: every verification times out",
            failing=1.0,
            reasons=(NOT_VERIFIED,),
            hopeless=(2000, 2000),
        ),
        "weak-signal": Scenario(
            "half of the devices are unreachable or time out at first, and succeed when retried; "
            "all signals are weak",
            failing=1 / 2,
            reasons=(UNREACHABLE, UNREACHABLE, TIMEOUT),
            rssi=(-90, -78),
        ),
    }
)
