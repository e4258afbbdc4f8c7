"""Records in the contract's own shape."""

from typing import Any

from pydantic import BaseModel


def as_json(value: object) -> Any:
    """Return records as JSON; what is unknown is left out."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_none=True)
    return [as_json(item) for item in value] if isinstance(value, tuple) else value
