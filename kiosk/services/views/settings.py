"""The kiosk's own settings: what each is set to, and what a tap changes."""

from __future__ import annotations

from kiosk.displays import DISPLAYS
from kiosk.services.state.model import Route, State
from kiosk.services.state.preferences import Preferences, Value
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView, RowView, banner_of, nav
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_

_TITLES = {
    "base_url": N_("Address of PiOrchestrator"),
    "lang": N_("Language"),
    "theme": N_("Colours"),
    "display": N_("Panel"),
    "rotation": N_("Rotation"),
    "brightness": N_("Brightness"),
    "dim_minutes": N_("Dim after"),
    "sound": N_("Sounds"),
    "pin": N_("PIN for the settings"),
}

_ICONS = {
    "base_url": "server-network",
    "lang": "translate",
    "theme": "theme-light-dark",
    "display": "monitor",
    "rotation": "screen-rotation",
    "brightness": "brightness-6",
    "dim_minutes": "weather-night",
}

_LANGUAGES = {"en": "English", "pt_BR": "Português"}
_THEMES = {"daylight": N_("Light"), "dark": N_("Dark")}

_FEATURES = {
    Feature.BATCH: ("camera-burst", N_("Setting up cameras")),
    Feature.MONITOR: ("pulse", N_("Live figures of the Pi")),
    Feature.ALLOWLIST: ("playlist-check", N_("Allowlist")),
    Feature.DOOR: ("door", N_("Door")),
    Feature.CAMERAS: ("camera", N_("Cameras")),
}


def view_of(state: State, now: float) -> ListView:
    """Return the settings."""
    preferences = state.preferences
    waits = preferences.waits_for_start
    later = _("Some changes need a restart.") if waits else ""
    restart = ButtonView("restart", _("Hold to restart"), "restart", "restart", hold=True)
    return ListView(
        title=_("Settings"),
        nav=nav(state),
        facts=later,
        banner=banner_of(state, now),
        rows=(
            _key_row(state),
            _row(preferences, "base_url", "edit_address"),
            *(_choice_row(preferences, name) for name in _ICONS if name != "base_url"),
            _switch("sound", "volume-high", title_of("sound"), "toggle_sound", preferences.sound),
            *(
                _switch(
                    f"feature:{feature.value}",
                    icon,
                    _(title),
                    "toggle_feature",
                    feature not in state.off,
                    feature.value,
                )
                for feature, (icon, title) in _FEATURES.items()
            ),
            _pin_row(preferences),
        ),
        buttons=(restart,) if waits and preferences.supervised else (),
    )


def title_of(name: str) -> str:
    """Return what a setting is called."""
    return _(_TITLES[name])


def value_text(name: str, value: Value) -> str:
    """Return a value of a setting in words."""
    match name:
        case "lang":
            text = _LANGUAGES[str(value)]
        case "theme":
            text = _(_THEMES[str(value)])
        case "display":
            text = f"{panel_name(str(value))}, {panel_size(str(value))}"
        case "rotation":
            text = _("not rotated") if value == 0 else f"{value}°"
        case "brightness":
            text = f"{value} %"
        case "dim_minutes":
            text = _("never") if value == 0 else _("{n} min").format(n=value)
        case _:
            text = str(value)
    return text


def panel_name(display: str) -> str:
    """Return what a panel is called where there is little room."""
    return DISPLAYS[display].title.removeprefix("Raspberry Pi ").partition(",")[0]


def panel_size(display: str) -> str:
    """Return how many pixels a panel has."""
    panel = DISPLAYS[display]
    return f"{panel.width} × {panel.height}"


def _row(preferences: Preferences, name: str, intent: str, *arguments: str) -> RowView:
    value = value_text(name, getattr(preferences, name))
    later = preferences.counts_later(name)
    return RowView(
        name,
        "restart" if later else _ICONS[name],
        title_of(name),
        value,
        "waiting" if later else "plain",
        intent,
        arguments,
    )


def _choice_row(preferences: Preferences, name: str) -> RowView:
    return _row(preferences, name, "open", Route.CHOICE.value, name)


def _key_row(state: State) -> RowView:
    known = _("set") if state.key_known else _("not set")
    detail = _("kept on this Pi") if state.key_kept else known
    return RowView("key", "key", _("Access key"), detail, intent="edit_api_key")


def _pin_row(preferences: Preferences) -> RowView:
    if preferences.has_pin:
        arguments = (Route.CHOICE.value, "pin")
        return RowView("pin", "lock", title_of("pin"), _("asked for"), "plain", "open", arguments)
    title = title_of("pin")
    return RowView("pin", "lock-open-variant-outline", title, _("none"), intent="edit_new_pin")


def _switch(key: str, icon: str, title: str, intent: str, on: bool, *arguments: str) -> RowView:
    word, tone = (_("on"), "good") if on else (_("off"), "quiet")
    return RowView(key, icon, title, word, tone, intent, arguments)
