"""A fault in two sizes: a small one for every run, the whole one for the table."""

from __future__ import annotations

import pytest


def sizes(argument: str, fault: str, how: str, *, small: int, whole: int) -> pytest.MarkDecorator:
    """Return what runs a test with both numbers; ``how`` has a place for them."""
    numbers = (small, ()), (whole, (pytest.mark.slow,))
    return pytest.mark.parametrize(
        argument,
        [
            pytest.param(
                number,
                id=str(number),
                marks=(pytest.mark.fault(fault, how=how.format(number)), *more),
            )
            for number, more in numbers
        ],
    )
