"""Any JSON value, and any way in which a valid document can be wrong at some place."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

_NASTY = (
    10**400,
    -(10**400),
    2**63,
    1e308,
    float("nan"),
    float("inf"),
    "NaN",
    "null",
    "\ud800",
    "\x00",
    "9" * 400,
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "data:image/jpeg;base64,####",
)
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(_NASTY)
)

ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every member and element, from the outside inwards."""
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    inner = [place for key in keys for place in _places(value[key], (*path, key))]
    return [path, *inner] if path else inner


def places(document: Any) -> list[tuple[Any, ...]]:
    return _places(document)


def replaced(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with another value at this place."""
    copy = deepcopy(document)
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return copy


def removed(document: Any, place: tuple[Any, ...]) -> Any:
    """Return a copy without what is at this place."""
    copy = deepcopy(document)
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return copy


def value_at(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place:
        document = document[key]
    return document


def nested(value: Any, depth: int) -> Any:
    for _ in range(depth):
        value = [value]
    return value


@st.composite
def mutated(draw: st.DrawFn, document: Any) -> Any:
    """Return the document with up to three places replaced, removed, swapped or repeated."""
    for _ in range(draw(st.integers(1, 3))):
        found = places(document)
        if not found:
            return draw(ANY_JSON)
        place = draw(st.sampled_from(found))
        how = draw(st.sampled_from(["replace", "remove", "repeat", "swap", "nest"]))
        if how == "remove":
            document = removed(document, place)
        elif how == "repeat":
            document = replaced(document, place, [value_at(document, place)] * 2)
        elif how == "swap":
            other = value_at(document, draw(st.sampled_from(found)))
            document = replaced(document, place, deepcopy(other))
        elif how == "nest":
            document = replaced(document, place, nested(value_at(document, place), 40))
        else:
            document = replaced(document, place, draw(ANY_JSON))
    return document
