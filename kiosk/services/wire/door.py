"""The machine's door (contract.md §2.11)."""

from typing import Any

from kiosk.services.wire.tolerant import Amount, Flag, Key, Moment, Text, WireModel, first

MAX_DOOR_SECONDS = 30

# One dialect tells the lock where the others tell the leaf.
_LOCK_WORDS = frozenset({"locked", "unlocked"})


class DoorStatus(WireModel):
    """Whether the leaf is open and the lock is shut: two things, each unknown by itself."""

    state: Text = None
    lock_state: Text = None
    hardware_available: Flag = None
    dev_mode: Flag = None
    last_command: Text = None
    last_command_time: Moment = None
    error: Text = None
    id: Key = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        state, lock = first(data, "state", "door_state"), data.get("lock_state")
        if isinstance(state, str) and state in _LOCK_WORDS:
            state, lock = None, lock or state
        return {**data, "state": state, "lock_state": lock}


class DoorResult(WireModel):
    """What the server says after a command; it is no proof that the door moved."""

    state: Text = None
    message: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "state": first(data, "state", "door_state")}


class DoorEvent(WireModel):
    """One command of the past and how it ended."""

    id: Key = None
    timestamp: Moment = None
    command: Text = None
    result: Text = None
    duration_ms: Amount = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        result, success = data.get("result"), data.get("success")
        if result is None and isinstance(success, bool):
            result = "success" if success else "failed"
        return {**data, "command": first(data, "command", "action"), "result": result}
