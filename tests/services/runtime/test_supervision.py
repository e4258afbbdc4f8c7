"""A part that breaks is told of and begins anew."""

import asyncio

from kiosk.services.runtime.supervision import AGAIN_SECONDS, kept_up
from tests.support.clock import FakeClock


async def test_a_part_that_breaks_or_ends_begins_anew_after_a_while(caplog):
    clock, begun = FakeClock(), []

    async def run():
        begun.append(clock.now)
        if len(begun) == 1:
            raise RuntimeError("a mistake of ours")

    task = kept_up("record", run, clock)
    await clock.advance(AGAIN_SECONDS - 0.1)
    assert len(begun) == 1
    await clock.advance(0.1)
    assert len(begun) == 2
    assert [record.getMessage() for record in caplog.records] == ["record broke", "record ended"]
    assert "a mistake of ours" in caplog.text
    task.cancel()
    await asyncio.wait({task})


async def test_it_ends_when_it_is_told_to_and_lets_the_part_put_itself_away():
    put_away = asyncio.Event()

    async def run():
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            put_away.set()

    task = kept_up("record", run, FakeClock())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert put_away.is_set()
