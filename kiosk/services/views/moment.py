"""The time at which a view is made, which knows whether the view depends on it."""

from __future__ import annotations

from typing import Any


def _noted(name: str) -> Any:
    """Return float's operation, which notes that it was used."""
    operation = getattr(float, name)

    def noted(self: Moment, *others: Any) -> Any:
        self.was_read = True
        return operation(self, *others)

    return noted


class Moment(float):
    """A time in seconds; ``was_read`` once anything was made of it.

    A view for which nobody reads the clock is the same a second later.
    """

    def __init__(self, _seconds: float) -> None:
        self.was_read = False

    __add__ = __radd__ = _noted("__add__")
    __sub__, __rsub__ = _noted("__sub__"), _noted("__rsub__")
    __lt__, __le__ = _noted("__lt__"), _noted("__le__")
    __gt__, __ge__ = _noted("__gt__"), _noted("__ge__")
    __mod__, __floordiv__, __truediv__ = (
        _noted("__mod__"),
        _noted("__floordiv__"),
        _noted("__truediv__"),
    )
    __int__, __float__, __round__ = _noted("__int__"), _noted("__float__"), _noted("__round__")
    __str__ = __repr__ = _noted("__repr__")
    __format__ = _noted("__format__")
