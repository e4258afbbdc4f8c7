"""Field types that read a stranger's JSON: absent, null and wrongly typed all mean "unknown"."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from kiosk.services.wire.mac import canonical
from kiosk.services.wire.moments import parse_moment
from kiosk.services.wire.visible import visible


class WireModel(BaseModel):
    """A frozen record of the wire; members that it does not name are ignored."""

    # Most records belong to screens that are not entered: each is made ready when it is first read.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        return cls._one_dialect(data) if isinstance(data, dict) else data

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        """Return the record as the fields name it, from any dialect; also from its own names."""
        return data


class NoneOnError:
    """Annotation that turns a value of the wrong type into None, inside pydantic's own core."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the field's schema with None in place of an error."""
        return core_schema.with_default_schema(handler(source), default=None, on_error="default")


class ReadBy:
    """Annotation: this function reads the value, whatever it is, and returns None for unknown.

    pydantic's own PlainValidator warns when such a field is written as JSON.
    """

    def __init__(self, read: Callable[[object], object]) -> None:
        self._read = read

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return a schema that only calls the function."""
        del source, handler
        return core_schema.no_info_plain_validator_function(self._read)


def _shown(value: object) -> object:
    return visible(value) if isinstance(value, str) else value


def _no_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("a truth value is not a number")  # noqa: TRY004 - pydantic's protocol
    return value


def _whole(value: object) -> object:
    """Return a JSON number rounded: some servers measure in fractions."""
    if isinstance(value, float) and abs(value) < 2**31:
        return round(value)
    return _no_bool(value)


def key_text(value: object) -> str | None:
    """Return an opaque key as text; some servers number their records."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return str(value)
    return value if isinstance(value, str) and value else None


def first(raw: Mapping[str, Any], *names: str) -> Any:
    """Return the first of these members that is there and not null, else None."""
    return next((raw[name] for name in names if raw.get(name) is not None), None)


def group(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a member that is an object; an empty one where it is anything else."""
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def mac_text(value: object) -> str | None:
    """Return the canonical MAC, or the text itself where it is none: it is still a key (§3.4)."""
    return (canonical(value) or visible(value)) if isinstance(value, str) and value else None


# To be shown, and to be said as it is: the name of a network, say, that is to be joined.
Text = Annotated[str | None, BeforeValidator(_shown), NoneOnError()]
Exact = Annotated[str | None, NoneOnError()]
Flag = Annotated[bool | None, Field(strict=True), NoneOnError()]
Count = Annotated[int | None, BeforeValidator(_no_bool), Field(ge=0, lt=2**31), NoneOnError()]
Number = Annotated[
    float | None, BeforeValidator(_no_bool), Field(allow_inf_nan=False), NoneOnError()
]
Percent = Annotated[
    float | None,
    BeforeValidator(_no_bool),
    Field(ge=0, le=100, allow_inf_nan=False),
    NoneOnError(),
]
# Bytes since the start outgrow a Count within hours.
Total = Annotated[int | None, BeforeValidator(_whole), Field(ge=0, lt=2**63), NoneOnError()]
# What cannot be below zero: a duration, a latency.
Amount = Annotated[
    float | None, BeforeValidator(_no_bool), Field(ge=0, allow_inf_nan=False), NoneOnError()
]
# 0 and positive readings mean that there was no measurement (contract.md §6.62).
Dbm = Annotated[int | None, BeforeValidator(_whole), Field(gt=-200, lt=0), NoneOnError()]
Moment = Annotated[datetime | None, ReadBy(parse_moment)]
Mac = Annotated[str | None, ReadBy(mac_text)]
Key = Annotated[str | None, ReadBy(key_text)]
