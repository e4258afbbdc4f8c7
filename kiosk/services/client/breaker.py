"""One try at a time while the service cannot be reached."""

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.services.client.errors import ApiError, raise_problem
from kiosk.services.wire.envelope import Answer
from kiosk.services.wire.problem import OUTAGES, Problem


class Breaker:
    """Lets reads with a schedule of their own find out together whether the service is back.

    It opens when no connection can be made, and closes with the first that is. While it is open,
    whoever asks during another's try shares that one's failure, or goes on once it has succeeded:
    a socket for each would tell no more. Commands never wait for it.
    """

    def __init__(self) -> None:
        self._is_open = False
        self._trying: asyncio.Future[Problem | None] | None = None

    def note(self, outcome: Answer | Problem) -> None:
        """Learn from the outcome of any request."""
        self._is_open = isinstance(outcome, Problem) and _is_unreachable(outcome)

    async def shared(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """Send, or raise the ApiError of the try that is under way."""
        while self._is_open and self._trying is not None:
            problem = await asyncio.shield(self._trying)
            if problem is not None:
                raise_problem(problem)
        return await (self._tried(send) if self._is_open else send())

    async def _tried(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        self._trying = trying = asyncio.get_running_loop().create_future()
        problem: Problem | None = None
        try:
            return await send()
        except ApiError as error:
            problem = error.problem if _is_unreachable(error.problem) else None
            raise
        finally:
            # Also when the caller has left: then the next one tries.
            self._trying = None
            trying.set_result(problem)


def _is_unreachable(problem: Problem) -> bool:
    return problem.kind in OUTAGES and problem.surely_not_done
