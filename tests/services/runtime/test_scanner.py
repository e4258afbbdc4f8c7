"""A scanner types, too: it is told from a hand by its speed and its Enter."""

from __future__ import annotations

import asyncio

from kiosk.services.runtime.scanner import LONGEST, Scanner, Turns
from tests.support.clock import FakeClock

CODE = "AA:BB:CC:DD:EE:0F"


def typed(text: str, gap: float, *, enter_after: float | None = None) -> str | None:
    """Type with so many seconds between the characters, then press Enter."""
    clock = FakeClock()
    scanner = Scanner(clock.monotonic)
    for character in text:
        scanner.hear(character)
        clock.now += gap
    clock.now += (gap if enter_after is None else enter_after) - gap
    return scanner.end()


def test_a_quick_burst_with_enter_is_a_scan() -> None:
    assert typed(CODE, 0.049) == CODE
    assert typed("123456", 0.0) == "123456"


def test_a_hand_is_no_scanner() -> None:
    assert typed(CODE, 0.06) is None
    assert typed(CODE, 0.01, enter_after=0.06) is None
    assert typed("12345", 0.0) is None
    assert typed("", 0.0) is None


def test_a_scan_that_follows_typing_is_the_burst_alone() -> None:
    clock = FakeClock()
    scanner = Scanner(clock.monotonic)
    assert scanner.hear("x")
    clock.now += 1.0
    begins = []
    for character in CODE:
        begins.append(scanner.hear(character))
        clock.now += 0.01
    assert begins == [True] + [False] * (len(CODE) - 1)
    assert scanner.end() == CODE
    assert scanner.end() is None, "a second Enter is no second scan"


def test_what_is_longer_than_any_code_is_dropped_and_not_kept() -> None:
    assert typed("x" * LONGEST, 0.0) == "x" * LONGEST
    assert typed("x" * (LONGEST + 1), 0.0) is None
    scanner = Scanner(FakeClock().monotonic)
    for _ in range(10):
        scanner.hear("x" * LONGEST)
    assert len(scanner._text) == LONGEST


def test_a_scanner_does_not_tell_what_it_heard() -> None:
    scanner = Scanner(FakeClock().monotonic)
    scanner.hear("KEY:top-secret")
    assert repr(scanner) == "<Scanner: 14 characters>"


async def typed_in_turns(gap: float, *, at_once: bool) -> str | None:
    """Type a code with so many seconds from one character to the next."""
    clock = FakeClock()
    scanner = Scanner(Turns(clock.monotonic))
    for character in CODE:
        scanner.hear(character)
        clock.now += gap
        if not at_once:
            await asyncio.sleep(0)
    return scanner.end()


async def test_what_was_waiting_came_at_once_however_long_it_takes() -> None:
    assert await typed_in_turns(0.2, at_once=True) == CODE


async def test_what_comes_in_a_later_turn_came_later() -> None:
    assert await typed_in_turns(0.06, at_once=False) is None
