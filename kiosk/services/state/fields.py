"""The fields that the one-field editor knows: what each is called, its keys, what it may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from kiosk.services.state.model import Field
from kiosk.services.wire.checks import (
    check_host,
    check_mac,
    check_password,
    check_pin,
    check_ssid,
    check_totp,
    refusal,
)
from kiosk.services.wire.codes import sentence
from kiosk.services.wire.mac import digits_of
from kiosk.services.wire.marks import N_
from kiosk.services.wire.origin import origin
from kiosk.services.wire.problem import Problem

Keys = Literal["text", "hex", "number"]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One field. ``missing`` is said when it is empty; without it, it may be.

    ``most`` is how many bytes of UTF-8 it takes, where that is worth counting aloud; ``tidy`` puts
    what was typed into its form.
    """

    title: str
    missing: str = ""
    check: Callable[[str], Problem | None] = lambda _text: None
    secret: bool = False
    keys: Keys = "text"
    most: int | None = None
    tidy: Callable[[str], str] = str


def _check_key(key: str) -> Problem | None:
    """Return the problem of a key that no header takes; at the field it can still be corrected."""
    text = key.strip()
    return None if text.isascii() and text.isprintable() else refusal("KEY_FORM", "not a key")


def _check_address(text: str) -> Problem | None:
    try:
        origin(text)
    except ValueError as error:
        return refusal("BASE_URL", str(error))
    return None


FIELDS: Mapping[Field, FieldKind] = MappingProxyType(
    {
        "ssid": FieldKind(
            N_("Name of the Wi-Fi"), N_("Choose a network first."), check_ssid, most=32
        ),
        "password": FieldKind(
            N_("Password of the Wi-Fi"),
            N_("Enter the password first."),
            check_password,
            secret=True,
        ),
        "api_key": FieldKind(
            N_("Access key of PiOrchestrator"), N_("Enter the key first."), _check_key, secret=True
        ),
        "mac": FieldKind(
            N_("MAC of the camera"),
            N_("Enter the MAC first."),
            check_mac,
            keys="hex",
            tidy=digits_of,
        ),
        "description": FieldKind(N_("Description of the camera")),
        "container": FieldKind(N_("Container of the camera")),
        "wifi_name": FieldKind(
            N_("Name of the Wi-Fi"), N_("Enter the name first."), check_ssid, most=32
        ),
        # An open network has none.
        "wifi_password": FieldKind(N_("Password of the Wi-Fi"), check=check_password, secret=True),
        "totp": FieldKind(
            N_("Code that the camera shows"),
            N_("Enter the code first."),
            check_totp,
            keys="number",
        ),
        "host": FieldKind(
            N_("Name or address to ping"), N_("Enter a name or an address first."), check_host
        ),
        "setting": FieldKind(N_("Value of the setting")),
        "setting_number": FieldKind(N_("Value of the setting"), keys="number"),
        "setting_secret": FieldKind(N_("Value of the setting"), secret=True),
        "address": FieldKind(
            N_("Address of PiOrchestrator"), N_("Enter the address first."), _check_address
        ),
        "pin": FieldKind(N_("PIN"), N_("Enter the PIN first."), secret=True, keys="number"),
        "new_pin": FieldKind(
            N_("New PIN: four to eight digits"),
            N_("Enter the PIN first."),
            check_pin,
            secret=True,
            keys="number",
        ),
    }
)


def error_of(field: Field, text: str) -> str:
    """Return the message id of what is wrong with a field's text; empty when nothing is."""
    kind = FIELDS[field]
    # A Wi-Fi may be called, and locked with, nothing but blanks; a key may not.
    if not (text.strip() if field == "api_key" else text):
        return kind.missing
    problem = kind.check(text)
    return "" if problem is None else sentence(problem)
