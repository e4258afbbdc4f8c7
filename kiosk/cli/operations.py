"""The call behind an operation of ``kiosk api``."""

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from kiosk.cli.areas import OPERATIONS
from kiosk.cli.operation import Operation
from kiosk.cli.records import as_json
from kiosk.connect import connected
from kiosk.services.client.journaling import Journal
from kiosk.services.client.reply import Reply
from kiosk.services.client.timing import SystemClock
from kiosk.settings import Settings


async def call(args: argparse.Namespace, settings: Settings) -> tuple[Any, str | None]:
    """Return data and correlation id of the operation; raises ApiError."""
    operation = OPERATIONS[args.operation]
    reply = await _answered(operation, args, settings)
    data = as_json(reply.data)
    return ({operation.member: data} if operation.member else data), reply.correlation_id


async def _answered(
    operation: Operation, args: argparse.Namespace, settings: Settings
) -> Reply[Any]:
    if operation.of_kiosk is not None:
        return await operation.of_kiosk(settings, args)
    if operation.send is None:
        raise LookupError(operation.name)
    async with journal_of(settings) as journal, connected(settings, journal=journal) as client:
        return await operation.send(client, args)


@asynccontextmanager
async def journal_of(settings: Settings) -> AsyncIterator[Journal | None]:
    """Yield the kiosk's journal; None on a machine that has no kiosk."""
    is_here = False
    # A folder that may not even be looked at is none of ours.
    with suppress(OSError):
        is_here = settings.state_dir.is_dir()
    if not is_here:
        yield None
        return
    # Only here: a machine without a kiosk needs no SQLite.
    from kiosk.services.runtime.journal import journal  # noqa: PLC0415

    kept = journal.Journal(settings.state_dir, clock=SystemClock())
    try:
        yield kept
    finally:
        await kept.close()
