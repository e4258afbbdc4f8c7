"""The type of a reducer's table: one pure function for each kind of action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Slice = TypeVar("Slice")

Handlers = Mapping[type[Any], Callable[[Slice, Any], Slice]]
