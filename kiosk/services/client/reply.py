"""What a typed call returns, and how a missing record is told."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

from kiosk.services.client.errors import MalformedAnswer, raise_problem
from kiosk.services.wire.envelope import Answer
from kiosk.services.wire.problem import Kind, Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What a call returned, and the id under which the server logged it."""

    data: T
    correlation_id: str | None = None


def whole(record: T | None, answer: Answer) -> Reply[T]:
    """Return the record as a reply; raises MalformedAnswer when the success lacks it."""
    if record is None:
        raise MalformedAnswer(
            Problem(
                Kind.MALFORMED,
                message="the answer lacks what was asked for",
                correlation_id=answer.correlation_id,
                http_status=HTTPStatus.OK,
            )
        )
    return Reply(record, answer.correlation_id)


def refuse(problem: Problem | None) -> None:
    """Raise ValidationRefused when a check found something wrong with an argument."""
    if problem is not None:
        raise_problem(problem)
