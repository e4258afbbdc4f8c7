"""A view that reads the clock is told apart from one that does not."""

from collections.abc import Callable

import pytest

from kiosk.services.views.moment import Moment


@pytest.mark.parametrize(
    "look",
    [
        lambda now: now - 3.0,
        lambda now: 30.0 - now,
        lambda now: now + 3.0,
        lambda now: 3 + now,
        lambda now: now < 3.0,
        lambda now: now >= 3.0,
        lambda now: max(0.0, now),
        int,
        float,
        round,
        lambda now: f"{now:.0f}",
        str,
        lambda now: now // 60,
        lambda now: now / 60,
        lambda now: now % 60,
    ],
)
def test_whatever_is_made_of_the_time_is_noted_and_is_what_a_number_gives(
    look: Callable[[float], object],
) -> None:
    now = Moment(12.5)
    assert not now.was_read
    assert look(now) == look(12.5)
    assert now.was_read


def test_handing_the_time_on_does_not_read_it() -> None:
    now = Moment(12.5)
    assert [now, None][0] is now
    assert not now.was_read
