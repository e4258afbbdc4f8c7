"""JSON as a stranger writes it: what is wrong in one place does not spoil the rest."""

import json
import math
import re
from typing import Any

from pydantic_core import from_json

MAX_DEPTH = 32
# No number that is meant has more digits; CPython refuses to read 4,300 of them at all.
_MOST_DIGITS = 300
_SURROGATE = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


def loads(text: str | bytes) -> Any:
    """Return the parsed JSON; ValueError is all that it ever raises.

    NaN, infinity and numbers of hundreds of digits become null, what is not UTF-8 and halves of
    surrogate pairs replacement characters; of equal keys the last one counts. Refused is what is
    no JSON at all, or nested deeper than 32. A number like 1e999 may be infinite.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    try:
        # Of values it would keep the last 16,384, and each is as good as never said again.
        value = from_json(text, allow_inf_nan=False, cache_strings="keys")
    except (TypeError, ValueError):
        value = _tolerated(text)
        has_halves = _SURROGATE.search(text) is not None
    else:
        has_halves = False
    # With so few brackets most texts need no walk.
    if text.count("{") + text.count("[") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise ValueError("nested too deeply")
    return _without_halves(value) if has_halves else value


def _tolerated(text: str) -> Any:
    """Return what the standard library's slower parser makes of it, oddities and all."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _whole(number: str) -> int | None:
    return int(number) if len(number) <= _MOST_DIGITS else None


def _no_number(_word: str) -> None:
    """Return null for NaN and the infinities."""


_DECODER = json.JSONDecoder(parse_float=_finite, parse_int=_whole, parse_constant=_no_number)


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while containers := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [
            child
            for item in containers
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth


def _without_halves(value: Any) -> Any:
    """Return a copy in which each text can be encoded."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_halves(item) for item in value]
    if isinstance(value, dict):
        return {_without_halves(name): _without_halves(member) for name, member in value.items()}
    return value
