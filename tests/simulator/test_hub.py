from __future__ import annotations

import asyncio

from kiosk.simulator.hub import Hub, Stream


async def test_a_reader_gets_what_was_published_since_it_came_in_one_piece() -> None:
    hub, stream = Hub(), Stream(None, cut=lambda: None)
    hub.publish("a", b"early")
    hub.add(stream)
    hub.publish("a", b"one")
    hub.publish("b", b"two")
    assert await stream.take(1) == b"onetwo"


async def test_a_reader_of_one_session_hears_nothing_of_others() -> None:
    hub, stream = Hub(), Stream("a", cut=lambda: None)
    hub.add(stream)
    hub.publish("b", b"other")
    hub.publish("a", b"mine")
    assert await stream.take(1) == b"mine"


async def test_silence_and_the_end_are_different() -> None:
    hub, stream = Hub(), Stream(None, cut=lambda: None)
    hub.add(stream)
    assert await stream.take(0.001) == b""
    hub.close()
    assert await stream.take(1) is None


async def test_a_reader_that_is_four_megabytes_behind_is_cut_and_the_others_go_on() -> None:
    cut: list[str] = []
    hub = Hub()
    stuck, quick = Stream(None, lambda: cut.append("stuck")), Stream(None, lambda: None)
    hub.add(stuck)
    hub.add(quick)
    for _ in range(50):
        hub.publish("a", b"x" * 100_000)
        assert len(await quick.take(1) or b"") == 100_000
    assert cut == ["stuck"]
    assert await stuck.take(1) is None


async def test_a_burst_waits_for_its_readers_but_not_for_ever() -> None:
    cut: list[str] = []
    hub, stuck = Hub(), Stream(None, lambda: cut.append("stuck"))
    hub.add(stuck)
    hub.publish("a", b"x" * 2_000_000)
    waiting = asyncio.create_task(hub.room(patience=0.05))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await waiting
    assert cut == ["stuck"]
