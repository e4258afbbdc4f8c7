"""The type of a reducer's table: one pure function for each kind of action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.services.state.model import State

Handlers = Mapping[type[Any], Callable[[State, Any], State]]
