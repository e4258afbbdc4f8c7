"""From the settings to what the panel shows of them and keeps."""

from __future__ import annotations

import os
from collections.abc import Container

from kiosk.services.runtime.preferences import PreferenceKeeper
from kiosk.services.state.model import Notice
from kiosk.services.state.preferences import Preferences
from kiosk.services.state.store import Store
from kiosk.services.wire.checks import refusal
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_
from kiosk.settings import Settings, panel

# What the window and the client are made of counts when they are made.
_AT_START = ("base_url", "display")
_SAME = (
    "base_url",
    "lang",
    "theme",
    "display",
    "rotation",
    "brightness",
    "dim_minutes",
    "sound",
)

BROKEN = Notice(
    "keep_settings",
    text=N_(
        "Settings that were made on this panel could not be read and were put aside; look through "
        "them."
    ),
)


def trouble_with(settings: Settings) -> Notice | None:
    """Return what a person at the panel must know of the settings file, if anything."""
    if not settings.wrong_file:
        return None
    return Notice("settings_file", refusal("SETTINGS_FILE", settings.wrong_file))


def preferences_of(settings: Settings, *, has_backlight: bool) -> Preferences:
    """Return what the kiosk starts with."""
    return Preferences(
        **{name: getattr(settings, name) for name in _SAME},
        has_pin=bool(_pin_hash(settings)),
        started=tuple((name, getattr(settings, name)) for name in _AT_START),
        # systemd's own mark on what it started (systemd.exec(5)).
        supervised="INVOCATION_ID" in os.environ,
        has_backlight=has_backlight,
    )


def keeper_of(settings: Settings) -> PreferenceKeeper:
    """Return what keeps the changes, beginning with what is kept already."""
    kept = panel(settings.panel_file)
    return PreferenceKeeper(
        settings.panel_file, kept.values, pin_hash=_pin_hash(settings), broken=kept.broken
    )


class SwitchedOff(Container[Feature]):
    """The features that are off at the moment: they can be switched while the client is in use."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __contains__(self, feature: object) -> bool:
        return feature in self._store.state.off


def _pin_hash(settings: Settings) -> str:
    return settings.pin_hash.get_secret_value() if settings.pin_hash else ""
