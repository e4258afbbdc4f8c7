"""Whether an answer has the shape of a documented example."""

from collections.abc import Iterator
from typing import Any

from kiosk.services.wire.mac import canonical
from kiosk.services.wire.moments import parse_moment

# Members that the documents call optional, or that the same answer has only at times.
OPTIONAL = {
    "ap_ip",
    "ap_ssid",
    "bssid",
    "channel",
    "config",
    "connected_devices",
    "container_id",
    "count",
    "default_value",
    "description",
    "duration_ms",
    "error_message",
    "firmware_version",
    "frequency",
    "funnel_status",
    "health",
    "host",
    "in_allowlist",
    "label",
    "last_capture",
    "last_command",
    "last_command_time",
    "last_failure_at",
    "last_success_at",
    "latency_ms",
    "name",
    "options",
    "previous_state",
    "progress",
    "provisioned_at",
    "quality",
    "required",
    "retry_after_seconds",
    "rssi",
    "updated_at",
    "used_at",
    "validation",
    "verified_at",
}


# Go's zero time, which stands for "never".
_NEVER = "0001-01-01T"


def differences(example: Any, answer: Any, where: str = "answer") -> Iterator[str]:
    """Yield what an answer lacks of an example, or has of another type; more members are fine."""
    wanted, given = _kind(example), _kind(answer)
    if wanted != given and not (wanted == "text" and given in {"moment", "mac"}):
        yield f"{where} is {given} instead of {wanted}"
    elif isinstance(example, dict):
        for name, value in example.items():
            if name in answer:
                yield from differences(value, answer[name], f"{where}.{name}")
            elif name not in OPTIONAL:
                yield f"{where} lacks {name}"
    elif isinstance(example, list) and example:
        if not answer:
            yield f"{where} is empty"
        for i, item in enumerate(answer):
            reasons = [list(differences(one, item, f"{where}[{i}]")) for one in example]
            yield from min(reasons, key=len)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "truth value"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        if parse_moment(value) or value.startswith(_NEVER):
            return "moment"
        return "mac" if canonical(value) else "text"
    return {dict: "object", list: "list"}.get(type(value), "null")
