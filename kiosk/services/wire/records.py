"""Reading objects and lists of them: one bad record never spoils the others (contract.md §6.11)."""

from typing import Any, TypeVar

from pydantic import ValidationError

from kiosk.services.wire.tolerant import ReadBy, WireModel

Record = TypeVar("Record", bound=WireModel)

# No list that is meant is longer; reading eight megabytes of tiny records would take seconds.
MOST_RECORDS = 10_000


def record(model: type[Record], data: object) -> Record | None:
    """Return the payload as a record; None when it is not an object or lacks what it must have."""
    if isinstance(data, model):
        return data
    if not isinstance(data, dict):
        return None
    try:
        return model.model_validate(data)
    except ValidationError:
        return None


def member(data: object, name: str) -> object:
    """Return a member of the payload, or the payload itself where it is bare."""
    if isinstance(data, dict) and isinstance(data.get(name), dict | list):
        return data[name]
    return data


def items(data: object, *names: str) -> list[Any]:
    """Return the list under the first of these names, or the bare list; else an empty one."""
    for name in names:
        if isinstance(found := member(data, name), list):
            return found
    return []


def records(model: type[Record], values: object) -> tuple[Record, ...]:
    """Return what can be read of a list, 10,000 at most; whatever is no list is an empty one."""
    if not isinstance(values, list | tuple):
        return ()
    read = (record(model, raw) for raw in values[:MOST_RECORDS])
    return tuple(item for item in read if item is not None)


def list_of(model: type[Record]) -> ReadBy:
    """Return the annotation of a member that is a list of such records."""

    def read(value: object) -> tuple[Record, ...]:
        return records(model, value)

    return ReadBy(read)


def group_of(model: type[Record]) -> ReadBy:
    """Return the annotation of a member that is such a record, all unknown where it is none."""

    def read(value: object) -> Record:
        return record(model, value) or model()

    return ReadBy(read)
