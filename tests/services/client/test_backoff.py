"""Delays between connections and between attempts, on a clock that stands still."""

import random
from collections.abc import Awaitable, Callable

import pytest

from kiosk.services.client.backoff import Backoff
from kiosk.services.client.errors import ApiError, error_of
from kiosk.services.client.retry import act_again, read_again
from kiosk.services.wire.problem import Kind, Problem
from tests.support.clock import FakeClock

SCHEDULE = [1, 2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize("seed", range(20))
def test_delays_follow_the_schedule_minus_at_most_a_fifth(seed: int) -> None:
    backoff = Backoff(random.Random(seed), FakeClock())
    for longest in SCHEDULE:
        assert longest * 0.8 <= backoff.next_delay() <= longest


def test_sixty_kiosks_do_not_come_back_at_the_same_moment() -> None:
    first = [Backoff(random.Random(seed), FakeClock()).next_delay() for seed in range(60)]
    assert max(first) - min(first) > 0.15


def test_being_accepted_is_not_health() -> None:
    clock = FakeClock()
    backoff = Backoff(random.Random(1), clock)
    backoff.next_delay()
    backoff.live()
    clock.now += 59
    assert backoff.next_delay() > 1


def test_a_minute_of_health_starts_the_schedule_over() -> None:
    clock = FakeClock()
    backoff = Backoff(random.Random(1), clock)
    for _ in range(5):
        backoff.next_delay()
    backoff.live()
    clock.now += 60
    assert backoff.next_delay() <= 1
    assert backoff.next_delay() > 1


def test_the_servers_wish_is_a_floor_within_reason() -> None:
    backoff = Backoff(random.Random(1), FakeClock())
    assert backoff.next_delay(12) == 12
    assert backoff.next_delay(9999) == 300


def _failing(*problems: Problem) -> tuple[Callable[[], Awaitable[str]], list[int]]:
    left, calls = list(problems), []

    async def call() -> str:
        calls.append(1)
        if left:
            raise error_of(left.pop(0))
        return "done"

    return call, calls


LOST = Problem(Kind.TRANSPORT, retryable=True)


async def test_a_read_is_sent_three_times_at_most() -> None:
    clock = FakeClock(auto=True)
    call, calls = _failing(LOST, LOST, LOST, LOST)
    with pytest.raises(ApiError):
        await read_again(call, clock)
    assert (len(calls), clock.slept) == (3, [1, 2])


async def test_a_read_that_succeeds_later_is_returned() -> None:
    call, calls = _failing(LOST)
    assert await read_again(call, FakeClock(auto=True)) == "done"
    assert len(calls) == 2


async def test_the_servers_delay_replaces_ours() -> None:
    clock = FakeClock(auto=True)
    busy = Problem(Kind.DOMAIN, retryable=True, retry_after_seconds=3)
    call, _ = _failing(busy)
    await read_again(call, clock)
    assert clock.slept == [3]


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Kind.DOMAIN, code="SESSION_NOT_FOUND"),
        Problem(Kind.DOMAIN, retryable=True, retry_after_seconds=5),
        Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, http_status=429),
    ],
)
async def test_what_is_not_worth_waiting_for_is_raised_at_once(problem: Problem) -> None:
    clock = FakeClock(auto=True)
    call, calls = _failing(problem)
    with pytest.raises(ApiError):
        await read_again(call, clock)
    assert (len(calls), clock.slept) == (1, [])


@pytest.mark.parametrize(
    "problem",
    [
        Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True),
        Problem(Kind.TIMEOUT, retryable=True, surely_not_done=True),
        Problem(Kind.DOMAIN, "CIRCUIT_OPEN", retryable=True, surely_not_done=True),
        Problem(
            Kind.DOMAIN,
            "RATE_LIMITED",
            retryable=True,
            surely_not_done=True,
            retry_after_seconds=2,
            http_status=429,
        ),
    ],
)
async def test_a_mutation_that_surely_was_not_done_is_sent_again(problem: Problem) -> None:
    call, calls = _failing(problem)
    assert await act_again(call, FakeClock(auto=True)) == "done"
    assert len(calls) == 2


@pytest.mark.parametrize(
    "problem",
    [
        LOST,
        Problem(Kind.TIMEOUT, retryable=True),
        Problem(Kind.DOMAIN, "CIRCUIT_OPEN", surely_not_done=True),
        Problem(Kind.DOMAIN, "TOTP_INVALID", retryable=True, surely_not_done=True, http_status=401),
        Problem(Kind.DOMAIN, "INTERNAL_ERROR", retryable=True, http_status=500),
    ],
)
async def test_any_other_mutation_is_not(problem: Problem) -> None:
    call, calls = _failing(problem)
    with pytest.raises(ApiError):
        await act_again(call, FakeClock(auto=True))
    assert len(calls) == 1
