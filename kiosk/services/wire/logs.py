"""Log entries of the Pi, polled or streamed (contract.md §2.5, §3.5)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from kiosk.services.wire.jsontext import loads
from kiosk.services.wire.records import record
from kiosk.services.wire.redaction import without_secrets
from kiosk.services.wire.tolerant import Key, Moment, Text, WireModel, first, key_text

Level = Literal["debug", "info", "warn", "error"]

_LEVELS: Mapping[str, Level] = MappingProxyType(
    {
        "trace": "debug",
        "debug": "debug",
        "info": "info",
        "warn": "warn",
        "warning": "warn",
        "error": "error",
        "fatal": "error",
        "panic": "error",
    }
)


# Five hundred lines are kept, and each could be a megabyte.
_LONGEST_TEXT = 8000


def level_of(value: object) -> Level:
    """Return the level that a word means, in any case; a word that is not known is ``info``."""
    return _LEVELS.get(value.strip().lower(), "info") if isinstance(value, str) else "info"


class LogEntry(WireModel):
    """One line of the log, secrets masked; only its message can be relied on."""

    id: Key = None
    timestamp: Moment = None
    level: Annotated[Level, BeforeValidator(level_of)] = "info"
    message: str
    component: Text = None
    details: Mapping[str, Any] = {}

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {
            **data,
            "message": _text(data.get("message")),
            "component": first(data, "component", "source"),
            "details": _bounded(without_secrets(_details(data))),
        }


def identity(entry: LogEntry) -> str:
    """Return what is equal for two copies of one entry.

    The id alone is not enough: the stream's last id outlives its frame, and a server that was
    restarted counts from one again.
    """
    return "\n".join((entry.id or "", str(entry.timestamp or ""), entry.message))


def parse_log_event(event_name: str, data: str, event_id: str) -> LogEntry | None:
    """Return the entry of a frame; None for a keepalive or one that cannot be read; never raises.

    ``event_id`` stands in where the entry does not tell its own.
    """
    if event_name == "keepalive":
        return None
    try:
        raw = loads(data)
    except ValueError:
        return None
    if isinstance(raw, dict) and raw.get("id") is None:
        raw = {**raw, "id": event_id}
    return record(LogEntry, raw)


def _text(value: object) -> str | None:
    """Return a message as text: some programs log a bare number."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, float) else key_text(value)
    text: str = without_secrets(value[:_LONGEST_TEXT])
    return text


def _bounded(details: dict[str, Any]) -> dict[str, Any]:
    text = str(details)
    return details if len(text) <= _LONGEST_TEXT else {"details": text[:_LONGEST_TEXT]}


def _details(data: dict[str, Any]) -> dict[str, Any]:
    for value in map(data.get, ("metadata", "details", "fields")):
        if value and isinstance(value, dict):
            return value
        if value and isinstance(value, str):
            return {"details": value}
    return {}
