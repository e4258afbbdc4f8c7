"""The Pi's own Wi-Fi: the networks around, and the one that it is a client of."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Any, Literal

from kiosk.simulator.errors import RefusalError
from kiosk.simulator.notes import Tell
from kiosk.simulator.records import Shelf
from kiosk.simulator.timeline import Timeline

JOINING = 2.0  # world seconds from credentials to an address
SHORTEST_PASSWORD = 8  # WPA passphrase
ADDRESS = "192.168.1.20"

_JOINED = "joined"  # the only record: the network that is joined again after a restart
# SSID, security, dBm. The first is the target of the demonstrations, and where the Pi is at first.
_ALWAYS = (
    ("Machine-Room", "WPA2", -41),
    ("", "WPA2", -63),
    ("Lobby Guests", "Open", -58),
    ("Café São João", "WPA2/WPA3", -66),
    ("[b]markup[/b]", "WPA2", -74),
)
_SOMETIMES = (
    ("Warehouse-5G", "WPA3", -60),
    ("VendingOps", "WPA2", -69),
    ("printer-7C21", "WEP", -77),
    ("Bäckerei Müller", "WPA2", -80),
    ("FireTV", "WPA", -84),
)

LinkState = Literal["connected", "connecting", "disconnected"]


@dataclass(frozen=True, slots=True)
class Link:
    """The Pi as a client: ``signal`` in dBm, ``address`` only when connected."""

    state: LinkState
    ssid: str | None = None
    signal: int | None = None
    address: str | None = None


class Wifi:
    """Knows any password of the right length for a right one."""

    def __init__(self, seed: int, timeline: Timeline, joined: Shelf, tell: Tell) -> None:
        rng = random.Random(f"{seed}/machine")  # noqa: S311 - a simulation must be repeatable
        chosen = (*_ALWAYS, *rng.sample(_SOMETIMES, rng.randint(1, len(_SOMETIMES))))
        self._networks = [_network(rng, *network) for network in chosen]
        self._timeline = timeline
        self._began = timeline.now
        self._joining = timeline.branch()
        self._joined = joined
        self._tell = tell
        self._pending: str | None = None

    def networks(self) -> list[dict[str, Any]]:
        """6 to 10 networks, the strongest first, their signals swinging by 2 dB."""
        elapsed = self._timeline.now - self._began
        seen = []
        for i, network in enumerate(self._networks):
            signal = network["signal"] + round(2 * math.sin(elapsed / 7 + i))
            seen.append(
                {**network, "signal": signal, "quality": max(0, min(100, 2 * (signal + 100)))}
            )
        return sorted(seen, key=lambda network: -network["signal"])

    def link(self) -> Link:
        """Return what the Pi is connected to."""
        if self._pending is not None:
            return Link("connecting", self._pending)
        ssid = self._joined.get(_JOINED, self._networks[0]["ssid"])
        if not ssid:
            return Link("disconnected")
        return Link("connected", ssid, self._find(ssid)["signal"], ADDRESS)

    def accepts(self, ssid: str, password: str | None) -> bool:
        """Tell whether a network lets us in. Raise NETWORK_NOT_FOUND."""
        network = self._find(ssid)
        return network["security"] == "Open" or len((password or "").encode()) >= SHORTEST_PASSWORD

    def join(self, ssid: str) -> None:
        """Leave the network that we are in and be in another one after JOINING world seconds."""
        self._find(ssid)
        self._pending = ssid
        self._tell("info", "wifi", f"joining {ssid}")
        self._joining.clear()
        self._joining.after(JOINING, self._arrive)

    def leave(self) -> None:
        """Be in no network."""
        self._joining.clear()
        self._pending = None
        self._joined[_JOINED] = ""
        self._tell("warn", "wifi", "disconnected")

    def reset(self) -> None:
        """Be in the first network again."""
        self._joining.clear()
        self._pending = None
        self._joined.clear()

    def _arrive(self) -> None:
        ssid, self._pending = self._pending, None
        self._joined[_JOINED] = ssid
        self._tell("info", "wifi", f"joined {ssid}")

    def _find(self, ssid: str) -> dict[str, Any]:
        for network in self._networks:
            if network["ssid"] == ssid:
                return network
        raise RefusalError("NETWORK_NOT_FOUND", f"{ssid} is not in range")


def _network(rng: random.Random, ssid: str, security: str, signal: int) -> dict[str, Any]:
    channel = rng.choice((1, 6, 11))
    return {
        "ssid": ssid,
        "signal": signal,
        "security": security,
        "bssid": ":".join(f"{rng.randrange(256):02X}" for _ in range(6)),
        "channel": channel,
        "frequency": 2407 + 5 * channel,
    }
