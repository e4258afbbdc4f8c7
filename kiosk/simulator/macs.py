"""MAC addresses in the one form that the wire uses: upper case, colons."""

from __future__ import annotations

import re

_TWELVE_HEX = re.compile(r"[0-9A-F]{12}")


def canonical(text: str) -> str | None:
    """``aa-bb-cc-dd-ee-ff`` and its like as ``AA:BB:CC:DD:EE:FF``; None when it is no MAC."""
    digits = re.sub(r"[:.\-]", "", text.strip()).upper()
    if not _TWELVE_HEX.fullmatch(digits):
        return None
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))
