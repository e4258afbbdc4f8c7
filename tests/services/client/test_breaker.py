"""Readers do not each find out for themselves that the service is away."""

import asyncio

import pytest

from kiosk.services.client.breaker import Breaker
from kiosk.services.client.errors import ApiError, DomainError, TransportError, error_of
from kiosk.services.wire.envelope import Answer
from kiosk.services.wire.problem import Kind, Problem

AWAY = Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True)
BROKEN = Problem(Kind.TRANSPORT, retryable=True)
SLOW = Problem(Kind.TIMEOUT, retryable=True)
REFUSED = Problem(Kind.DOMAIN, code="DATABASE_ERROR")


class Asked:
    """Requests whose ends a test decides, noted as the client notes them."""

    def __init__(self) -> None:
        self.breaker = Breaker()
        self.sent: list[asyncio.Future[Answer | Problem]] = []
        self._one_more = asyncio.Event()

    async def send(self) -> Answer:
        end: asyncio.Future[Answer | Problem] = asyncio.get_running_loop().create_future()
        self.sent.append(end)
        self._one_more.set()
        outcome = await end
        self.breaker.note(outcome)
        if isinstance(outcome, Problem):
            raise error_of(outcome)
        return outcome

    async def until_sent(self, number: int) -> None:
        async with asyncio.timeout(5):
            while len(self.sent) < number:
                self._one_more.clear()
                await self._one_more.wait()

    async def readers(self, number: int) -> list[asyncio.Task[Answer]]:
        tasks = [asyncio.create_task(self.breaker.shared(self.send)) for _ in range(number)]
        await asyncio.sleep(0)
        return tasks


async def ends(tasks: list[asyncio.Task[Answer]]) -> list[Answer | BaseException]:
    async with asyncio.timeout(5):
        return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("outcome", [Answer(1), REFUSED, BROKEN, SLOW])
async def test_while_connections_are_made_each_asks_for_itself(outcome: Answer | Problem) -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    asked.breaker.note(outcome)
    tasks = await asked.readers(4)
    assert len(asked.sent) == 4
    for end in asked.sent:
        end.set_result(Answer(1))
    assert await ends(tasks) == [Answer(1)] * 4


async def test_while_the_service_is_away_one_asks_and_all_share_its_failure() -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    tasks = await asked.readers(4)
    assert len(asked.sent) == 1
    asked.sent[0].set_result(AWAY)
    outcomes = await ends(tasks)
    assert all(isinstance(o, TransportError) and o.problem == AWAY for o in outcomes)
    assert len(asked.sent) == 1


async def test_when_it_is_back_all_go_on_at_once() -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    tasks = await asked.readers(4)
    asked.sent[0].set_result(Answer("first"))
    await asked.until_sent(4)
    for end in asked.sent[1:]:
        end.set_result(Answer("others"))
    assert await ends(tasks) == [Answer("first"), *[Answer("others")] * 3]


async def test_a_refusal_is_nobody_elses_but_shows_that_it_is_back() -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    tasks = await asked.readers(2)
    asked.sent[0].set_result(REFUSED)
    await asked.until_sent(2)
    asked.sent[1].set_result(Answer("mine"))
    first, second = await ends(tasks)
    assert isinstance(first, DomainError)
    assert second == Answer("mine")


async def test_when_the_one_who_tries_leaves_the_next_one_tries() -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    first, second = await asked.readers(2)
    first.cancel()
    await asked.until_sent(2)
    asked.sent[1].set_result(Answer("mine"))
    assert await second == Answer("mine")


async def test_a_later_try_is_a_try_of_its_own() -> None:
    asked = Asked()
    asked.breaker.note(AWAY)
    for _ in range(2):
        (task,) = await asked.readers(1)
        asked.sent[-1].set_result(AWAY)
        with pytest.raises(ApiError):
            await task
    assert len(asked.sent) == 2
