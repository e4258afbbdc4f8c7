"""The Pi itself as the simulator shows it: figures that swing slowly.

Pure: the same seed and the same elapsed seconds give the same figures.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.simulator.moments import go_duration, rfc3339

VERSION = "0.1.0-simulated"

_UPTIME_AT_START = 2_781_596.0  # seconds; a Pi that has stood in its machine for a month
_MEMORY_MB = 4096.0
_DISK_GB = 29.1
_CORES = 4
_BYTES_PER_SECOND = 18_000
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Observed:
    """What the monitoring sees of the world: cameras by id, alerts, whether the Wi-Fi is up."""

    cameras: Mapping[str, Mapping[str, Any]]
    alerts: int
    online: bool


class Machine:
    """One simulated Pi."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(f"{seed}/figures")  # noqa: S311 - a simulation must be repeatable
        self._phase = rng.uniform(0, math.tau)

    def uptime(self, elapsed: float) -> float:
        """Seconds since the Pi was switched on."""
        return _UPTIME_AT_START + elapsed

    def system_info(self, now: float, elapsed: float) -> dict[str, Any]:
        """Contract.md §2.4; ``uptime`` in nanoseconds."""
        cpu, memory, disk, celsius = self._load(elapsed)
        used = _MEMORY_MB * memory / 100
        return {
            "timestamp": rfc3339(now),
            "cpu": {
                "usage_percent": cpu,
                "core_count": _CORES,
                "per_core": [round(cpu * (0.7 + 0.2 * core), 1) for core in range(_CORES)],
            },
            "memory": {
                "used_mb": round(used, 1),
                "total_mb": _MEMORY_MB,
                "available_mb": round(_MEMORY_MB - used, 1),
                "used_percent": memory,
            },
            "disk": {
                "used_gb": round(_DISK_GB * disk / 100, 1),
                "total_gb": _DISK_GB,
                "used_percent": disk,
                "path": "/",
            },
            "temperature_celsius": celsius,
            "uptime": int(self.uptime(elapsed) * _NANOSECONDS),
            "load_average": {
                "load_1": round(cpu / 25, 2),
                "load_5": round(cpu / 28, 2),
                "load_15": round(cpu / 30, 2),
            },
            "overall_status": "healthy",
        }

    def monitoring(
        self, now: float, elapsed: float, clients: int, observed: Observed
    ) -> dict[str, Any]:
        """Return the full MonitoringData of contract.md §4."""
        cpu, memory, disk, celsius = self._load(elapsed)
        moment, uptime = rfc3339(now), go_duration(self.uptime(elapsed))
        return {
            "timestamp": moment,
            "system_health": {
                "cpu_usage": cpu,
                "memory_usage": memory,
                "disk_usage": disk,
                "temperature": celsius,
                "uptime": uptime,
                "load_average": f"{cpu / 25:.2f} {cpu / 28:.2f} {cpu / 30:.2f}",
            },
            "security_metrics": {
                "failed_ssh_attempts": 0,
                "last_security_check": moment,
                "certificate_expiry": rfc3339(now + 90 * 86_400),
                "mqtt_secure_connections": int(observed.online),
                "encryption_level": "TLS 1.3",
                "threat_level": "LOW",
            },
            "service_status": {
                "mqtt_connected": observed.online,
                "mqtt_secure": True,
                "api_responding": True,
                "database_connected": True,
                "last_health_check": moment,
                "service_uptime": go_duration(elapsed),
            },
            "network_metrics": {
                "active_connections": clients,
                "bytes_received": int(elapsed * _BYTES_PER_SECOND),
                "bytes_sent": int(elapsed * _BYTES_PER_SECOND / 3),
                "packet_loss": 0.0 if observed.online else 100.0,
                "latency": round(12 + 3 * math.sin(elapsed / 11 + self._phase), 1),
            },
            "camera_status": dict(observed.cameras),
            "alerts_count": observed.alerts,
            "connected_clients": clients,
        }

    def _load(self, elapsed: float) -> tuple[float, float, float, float]:
        """CPU %, memory %, disk %, degrees Celsius."""
        swing = math.sin(elapsed / 23 + self._phase)
        cpu = round(18 + 9 * swing, 1)
        return cpu, round(41 + 3 * swing, 1), 37.4, round(51 + cpu / 8, 1)
