"""A QR code as rows of dark and light modules."""

from __future__ import annotations

from functools import lru_cache

import segno

# Around a code there must be four modules of light (ISO/IEC 18004).
QUIET_ZONE = 4

# From top to bottom; 1 is dark.
Modules = tuple[bytes, ...]


@lru_cache(maxsize=8)
def modules_of(text: str) -> Modules:
    """Return the code that a reader reads ``text`` from, its quiet zone included."""
    code = segno.make_qr(text, error="m", boost_error=False)
    return tuple(bytes(row) for row in code.matrix_iter(border=QUIET_ZONE))
