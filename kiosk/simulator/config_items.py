"""What can be configured: one item of every type that the documents know (contract.md §2.9)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

ItemType = Literal["string", "number", "boolean", "select", "secret", "password", "path", "url"]

SECRET_TYPES = frozenset({"secret", "password"})
MASK = "********"
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Item:
    """One item; its value is always text, "" when there is none."""

    key: str
    type: ItemType
    default: str
    description: str
    required: bool = True
    editable: bool = True
    options: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    pattern: str | None = None

    def problem(self, value: str) -> str | None:
        """Return why the value cannot be taken; None when it can."""
        if not value:
            return "a value is required" if self.required else None
        if len(value) > _LONGEST or not value.isprintable():
            return f"at most {_LONGEST} printable characters"
        if self.options and value not in self.options:
            return f"must be one of {', '.join(self.options)}"
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"must match {self.pattern}"
        return self._problem_of_type(value)

    def _problem_of_type(self, value: str) -> str | None:
        match self.type:
            case "number":
                return self._problem_of_number(value)
            case "boolean":
                return None if value in {"true", "false"} else "must be true or false"
            case "url":
                return None if urlsplit(value).scheme and "://" in value else "must be a URL"
            case "path":
                return None if value.startswith("/") else "must be an absolute path"
            case "secret" | "password":
                return "the mask is no value" if set(value) == {"*"} else None
            case _:
                return None

    def _problem_of_number(self, value: str) -> str | None:
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            return "must be a number"
        if self.least is not None and number < self.least:
            return f"must be at least {self.least:g}"
        if self.most is not None and number > self.most:
            return f"must be at most {self.most:g}"
        return None


@dataclass(frozen=True, slots=True)
class Section:
    """Items that belong together."""

    name: str
    description: str
    items: tuple[Item, ...]


SECTIONS = (
    Section(
        "general",
        "The machine itself",
        (
            Item(
                "device_name", "string", "vending-pi", "Name on the network", pattern="[a-z0-9-]+"
            ),
            Item("hardware_model", "string", "Raspberry Pi 5", "Model of the Pi", editable=False),
            Item(
                "log_level", "select", "info", "What is logged", options=("debug", "info", "warn")
            ),
            Item("location", "string", "", "Where the machine stands", required=False),
        ),
    ),
    Section(
        "cameras",
        "Pictures",
        (
            Item(
                "capture_interval", "number", "60", "Seconds between pictures", least=5, most=3600
            ),
            Item("resolution", "select", "VGA", "Of pictures", options=("QVGA", "VGA", "SVGA")),
            Item("flash_enabled", "boolean", "false", "Light while taking a picture"),
            Item("image_directory", "path", "/var/lib/piorchestrator/images", "Kept pictures"),
        ),
    ),
    Section(
        "services",
        "Where the machine reports to",
        (
            Item("mqtt_broker", "url", "mqtt://broker.local:1883", "MQTT broker"),
            Item("mqtt_password", "password", "set", "Password at the broker", required=False),
            Item("bridge_url", "url", "https://bridge.example.net", "Bridge server"),
            Item("bridge_token", "secret", "set", "Token at the bridge server", required=False),
        ),
    ),
    Section(
        "door",
        "The lock",
        (Item("door_open_seconds", "number", "5", "Until it springs back", least=1, most=30),),
    ),
    Section("experimental", "Nothing at present", ()),
)
ITEMS: Mapping[str, Item] = {item.key: item for section in SECTIONS for item in section.items}
