"""Sending a read again (contract.md §7); a mutation is never repeated from here."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from kiosk.services.client.errors import ApiError
from kiosk.services.client.timing import Clock

T = TypeVar("T")

_WAITS = (1.0, 2.0)
_LONGEST_WAIT = 30.0


async def with_retry(call: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Return what a GET returns, after at most 3 attempts, 1 s and 2 s apart.

    A delay that the server names is kept instead; one of more than 30 s is for a person to wait.
    Raises the last ApiError.
    """
    for wait in _WAITS:
        try:
            return await call()
        except ApiError as error:
            problem = error.problem
            delay = problem.retry_after_seconds
            delay = wait if delay is None else delay
            if not problem.retryable or delay > _LONGEST_WAIT:
                raise
        await clock.sleep(delay)
    return await call()
