"""What a person may enter, checked before anything is sent; None means that it is right."""

import ipaddress
import re

from kiosk.services.wire.door import MAX_DOOR_SECONDS
from kiosk.services.wire.mac import canonical
from kiosk.services.wire.problem import Kind, Problem

MAX_SSID_BYTES = 32
MIN_PASSWORD, MAX_PASSWORD = 8, 63
MAX_TIMEOUT_SECONDS = 86_400

# These words share the path slot of a session's id (contract.md §2.1).
_RESERVED_IDS = frozenset({"events", "network", "start", ".", ".."})
_RESERVED_CAMERA_IDS = frozenset({"diagnostics", "reconcile", "unassigned", ".", ".."})
_LONGEST_ID, _LONGEST_HOST = 128, 253
_LAST_POSITION = 4
# It begins with a letter or digit, so that no program on the Pi takes it for an option.
_HOST_LABEL = r"[0-9A-Za-z](?:[0-9A-Za-z_-]{0,61}[0-9A-Za-z])?"
_HOST = re.compile(rf"{_HOST_LABEL}(?:\.{_HOST_LABEL})*\.?")
_TOTP = re.compile(r"[0-9]{6}")
_PIN = re.compile(r"[0-9]{4,8}")
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


def check_pin(pin: str) -> Problem | None:
    """Return the problem of a PIN that is not four to eight digits."""
    return None if _PIN.fullmatch(pin) else refusal("PIN_FORM", "a PIN has four to eight digits")


def check_mac(mac: str) -> Problem | None:
    """Return the problem of a text that is no MAC address."""
    return None if canonical(mac) else refusal("MAC_FORM", "not a MAC address")


def check_session_id(session_id: str) -> Problem | None:
    """Return the problem of an id that no session has, or that would address something else."""
    if _is_segment(session_id) and session_id not in _RESERVED_IDS:
        return None
    return refusal("SESSION_ID", "not the id of a session")


def check_timeout(seconds: int) -> Problem | None:
    """Return the problem of a time-out that is no time at all, or more than a day."""
    if 1 <= seconds <= MAX_TIMEOUT_SECONDS:
        return None
    return refusal("TIMEOUT_RANGE", "a time-out must be 1 to 86400 seconds")


def check_camera_id(camera_id: str) -> Problem | None:
    """Return the problem of an id that no camera has, or that would address something else."""
    if _is_segment(camera_id) and camera_id not in _RESERVED_CAMERA_IDS:
        return None
    return refusal("CAMERA_ID", "not the id of a camera")


def check_config_key(key: str) -> Problem | None:
    """Return the problem of a name that no setting has: empty, only dots or slashes, too long."""
    if _is_segment(key) and key.strip("./"):
        return None
    return refusal("CONFIG_KEY", "not the name of a setting")


def check_host(host: str) -> Problem | None:
    """Return the problem of a text that is neither a host name nor an IP address."""
    if len(host) <= _LONGEST_HOST and (_HOST.fullmatch(host) or _is_address(host)):
        return None
    return refusal("HOST_FORM", "neither a host name nor an IP address")


def check_door_seconds(seconds: int) -> Problem | None:
    """Return the problem of a time that the door must not stay open (contract.md §6.46)."""
    if 1 <= seconds <= MAX_DOOR_SECONDS:
        return None
    return refusal("DOOR_SECONDS", "the door opens for 1 to 30 seconds")


def check_totp(code: str) -> Problem | None:
    """Return the problem of a pairing code that has not six digits."""
    return None if _TOTP.fullmatch(code) else refusal("TOTP_FORM", "a code has six digits")


def check_position(position: int) -> Problem | None:
    """Return the problem of a position that no container has."""
    if 1 <= position <= _LAST_POSITION:
        return None
    return refusal("POSITION_RANGE", "a position is 1 to 4")


def _is_segment(text: str) -> bool:
    """Return whether a text can stand in a path: visible, and no longer than any id."""
    return bool(text.strip()) and len(text) <= _LONGEST_ID and text.isprintable()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text
