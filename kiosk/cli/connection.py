"""The line that tells how true the other lines are."""

from typing import Any

from kiosk.cli.printing import in_words
from kiosk.services.client.timing import Clock
from kiosk.services.state.feed import ConnectionState
from kiosk.services.wire.problem import Problem


def connection_line(
    state: ConnectionState, problem: Problem | None, retry_at: float | None, clock: Clock
) -> dict[str, Any]:
    """Return the state of a connection, why it is so, and the seconds until the next attempt."""
    wait = None if retry_at is None else retry_at - clock.monotonic()
    line: dict[str, Any] = {
        "event": "connection",
        "state": state,
        "reason": None if problem is None else in_words(problem),
        "retry_in": None if wait is None else round(max(0.0, wait), 3),
    }
    if problem is not None:
        line |= {"kind": problem.kind.value, "code": problem.code}
    return line
