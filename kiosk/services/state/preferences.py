"""What a person sets on the panel, whether it is dimmed, and what is behind the PIN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.services.wire.features import Feature

Value = str | int | bool

# The routes that are behind the PIN.
GUARDED = frozenset({"settings", "config"})

# What each setting may be; of one with steps, the panel offers a shorter and a longer one.
CHOICES: Mapping[str, tuple[Value, ...]] = MappingProxyType(
    {
        "lang": ("en", "pt_BR"),
        "theme": ("daylight", "dark"),
        "display": ("td1", "td2-7", "td2-7-landscape", "ws7", "hd10"),
        "rotation": (0, 90, 180, 270),
        "brightness": tuple(range(10, 101, 10)),
        "dim_minutes": (0, 1, 2, 5, 10, 30),
        "sound": (False, True),
    }
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings that count on the panel, by the names they have in the settings file."""

    base_url: str = ""
    lang: str = "en"
    theme: str = "daylight"
    display: str = "td1"
    rotation: int = 0
    brightness: int = 100
    # 0 never dims.
    dim_minutes: int = 5
    sound: bool = False
    has_pin: bool = False
    # What the kiosk was started with that it cannot change while it runs; whether somebody starts
    # it again when it ends.
    started: tuple[tuple[str, Value], ...] = ()
    supervised: bool = False
    has_backlight: bool = False

    def counts_later(self, name: str) -> bool:
        """Return whether a change of this setting waits for the next start."""
        return any(name == other and getattr(self, name) != value for other, value in self.started)

    @property
    def waits_for_start(self) -> bool:
        """Return whether any change waits for the next start."""
        return any(self.counts_later(name) for name, _value in self.started)


@dataclass(frozen=True, slots=True)
class Lock:
    """The PIN: whether it was entered, what for, and when it may be tried again."""

    is_open: bool = False
    wanted: tuple[str, str | None] | None = None
    tries: int = 0
    next_at: float = 0.0


@dataclass(frozen=True, slots=True)
class PreferencesKnown:
    """The kiosk was started with these."""

    preferences: Preferences


@dataclass(frozen=True, slots=True)
class PreferenceChanged:
    """One of them was set to something else."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class FeatureSwitched:
    """A feature is to be used, or left alone."""

    feature: Feature
    on: bool


@dataclass(frozen=True, slots=True)
class PinAsked:
    """Somebody wants to where only the PIN leads."""

    route: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class PinRefused:
    """That was not the PIN; it may be tried again at ``next_at``."""

    next_at: float


@dataclass(frozen=True, slots=True)
class Unlocked:
    """That was the PIN."""


@dataclass(frozen=True, slots=True)
class Locked:
    """The PIN is to be asked for again."""


@dataclass(frozen=True, slots=True)
class Dimmed:
    """Nobody has touched the panel for long."""


@dataclass(frozen=True, slots=True)
class Woken:
    """Somebody touched the panel, or there are news for somebody."""


PanelAction = (
    PreferencesKnown
    | PreferenceChanged
    | FeatureSwitched
    | PinAsked
    | PinRefused
    | Unlocked
    | Locked
    | Dimmed
    | Woken
)
