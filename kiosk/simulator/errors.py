"""The registry's 26 codes, a few beside it, and the one exception that refuses (§5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """How one registered code is answered."""

    status: int
    message: str
    retry_after: int | None = None  # seconds; None means that a retry cannot help

    @property
    def retryable(self) -> bool:
        """Tell whether asking again can help."""
        return self.retry_after is not None


_SOON = 5
_AFTER_RATE_LIMIT = 30

CODES = MappingProxyType(
    {
        "SESSION_NOT_FOUND": Code(404, "Session not found"),
        "SESSION_EXPIRED": Code(410, "Session has expired"),
        "SESSION_ALREADY_ACTIVE": Code(409, "Another session is already active"),
        "SESSION_ALREADY_CLOSED": Code(409, "Session is already closed"),
        "SESSION_NOT_RECOVERABLE": Code(409, "Session cannot be recovered"),
        "DEVICE_NOT_FOUND": Code(404, "Device not found in session"),
        "DEVICE_NOT_IN_ALLOWLIST": Code(403, "Device not in allowlist"),
        "DEVICE_ALREADY_PROVISIONING": Code(409, "Device is currently being provisioned"),
        "DEVICE_INVALID_STATE": Code(409, "Device is in an invalid state"),
        "MAX_RETRIES_EXCEEDED": Code(409, "Maximum retry attempts exceeded"),
        "TOTP_INVALID": Code(401, "Authentication token is invalid", _SOON),
        "TOTP_EXPIRED": Code(401, "Authentication token has expired", _SOON),
        "RATE_LIMITED": Code(429, "Too many attempts. Please wait.", _AFTER_RATE_LIMIT),
        "UNAUTHORIZED": Code(401, "Unauthorized access"),
        "DEVICE_UNREACHABLE": Code(502, "Cannot connect to device", _SOON),
        "DEVICE_REJECTED": Code(502, "Device rejected credentials", _SOON),
        "DEVICE_TIMEOUT": Code(504, "Device did not respond in time", _SOON),
        "CIRCUIT_OPEN": Code(503, "Device temporarily unavailable", _SOON),
        "VERIFICATION_TIMEOUT": Code(504, "Device verification timed out", _SOON),
        "NETWORK_ERROR": Code(503, "Onboarding network error", _SOON),
        "MQTT_UNAVAILABLE": Code(503, "MQTT broker not connected", _SOON),
        "DATABASE_ERROR": Code(500, "Database error occurred"),
        "INTERNAL_ERROR": Code(500, "An internal error occurred"),
        "VALIDATION_FAILED": Code(400, "Validation failed"),
        "INVALID_REQUEST": Code(400, "Invalid request format"),
        "MISSING_PARAMETER": Code(400, "Required parameter is missing"),
    }
)

# Outside the registry: the generic layer's, cameras', containers' and Wi-Fi's own (§5.4).
OTHER_CODES = MappingProxyType(
    {
        "CONFLICT": Code(409, "The entry already exists"),
        "FORBIDDEN": Code(403, "This is not allowed"),
        "NOT_FOUND": Code(404, "There is no such entry"),
        "SERVICE_UNAVAILABLE": Code(503, "The service is not available", _AFTER_RATE_LIMIT),
        "NETWORK_NOT_FOUND": Code(404, "No such network is in range"),
        "CAMERA_NOT_FOUND": Code(404, "Camera not found"),
        "CAMERA_OFFLINE": Code(503, "Camera is offline", 30),
        "CAPTURE_FAILED": Code(500, "The camera did not deliver a picture", _SOON),
        "CONTAINER_NOT_FOUND": Code(404, "Container not found"),
        "POSITION_OCCUPIED": Code(409, "Another camera is at that position"),
        "CAMERA_ALREADY_ASSIGNED": Code(409, "Camera is assigned to a container already"),
        "INVALID_POSITION": Code(400, "Position must be from 1 to 4"),
    }
)


class RefusalError(Exception):
    """A request that the simulator will not do, with the code that says why."""

    def __init__(self, code: str, details: str | None = None, *, retry_after: int | None = None):
        super().__init__(f"{code}: {details}" if details else code)
        self.code = code
        self.details = details
        self.registered = CODES[code] if code in CODES else OTHER_CODES[code]
        self.retry_after = self.registered.retry_after if retry_after is None else retry_after
