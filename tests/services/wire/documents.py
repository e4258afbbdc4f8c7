"""One full answer of each area as the contract writes it, and what reads it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from kiosk.services.wire import payloads
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.cameras import Camera, picture
from kiosk.services.wire.config import ConfigItem, ConfigResult, sections
from kiosk.services.wire.diagnostics import Export
from kiosk.services.wire.door import DoorResult, DoorStatus
from kiosk.services.wire.monitoring import Monitoring
from kiosk.services.wire.network import Bridge, Mqtt, Ping, Tailscale
from kiosk.services.wire.onboarding import AutoOnboard
from kiosk.services.wire.provisioning import (
    Cleared,
    DeviceActionResult,
    NetworkStatus,
    ProvisionAllResult,
)
from kiosk.services.wire.system import AuthStatus, Health, SystemInfo
from kiosk.services.wire.wifi import WifiStatus

NOW = "2026-01-20T16:07:57.267816124Z"
MAC = "AA:BB:CC:DD:EE:01"

SESSION = {
    "id": "sess_a1",
    "state": "active",
    "target_ssid": "Shop",
    "created_at": NOW,
    "updated_at": NOW,
    "expires_at": NOW,
    "device_count": 3,
    "provisioned_count": 2,
    "verified_count": 1,
    "failed_count": 1,
    "config": {"discovery_timeout_seconds": 60},
}
DEVICE = {
    "mac": MAC,
    "ip": "192.168.4.2",
    "state": "verified",
    "rssi": -52,
    "firmware_version": "1.4.0",
    "discovered_at": NOW,
    "retry_count": 1,
    "container_id": "c-1",
    "in_allowlist": True,
}
NETWORK = {"ssid": "DelicasaOnboard", "is_active": True, "connected_devices": 3}
CAMERA = {
    "device_id": "esp-1cdbd47a4f10",
    "name": "Left",
    "status": "online",
    "last_seen": NOW,
    "ip_address": "192.168.4.7",
    "mac_address": MAC,
    "health": {"wifi_rssi": -61, "free_heap": 81920, "uptime_seconds": 7200},
    "resolution": "VGA",
    "firmware_version": "1.4.0",
    "container_id": "c-1",
    "position": 2,
}
MONITORING = {
    "timestamp": NOW,
    "alerts_count": 2,
    "connected_clients": 1,
    "system_health": {
        "cpu_usage": 12.5,
        "memory_usage": 40,
        "disk_usage": 61,
        "temperature": 51.5,
        "uptime": "72h3m0s",
        "load_average": "0.5 0.4 0.3",
    },
    "security_metrics": {
        "failed_ssh_attempts": 4,
        "last_security_check": NOW,
        "certificate_expiry": "2027-01-01",
        "mqtt_secure_connections": 2,
        "encryption_level": "TLS1.3",
        "threat_level": "LOW",
    },
    "service_status": {
        "mqtt_connected": True,
        "mqtt_secure": True,
        "api_responding": True,
        "database_connected": True,
        "last_health_check": NOW,
        "service_uptime": "72h",
    },
    "network_metrics": {
        "active_connections": 5,
        "bytes_received": 2**40,
        "bytes_sent": 2**41,
        "packet_loss": 0.5,
        "latency": 12.5,
    },
    "camera_status": {
        "cam-001": {"online": True, "rssi": -61, "free_heap": 81920, "last_seen": NOW, "fps": 12}
    },
}

Read = Callable[[object], Any]

AREAS: dict[str, tuple[Any, Read]] = {
    "session": ({"session": SESSION, "message": "ok"}, payloads.session),
    "sessions": ({"sessions": [SESSION]}, payloads.sessions),
    "snapshot": (
        {
            "session": SESSION,
            "devices": [DEVICE],
            "timeout_remaining": "1m30s",
            "network_status": NETWORK,
        },
        payloads.snapshot,
    ),
    "devices": ({"devices": [DEVICE], "count": 1}, payloads.devices),
    "device action": (
        {"mac": MAC, "state": "provisioning", "message": "ok"},
        partial(payloads.record, DeviceActionResult),
    ),
    "provision all": (
        {"initiated_count": 3, "skipped_count": 1, "message": "ok"},
        partial(payloads.record, ProvisionAllResult),
    ),
    "network status": (NETWORK, partial(payloads.record, NetworkStatus)),
    "cleared": ({"cleared": 4, "message": "ok"}, partial(payloads.record, Cleared)),
    "allowlist": (
        {"entries": [{"mac": MAC, "description": "d", "added_at": NOW, "used": True}], "count": 1},
        payloads.allowlist,
    ),
    "allowlist entry": ({"mac": MAC, "used": True}, partial(payloads.record, AllowlistEntry)),
    "health": (
        {"status": "healthy", "version": "1.9", "uptime": 3600},
        partial(payloads.record, Health),
    ),
    "auth status": (
        {"required": True, "configured": True},
        partial(payloads.record, AuthStatus),
    ),
    "system info": (
        {
            "timestamp": NOW,
            "cpu": {"usage_percent": 12.5, "core_count": 4},
            "memory": {"used_mb": 900, "total_mb": 4096, "used_percent": 22},
            "disk": {"used_gb": 8, "total_gb": 32, "used_percent": 25},
            "temperature_celsius": 51.5,
            "uptime": 2781596000000000,
            "load_average": {"load_1": 0.5, "load_5": 0.4, "load_15": 0.3},
            "overall_status": "healthy",
        },
        partial(payloads.record, SystemInfo),
    ),
    "logs": (
        {
            "count": 1,
            "logs": [
                {
                    "id": 17,
                    "timestamp": NOW,
                    "level": "ERROR",
                    "component": "mqtt",
                    "message": "lost",
                    "metadata": {"attempt": 2},
                }
            ],
        },
        payloads.logs,
    ),
    "wifi scan": (
        {"count": 1, "networks": [{"ssid": "Shop", "signal": -50, "security": "WPA2"}]},
        payloads.wifi_networks,
    ),
    "wifi status": (
        {"status": {"client_status": "connected", "client_ssid": "Shop", "ap_status": "active"}},
        partial(payloads.record, WifiStatus),
    ),
    "cameras": ({"cameras": [CAMERA], "count": 1}, payloads.cameras),
    "camera": (CAMERA, partial(payloads.record, Camera)),
    "camera diagnostics": (
        [
            {
                "device_id": "cam-001",
                "status": "online",
                "last_seen": NOW,
                "rssi": -61,
                "capture_success_rate": 0.98,
                "total_captures": 100,
                "failed_captures": 2,
                "average_capture_ms": 850,
                "ip_address": "192.168.4.7",
            }
        ],
        payloads.camera_diagnostics,
    ),
    "capture": (
        {"image_data": "/9j/4AAQ", "camera_id": "cam-001", "captured_at": NOW},
        partial(picture, camera_id="cam-001"),
    ),
    "paired": (
        {
            "cameras": [
                {
                    "mac_address": MAC,
                    "container_id": "c-1",
                    "position": 2,
                    "status": "online",
                    "firmware_version": "1.4.0",
                    "signal_strength": -61,
                    "paired_at": NOW,
                    "last_seen": NOW,
                }
            ],
            "total": 1,
            "online_count": 1,
        },
        payloads.paired_cameras,
    ),
    "discovered": (
        {"devices": [{"mac_address": MAC, "ip_address": "192.168.4.9", "rssi": -40}]},
        payloads.discovered_cameras,
    ),
    "config": (
        {
            "sections": [
                {
                    "name": "wifi",
                    "items": [
                        {
                            "key": "wifi.country",
                            "value": "BR",
                            "type": "select",
                            "required": True,
                            "validation": {"options": ["BR"], "min": 1, "max": 2, "pattern": "x"},
                        },
                    ],
                }
            ]
        },
        sections,
    ),
    "config item": (
        {"key": "wifi.password", "value": "clear text", "type": "password"},
        partial(payloads.record, ConfigItem),
    ),
    "config result": (
        {"success": True, "key": "wifi.country"},
        partial(payloads.record, ConfigResult),
    ),
    "tailscale": (
        {
            "backend_state": "Running",
            "tailscale_ip": "100.64.0.1",
            "hostname": "pi",
            "peers": [{"id": "1", "hostname": "b", "tailscale_ip": "100.64.0.2", "online": True}],
            "needs_login": True,
        },
        partial(payloads.record, Tailscale),
    ),
    "ping": (
        {"success": True, "avg_ms": 3.5, "min_ms": 3, "max_ms": 4, "packet_loss": 1},
        partial(payloads.record, Ping),
    ),
    "mqtt": (
        {"connected": True, "broker": "b", "port": 8883, "clientId": "pi", "latency_ms": 3},
        partial(payloads.record, Mqtt),
    ),
    "bridge": (
        {"status": {"configured": True, "connected": True, "url": "http://b"}},
        partial(payloads.record, Bridge),
    ),
    "door status": (
        {
            "state": "closed",
            "lock_state": "locked",
            "hardware_available": True,
            "dev_mode": True,
            "last_command": "open",
            "last_command_time": NOW,
            "id": 1,
        },
        partial(payloads.record, DoorStatus),
    ),
    "door result": (
        {"door_state": "open", "message": "ok"},
        partial(payloads.record, DoorResult),
    ),
    "door history": (
        {
            "history": [
                {"id": 3, "timestamp": NOW, "action": "open", "success": True, "duration_ms": 5}
            ]
        },
        payloads.door_history,
    ),
    "auto-onboard": (
        {
            "enabled": True,
            "mode": "dev",
            "running": True,
            "config": {"max_per_minute": 10},
            "metrics": {"attempts": 9, "success": 7, "failed": 2, "last_success_at": NOW},
        },
        partial(payloads.record, AutoOnboard),
    ),
    "containers": (
        {
            "containers": [
                {
                    "id": "kitchen-fridge-001",
                    "label": "Fridge",
                    "camera_count": 1,
                    "online_count": 1,
                    "cameras": [{"device_id": "cam-001", "position": 1, "assigned_at": NOW}],
                }
            ],
            "total": 1,
        },
        payloads.containers,
    ),
    "export": (
        {"generated_at": NOW, "logs": None, "config": {"mqtt": {"password": "clear text"}}},
        partial(payloads.record, Export),
    ),
    "monitoring": (MONITORING, partial(payloads.record, Monitoring)),
}

_ENVELOPE = {"version": "1.0", "timestamp": NOW, "session_id": "sess_a1"}

EVENTS: tuple[dict[str, Any], ...] = (
    _ENVELOPE | {"type": "connection.heartbeat", "payload": None},
    _ENVELOPE | {"type": "session.status", "payload": {"session": SESSION}},
    _ENVELOPE | {"type": "session.closed", "payload": {"session": SESSION}},
    _ENVELOPE | {"type": "device.discovered", "payload": {"device": DEVICE}},
    _ENVELOPE
    | {
        "type": "device.state_changed",
        "payload": {
            "mac": MAC,
            "previous_state": "provisioning",
            "new_state": "failed",
            "progress": 40,
            "error": "x",
        },
    },
    _ENVELOPE | {"type": "network.started", "payload": {"status": NETWORK}},
    _ENVELOPE | {"type": "error.occurred", "payload": {"code": "NETWORK_ERROR", "message": "m"}},
)
