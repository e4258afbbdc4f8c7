"""What the world says of itself for the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Level = Literal["debug", "info", "warn", "error"]
Tell = Callable[[Level, str, str], None]  # level, component, message


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that happened on the Pi outside any session."""

    level: Level
    component: str
    message: str
    at: float
