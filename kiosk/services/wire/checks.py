"""What a person may enter, checked before anything is sent; None means that it is right."""

import re

from kiosk.services.wire.mac import canonical
from kiosk.services.wire.problem import Kind, Problem

MAX_SSID_BYTES = 32
MIN_PASSWORD, MAX_PASSWORD = 8, 63
MAX_TIMEOUT_SECONDS = 86_400

# These words share the path slot of a session's id (contract.md §2.1).
_RESERVED_IDS = frozenset({"events", "network", "start", ".", ".."})
_RAW_KEY = re.compile(r"[0-9A-Fa-f]{64}")


def refusal(code: str, message: str) -> Problem:
    """Return the problem of a request that was not sent."""
    return Problem(Kind.VALIDATION, code=code, message=message, surely_not_done=True)


def check_ssid(ssid: str) -> Problem | None:
    """Return the problem of an SSID that is empty or over 32 bytes of UTF-8 (802.11)."""
    if 1 <= len(ssid.encode("utf-8", "surrogatepass")) <= MAX_SSID_BYTES:
        return None
    return refusal("SSID_LENGTH", "the network name must have 1 to 32 bytes")


def check_password(password: str) -> Problem | None:
    """Return the problem of a WPA password that has not 8-63 characters (or 64 hex digits)."""
    if MIN_PASSWORD <= len(password) <= MAX_PASSWORD or _RAW_KEY.fullmatch(password):
        return None
    return refusal("PASSWORD_LENGTH", "the Wi-Fi password must have 8 to 63 characters")


def check_mac(mac: str) -> Problem | None:
    """Return the problem of a text that is no MAC address."""
    return None if canonical(mac) else refusal("MAC_FORM", "not a MAC address")


def check_session_id(session_id: str) -> Problem | None:
    """Return the problem of an id that is empty or would address something else."""
    if session_id.strip() and session_id not in _RESERVED_IDS:
        return None
    return refusal("SESSION_ID", "not the id of a session")


def check_timeout(seconds: int) -> Problem | None:
    """Return the problem of a time-out that is no time at all, or more than a day."""
    if 1 <= seconds <= MAX_TIMEOUT_SECONDS:
        return None
    return refusal("TIMEOUT_RANGE", "a time-out must be 1 to 86400 seconds")
