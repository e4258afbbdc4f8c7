"""The codes of the contract: status, retry policy and a technician's words (contract.md §5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.services.wire.marks import N_

RETRY_DELAY_SECONDS = 5.0
RATE_LIMIT_DELAY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class CodeInfo:
    """One code: its HTTP status, its default retry policy and its sentences (untranslated)."""

    http_status: int
    retryable: bool
    delay_seconds: float | None
    text: str
    next_step: str


def _final(http_status: int, text: str, next_step: str) -> CodeInfo:
    return CodeInfo(http_status, False, None, text, next_step)


def _passing(
    http_status: int, text: str, next_step: str, delay: float = RETRY_DELAY_SECONDS
) -> CodeInfo:
    return CodeInfo(http_status, True, delay, text, next_step)


CODES: Mapping[str, CodeInfo] = MappingProxyType(
    {
        "SESSION_NOT_FOUND": _final(
            404, N_("This session no longer exists."), N_("Start a new one.")
        ),
        "SESSION_EXPIRED": _final(410, N_("The session ran out of time."), N_("Start a new one.")),
        "SESSION_ALREADY_ACTIVE": _final(
            409, N_("A session is already running."), N_("Open it or stop it first.")
        ),
        "SESSION_ALREADY_CLOSED": _final(
            409, N_("The session has already ended."), N_("Start a new one.")
        ),
        "SESSION_NOT_RECOVERABLE": _final(
            409, N_("That session cannot be continued."), N_("Start a new one.")
        ),
        "DEVICE_NOT_FOUND": _final(
            404,
            N_("The device is not part of this session."),
            N_("Power-cycle it and wait until it appears."),
        ),
        "DEVICE_NOT_IN_ALLOWLIST": _final(
            403, N_("The device is not approved."), N_("Add it to the allowlist.")
        ),
        "DEVICE_ALREADY_PROVISIONING": _final(
            409, N_("The device is already being set up."), N_("Wait until it has finished.")
        ),
        "DEVICE_INVALID_STATE": _final(
            409,
            N_("The device cannot do that right now."),
            N_("Wait a moment and look at its state."),
        ),
        "MAX_RETRIES_EXCEEDED": _final(
            409, N_("Too many attempts on this device."), N_("Power-cycle the device.")
        ),
        "TOTP_INVALID": _passing(401, N_("The device rejected the code."), N_("Try again.")),
        "TOTP_EXPIRED": _passing(401, N_("The code ran out."), N_("Try again.")),
        "RATE_LIMITED": _passing(
            429, N_("Too many requests."), N_("Wait a moment."), RATE_LIMIT_DELAY_SECONDS
        ),
        "UNAUTHORIZED": _final(
            401,
            N_("An access key is needed."),
            N_("Enter the key that PiOrchestrator was set up with."),
        ),
        "DEVICE_UNREACHABLE": _passing(
            502, N_("Cannot reach the device."), N_("Check power and distance.")
        ),
        "DEVICE_REJECTED": _passing(
            502,
            N_("The device refused the settings."),
            N_("Check the Wi-Fi name and password, then try again."),
        ),
        "DEVICE_TIMEOUT": _passing(
            504, N_("The device did not answer in time."), N_("Check power and distance.")
        ),
        "CIRCUIT_OPEN": _passing(
            503, N_("Paused after repeated failures."), N_("Try again shortly.")
        ),
        "VERIFICATION_TIMEOUT": _passing(
            504, N_("The device did not come online."), N_("Check the Wi-Fi password.")
        ),
        "NETWORK_ERROR": _passing(
            503,
            N_("The setup network on the Pi has a problem."),
            N_("Try again; if it stays, restart the Pi."),
        ),
        "MQTT_UNAVAILABLE": _passing(
            503,
            N_("The message service on the Pi is down."),
            N_("Try again; if it stays, restart the Pi."),
        ),
        "DATABASE_ERROR": _final(
            500, N_("The Pi could not save data."), N_("Check the Pi's storage.")
        ),
        "INTERNAL_ERROR": _final(
            500, N_("Something failed inside the Pi."), N_("Try again; if it stays, call support.")
        ),
        "VALIDATION_FAILED": _final(
            400, N_("The entered values were not accepted."), N_("Check the entered values.")
        ),
        "INVALID_REQUEST": _final(
            400,
            N_("The request was not understood."),
            N_("Check that the kiosk and PiOrchestrator are up to date."),
        ),
        "MISSING_PARAMETER": _final(
            400, N_("A required value is missing."), N_("Check the entered values.")
        ),
    }
)

# Codes that later servers add for what the registry does not speak of.
LATER_CODES: Mapping[str, CodeInfo] = MappingProxyType(
    {
        "BAD_REQUEST": _final(
            400,
            N_("The request was not understood."),
            N_("Check that the kiosk and PiOrchestrator are up to date."),
        ),
        "NOT_FOUND": _final(404, N_("That no longer exists."), N_("Go back and look again.")),
        "CONFLICT": _final(
            409,
            N_("That is there already, or something else has changed it."),
            N_("Go back and look again."),
        ),
        # No code of the service's: what its 401 without one means when it is to join a network.
        "WIFI_REFUSED": _final(
            401, N_("The Wi-Fi refused the password."), N_("Check the password.")
        ),
        "NETWORK_NOT_FOUND": _final(
            404, N_("This Wi-Fi is not in reach."), N_("Scan again, or check its name.")
        ),
        "VALIDATION_ERROR": _final(
            422, N_("The entered values were not accepted."), N_("Check the entered values.")
        ),
        "SERVICE_UNAVAILABLE": _passing(
            503,
            N_("The Pi cannot do that right now."),
            N_("Wait a moment."),
            RATE_LIMIT_DELAY_SECONDS,
        ),
        "TIMEOUT": _passing(
            504,
            N_("The Pi did not finish in time."),
            N_("Look whether it was done, then try again."),
        ),
        "CAMERA_OFFLINE": _passing(
            503,
            N_("The camera is offline."),
            N_("Check its power and its Wi-Fi."),
            RATE_LIMIT_DELAY_SECONDS,
        ),
        "CAMERA_NOT_FOUND": _final(
            404, N_("The Pi does not know this camera."), N_("Look at the list of cameras.")
        ),
        "CAPTURE_FAILED": _passing(
            500,
            N_("The camera could not take a picture."),
            N_("Try again; if it stays, restart the camera."),
        ),
        "CAPTURE_TIMEOUT": _passing(
            408,
            N_("The camera did not send its picture in time."),
            N_("Try again; if it stays, restart the camera."),
        ),
        "REBOOT_FAILED": _passing(
            500, N_("The camera could not be restarted."), N_("Power-cycle the camera.")
        ),
        "ONBOARD_ENABLE_FAILED": _final(
            400,
            N_("Automatic onboarding cannot be switched on."),
            N_("It needs the Pi's development mode."),
        ),
        "ONBOARD_DISABLE_FAILED": _final(
            500,
            N_("Automatic onboarding could not be switched off."),
            N_("Look at its state, then try again."),
        ),
        "ONBOARD_NOT_AVAILABLE": _final(
            503, N_("This Pi has no automatic onboarding."), N_("Start a session instead.")
        ),
        "ONBOARD_RATE_LIMITED": _passing(
            429, N_("Too many devices at once."), N_("Wait a moment."), RATE_LIMIT_DELAY_SECONDS
        ),
        "ONBOARD_INTERNAL_ERROR": _passing(
            500,
            N_("Automatic onboarding has a problem."),
            N_("Try again; if it stays, call support."),
        ),
        "CONTAINER_NOT_FOUND": _final(
            404, N_("This container no longer exists."), N_("Look at the list of containers.")
        ),
        "CONTAINER_HAS_CAMERAS": _final(
            400, N_("There are still cameras in this container."), N_("Take them out first.")
        ),
        "POSITION_OCCUPIED": _final(
            409, N_("There is already a camera at this position."), N_("Choose another position.")
        ),
        "CAMERA_ALREADY_ASSIGNED": _final(
            409, N_("The camera already belongs to a container."), N_("Take it out there first.")
        ),
        "INVALID_POSITION": _final(
            400, N_("There is no such position."), N_("Choose a position from 1 to 4.")
        ),
    }
)

KNOWN_CODES: Mapping[str, CodeInfo] = MappingProxyType({**CODES, **LATER_CODES})
