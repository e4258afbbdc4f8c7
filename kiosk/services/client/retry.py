"""Sending again by itself what may be sent again (reliability.md, contract.md §7)."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock
from kiosk.services.wire.codes import RATE_LIMIT_DELAY_SECONDS
from kiosk.services.wire.problem import OUTAGES, Problem

T = TypeVar("T")

_WAITS = (1.0, 2.0, 4.0)
ATTEMPTS = 3


async def read_again(call: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Return what a GET returns, after at most 3 attempts, 1 s and 2 s apart.

    A delay that the server names is kept instead. One longer than any of ours is for a person to
    wait, with a countdown. Raises the last ApiError.
    """
    return await _repeated(call, clock, lambda problem: problem.retryable)


async def act_again(call: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Return what a mutation returns; sent again, by the same rules, only if surely not done."""
    return await _repeated(call, clock, _surely_not_done)


async def _repeated(
    call: Callable[[], Awaitable[T]], clock: Clock, may: Callable[[Problem], bool]
) -> T:
    for wait in _WAITS[: ATTEMPTS - 1]:
        try:
            return await call()
        except ApiError as error:
            delay = _delay(error.problem, wait)
            if not may(error.problem) or delay > _WAITS[-1]:
                raise
        await clock.sleep(delay)
    return await call()


def _delay(problem: Problem, wait: float) -> float:
    if problem.retry_after_seconds is not None:
        return problem.retry_after_seconds
    is_limit = problem.http_status == HTTPStatus.TOO_MANY_REQUESTS
    return RATE_LIMIT_DELAY_SECONDS if is_limit else wait


def _surely_not_done(problem: Problem) -> bool:
    """Return whether no connection was made, or the server says that it did not even begin."""
    if not (problem.retryable and problem.surely_not_done):
        return False
    has_not_begun = problem.code == "CIRCUIT_OPEN"
    is_limit = problem.http_status == HTTPStatus.TOO_MANY_REQUESTS
    return problem.kind in OUTAGES or is_limit or has_not_begun
