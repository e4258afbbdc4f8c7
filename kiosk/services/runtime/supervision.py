"""What should run for as long as the kiosk does, whatever happens to it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from kiosk.services.client.timing import Clock

AGAIN_SECONDS = 5.0

_log = logging.getLogger("kiosk.supervision")


def kept_up(name: str, run: Callable[[], Awaitable[None]], clock: Clock) -> asyncio.Task[None]:
    """Run a part in the background until cancelled; one that breaks begins anew after a while.

    To end the whole kiosk for it would leave a technician without a panel, and for good where the
    cause outlives the process, as a row of the journal does.
    """
    return asyncio.create_task(_for_ever(name, run, clock), name=name)


async def _for_ever(name: str, run: Callable[[], Awaitable[None]], clock: Clock) -> None:
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001 - whatever it was, the others go on
            _log.exception("%s broke", name)
        else:
            _log.error("%s ended", name)
        await clock.sleep(AGAIN_SECONDS)
