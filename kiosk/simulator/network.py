"""The Pi's ways to the outside, as far as its Wi-Fi and its configuration reach (§2.10)."""

from __future__ import annotations

import random
import re
from typing import Any
from urllib.parse import urlsplit

from kiosk.simulator.cameras import Cameras
from kiosk.simulator.config import Config
from kiosk.simulator.errors import RefusalError
from kiosk.simulator.wifi import ADDRESS, Wifi

MOST_PINGS = 10

_TAILNET = "machines.example.ts.net"
_TAILSCALE_IP = "100.84.12.7"
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")
_HERE = frozenset({"localhost", "127.0.0.1", "::1", ADDRESS})
_OUTSIDE = frozenset({"192.168.1.1", "1.1.1.1", "8.8.8.8", "example.net"})
_DEFAULT_PORT = 1883

# hostname, address, online, bridge server
_PEERS = (
    ("bridge-1", "100.84.12.1", True, True),
    ("support-desk", "100.84.12.2", True, False),
    ("lobby-old", "100.84.12.3", False, False),
)


class Network:
    """Nothing but the Pi itself is reached while its Wi-Fi is down."""

    def __init__(self, wifi: Wifi, config: Config, cameras: Cameras) -> None:
        self._wifi = wifi
        self._config = config
        self._cameras = cameras

    @property
    def up(self) -> bool:
        """Tell whether the Pi is connected."""
        return self._wifi.link().state == "connected"

    def tailscale(self) -> dict[str, Any]:
        """Return the state of the VPN and its peers."""
        return {
            "backend_state": "Running" if self.up else "Starting",
            "connected": self.up,
            "tailscale_ip": _TAILSCALE_IP if self.up else "",
            "hostname": self._config.value("device_name"),
            "tailnet": _TAILNET,
            "needs_login": False,
            "peers": [
                {
                    "id": f"n{number}",
                    "hostname": hostname,
                    "tailscale_ip": address,
                    "online": online and self.up,
                    "is_bridge_server": bridge,
                }
                for number, (hostname, address, online, bridge) in enumerate(_PEERS, 1)
            ],
        }

    def mqtt(self) -> dict[str, Any]:
        """Return the state of the connection to the configured broker."""
        broker = urlsplit(self._config.value("mqtt_broker"))
        host = broker.hostname or ""
        status = {
            "connected": self.up,
            "broker": host,
            "port": broker.port or _DEFAULT_PORT,
            "clientId": self._config.value("device_name"),
        }
        return {**status, "latency_ms": _latencies(host, 1)[0]} if self.up else status

    def bridge(self) -> dict[str, Any]:
        """Return the state of the connection to the configured bridge server."""
        url = self._config.value("bridge_url")
        return {"status": {"configured": bool(url), "connected": self.up, "url": url}}

    def ping(self, host: str, count: int) -> dict[str, Any]:
        """Return round trips in ms; ``success`` says whether there were any.

        Raise VALIDATION_FAILED for what is no host name or address.
        """
        if not _HOST.fullmatch(host):
            raise RefusalError("VALIDATION_FAILED", "host must be a host name or an address")
        if not 1 <= count <= MOST_PINGS:
            raise RefusalError("VALIDATION_FAILED", f"count must be from 1 to {MOST_PINGS}")
        error = self._unreachable(host.lower())
        if error:
            return {"success": False, "host": host, "packet_loss": 100.0, "error": error}
        times = _latencies(host, count)
        average = round(sum(times) / count, 2)
        return {
            "success": True,
            "host": host,
            "avg_ms": average,
            "min_ms": min(times),
            "max_ms": max(times),
            "latency_ms": average,
            "packet_loss": 0.0,
        }

    def _unreachable(self, host: str) -> str | None:
        if host in _HERE:
            return None
        if not self.up:
            return "network is unreachable"
        configured = {self._config.value(key) for key in ("mqtt_broker", "bridge_url")}
        answering = {urlsplit(url).hostname or "" for url in configured} | _OUTSIDE
        silent: set[str] = set()
        for name, address, online, _ in _PEERS:
            (answering if online else silent).update((name, address))
        for camera in self._cameras.all():
            online = self._cameras.status(camera) == "online"
            (answering if online else silent).add(camera.ip)
        if host in answering:
            return None
        return "request timed out" if host in silent else "unknown host"


def _latencies(host: str, count: int) -> list[float]:
    """Return milliseconds, the same for the same host."""
    rng = random.Random(host)  # noqa: S311 - a simulation must be repeatable
    base = 0.05 if host in _HERE else rng.uniform(2, 40)
    return [round(base * rng.uniform(1, 1.3), 2) for _ in range(count)]
