"""What the client refuses before anything is sent: sentence and next step, by code."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.services.wire.marks import N_

# Not the arguments are at fault but the kiosk; what was asked for may have been done.
KIOSK_ERROR = "KIOSK_ERROR"

REFUSALS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        KIOSK_ERROR: (
            N_("The kiosk itself made an error."),
            N_("Look at what came of it; if it happens again, call support."),
        ),
        "SSID_LENGTH": (
            N_("A network name has 1 to 32 bytes."),
            N_("Check the network name."),
        ),
        "PASSWORD_LENGTH": (
            N_("A Wi-Fi password has 8 to 63 characters."),
            N_("Check the password."),
        ),
        "MAC_FORM": (
            N_("That is not a MAC address."),
            N_("It has twelve digits from 0 to F, like AA:BB:CC:DD:EE:FF."),
        ),
        "SESSION_ID": (
            N_("That is not the id of a session."),
            N_("Take one from the list of sessions."),
        ),
        "TIMEOUT_RANGE": (
            N_("A time-out is a whole number of seconds, at least 1."),
            N_("Check the time-outs."),
        ),
        "BASE_URL": (
            N_("The address of PiOrchestrator is not a web address."),
            N_("It looks like http://127.0.0.1:8081."),
        ),
        "KEY_FORM": (
            N_("The access key cannot be sent: it holds a character that no key has."),
            N_("Check the file or the entry that it comes from."),
        ),
        "PIN_FORM": (
            N_("A PIN has four to eight digits."),
            N_("Enter another one."),
        ),
        "SECRET_FILE": (
            N_("The file with the secret cannot be read."),
            N_("Check that it exists and may be read."),
        ),
        "SETTINGS": (
            N_("A setting of the kiosk is wrong."),
            N_("Correct it and start again."),
        ),
        "SETTINGS_FILE": (
            N_("The settings file is wrong; the last good one counts."),
            N_("Have it corrected, then start the kiosk again."),
        ),
        "FEATURE_OFF": (
            N_("This is switched off in the kiosk's settings."),
            N_("Switch it on in the settings."),
        ),
        "CAMERA_ID": (
            N_("That is not the id of a camera."),
            N_("Take one from the list of cameras."),
        ),
        "CONFIG_KEY": (
            N_("That is not the name of a setting."),
            N_("Take one from the list of settings."),
        ),
        "CONFIG_VALUE": (
            N_("This value cannot be sent."),
            N_("Give a secret by a file, and never the dots that hide it."),
        ),
        "CONTAINER_ID": (
            N_("That is not the id of a container."),
            N_("Take one from the list of containers."),
        ),
        "PING_COUNT": (
            N_("A host is pinged one to ten times."),
            N_("Choose a number within that."),
        ),
        "OUT_FILE": (
            N_("The file cannot be written."),
            N_("Check its folder and the room on the disk."),
        ),
        "JOURNAL": (
            N_("The kiosk's journal cannot be read."),
            N_("Run this as the kiosk's user or as root."),
        ),
        "HOST_FORM": (
            N_("That is not the name or the address of a machine."),
            N_("It looks like broker.local or 192.168.1.10."),
        ),
        "DOOR_SECONDS": (
            N_("The door opens for 1 to 30 seconds."),
            N_("Choose a time within that."),
        ),
        "TOTP_FORM": (
            N_("The code has six digits."),
            N_("Enter the code that the device shows."),
        ),
        "POSITION_RANGE": (
            N_("A container has the positions 1 to 4."),
            N_("Choose one of them."),
        ),
        "NO_STICK": (
            N_("There is no USB stick."),
            N_("Plug one in, wait a few seconds, then try again."),
        ),
        "STICK_READ_ONLY": (
            N_("The USB stick cannot be written."),
            N_("Open its write lock, or use another stick."),
        ),
        "STICK_FULL": (
            N_("The USB stick is full."),
            N_("Delete something on it, or use another stick."),
        ),
        "STICK_FAILED": (
            N_("Writing to the USB stick failed."),
            N_("Plug it in anew, or use another stick."),
        ),
        "NOT_CONFIRMED": (
            N_("This has to be confirmed first."),
            N_("Confirm it, or leave it."),
        ),
    }
)
