"""A copy of a frozen value, made only when something in it is different."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def updated(value: T, /, **changes: Any) -> T:
    """Return ``value`` with ``changes``; the very same object when they change nothing."""
    for name, new in changes.items():
        old = getattr(value, name)
        if old is not new and old != new:
            return replace(value, **changes)
    return value
