"""MAC addresses: one canonical form for comparing, showing and sending (contract.md §6.14)."""

import re

_USUAL = re.compile(
    r"[0-9A-F]{12}"
    r"|[0-9A-F]{2}([:-])[0-9A-F]{2}(?:\1[0-9A-F]{2}){4}"
    r"|[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4}"
)
_SEPARATORS = str.maketrans("", "", ":-.")


def canonical(text: str) -> str | None:
    """Return ``AA:BB:CC:DD:EE:FF`` for any usual spelling, None when it is not a MAC."""
    upper = text.strip().upper()
    if not _USUAL.fullmatch(upper):
        return None
    digits = upper.translate(_SEPARATORS)
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def digits_of(text: str) -> str:
    """Return a MAC as it is typed: in capitals, without separators and blanks."""
    return "".join(text.split()).translate(_SEPARATORS).upper()


def grouped(digits: str) -> str:
    """Return typed digits in pairs, as in ``AA:BB:C``."""
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
