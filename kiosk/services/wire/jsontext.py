"""JSON as strictly as a stranger's text deserves (reliability.md, "Facts about the libraries")."""

from typing import Any

from pydantic_core import from_json

MAX_DEPTH = 32


def loads(text: str | bytes) -> Any:
    """Return the parsed JSON; ValueError is all that it ever raises.

    Refused: NaN and Infinity, lone surrogates, invalid UTF-8 and nesting deeper than 32.
    """
    try:
        value = from_json(text, allow_inf_nan=False)
    except TypeError:  # a str that cannot be encoded: it holds half of a surrogate pair
        raise ValueError("not Unicode text") from None
    if _may_be_deep(text) and _depth(value) > MAX_DEPTH:
        raise ValueError("nested too deeply")
    return value


def _may_be_deep(text: str | bytes) -> bool:
    """Return False when there are too few brackets: most texts need no walk."""
    if isinstance(text, str):
        return text.count("{") + text.count("[") > MAX_DEPTH
    return text.count(b"{") + text.count(b"[") > MAX_DEPTH


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
