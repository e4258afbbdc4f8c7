# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""What wakes the main loop from outside."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import open_window


@pytest.fixture(autouse=True)
def window() -> None:
    open_window()


class Counter:
    def __init__(self) -> None:
        self.count = 0
        self.heard = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self.heard.set()


def nodes(folder: Path, heard: Counter) -> Any:
    from kiosk.inputs import InputNodes

    return InputNodes(folder, asyncio.get_running_loop(), heard)


def plugged_in(folder: Path, name: str) -> int:
    """Make a node and return the end that a keyboard's driver writes to."""
    os.mkfifo(folder / name)
    return os.open(folder / name, os.O_RDWR | os.O_NONBLOCK)


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_a_key_wakes_once_and_is_left_for_sdl(tmp_path: Path) -> None:
    keyboard = plugged_in(tmp_path, "event0")
    heard = Counter()
    watched = nodes(tmp_path, heard)
    watched.look()
    os.write(keyboard, bytes(24))
    await asyncio.wait_for(heard.heard.wait(), 5)
    await asyncio.sleep(0.01)
    assert heard.count == 1
    watched.close()
    os.close(keyboard)


async def test_a_scanner_that_is_plugged_in_later_is_heard_after_the_next_look(
    tmp_path: Path,
) -> None:
    heard = Counter()
    watched = nodes(tmp_path, heard)
    watched.look()
    scanner = plugged_in(tmp_path, "event7")
    watched.look()
    os.write(scanner, bytes(24))
    await asyncio.wait_for(heard.heard.wait(), 5)
    watched.close()
    os.close(scanner)


async def test_a_node_that_is_gone_is_watched_no_more(tmp_path: Path) -> None:
    before = descriptors()
    keyboard = plugged_in(tmp_path, "event0")
    watched = nodes(tmp_path, Counter())
    watched.look()
    (tmp_path / "event0").unlink()
    watched.look()
    os.close(keyboard)
    assert descriptors() == before


async def test_a_node_that_breaks_does_not_keep_the_loop_busy(tmp_path: Path) -> None:
    keyboard = plugged_in(tmp_path, "event0")
    heard = Counter()
    watched = nodes(tmp_path, heard)
    watched.look()
    # The end of a pipe whose writers have gone is always readable, as a node without a device is.
    os.close(keyboard)
    await asyncio.sleep(0.01)
    writer = os.open(tmp_path / "event0", os.O_RDWR | os.O_NONBLOCK)
    os.write(writer, b"x")
    await asyncio.sleep(0.01)
    assert heard.count == 0
    watched.close()
    os.close(writer)


async def test_the_touch_panel_is_left_to_its_own_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kiosk import inputs

    monkeypatch.setattr(inputs, "touch_panels", lambda: ["event0"])
    panel = plugged_in(tmp_path, "event0")
    heard = Counter()
    watched = nodes(tmp_path, heard)
    watched.look()
    os.write(panel, bytes(24))
    await asyncio.sleep(0.01)
    assert heard.count == 0
    watched.close()
    os.close(panel)
