"""A setting of the service that a person may change: where it is, what it may hold."""

from __future__ import annotations

import math

from kiosk.services.state.model import State
from kiosk.services.wire.config import MASK, ConfigItem
from kiosk.services.wire.marks import N_

# The words that a switch takes.
SWITCH = ("true", "false")


def item_of(state: State, key: str | None) -> ConfigItem | None:
    """Return the setting of that name; None where the service has none."""
    sections = state.machine.config.value or ()
    listed = (item for section in sections for item in section.items)
    return next((item for item in listed if item.key == key), None)


def choices_of(item: ConfigItem) -> tuple[str, ...]:
    """Return the values that there are to choose from; none where it is typed."""
    if item.options:
        return item.options
    return SWITCH if item.type.startswith("bool") else ()


def takes_digits(item: ConfigItem) -> bool:
    """Return whether digits are enough: a number without sign and fraction."""
    is_whole = not item.value or item.value.isdecimal()
    return _is_number(item) and is_whole and (item.minimum is None or item.minimum >= 0)


def range_of(item: ConfigItem) -> str:
    """Return the least and the greatest number that it may hold; "" where there is no limit."""
    if not _is_number(item) or (item.minimum is None and item.maximum is None):
        return ""
    if item.maximum is None:
        return f"≥ {item.minimum:g}"
    return f"≤ {item.maximum:g}" if item.minimum is None else f"{item.minimum:g}–{item.maximum:g}"


def wrong_with(item: ConfigItem, text: str) -> str:
    """Return the msgid of what is wrong with a typed value; "" where the service is to judge."""
    if not text:
        return N_("This setting needs a value.") if item.required else ""
    if item.secret and text.strip() == MASK:
        return N_("That hides a value; it is none.")
    return _wrong_number(item, text) if _is_number(item) else ""


def _is_number(item: ConfigItem) -> bool:
    return item.type in {"number", "integer", "int", "float"} and not item.secret


def _wrong_number(item: ConfigItem, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return N_("This setting takes a number.")
    too_low = item.minimum is not None and number < item.minimum
    too_high = item.maximum is not None and number > item.maximum
    return N_("The number is outside of its limits.") if too_low or too_high else ""
