"""Mutations that stay JSON: bytes changed at random are rarely more than a syntax error."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

from kiosk.services.wire.registry import KNOWN_CODES
from tests.services.wire.documents import AREAS, EVENTS, MONITORING
from tests.services.wire.mutations import nested, places, removed, replaced, value_at

_MOST_CHANGES = 3
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 0.5, 2**31, 2**63, 10**400, 1e308, "", [], {}, [{}], [None]),
    *("0", "true", "null", "NaN", "é\u202e[b]", "\ud800", "\x00", "x" * 600, "9" * 400),
    *("1h2m3s", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "2026-01-20T16:07:57Z"),
    *("AA:BB:CC:DD:EE:01", "failed", "verified", "closed", "1.0", "2.0"),
    *sorted(KNOWN_CODES),
)


def names() -> list[str]:
    """Return every name of a member and every word in the documents."""
    found: set[str] = set(KNOWN_CODES)
    for document in (*(each for each, _ in AREAS.values()), *EVENTS, MONITORING):
        for place in places(document):
            found |= {place[-1]} if isinstance(place[-1], str) else set()
            value = value_at(document, place)
            found |= {value} if isinstance(value, str) else set()
    return sorted(name for name in found if name.isascii() and len(name) < 60)


def changed(data: bytes, seed: int) -> bytes | None:
    """Return an input whose JSON is wrong at some places; None where it holds none to be changed.

    What stands before the first line's end stays as it is.
    """
    rng = random.Random(seed)
    head, end, body = data.partition(b"\n")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    for _ in range(rng.randint(1, _MOST_CHANGES)):
        found = places(document)
        if not found:
            return None
        document = _worse(document, rng.choice(found), rng)
    return head + end + json.dumps(document).encode()


def _worse(document: Any, place: tuple[Any, ...], rng: random.Random) -> Any:
    value = value_at(document, place)
    match rng.randrange(6):
        case 0:
            return removed(document, place)
        case 1:
            return replaced(document, place, deepcopy([value] * rng.randint(2, 5)))
        case 2:
            other = value_at(document, rng.choice(places(document)))
            return replaced(document, place, deepcopy(other))
        case 3:
            return replaced(document, place, nested(value, rng.choice((1, 2, 40))))
        case 4:
            return (
                replaced(document, (*place[:-1], rng.choice(_NAMES)), deepcopy(value))
                if (isinstance(place[-1], str))
                else replaced(document, place, {rng.choice(_NAMES): value})
            )
        case _:
            return replaced(document, place, rng.choice(_VALUES))


_NAMES = names()
