"""What the kiosk needs of its machine, looked at one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """How one thing is; ``text`` and ``step``, what to do about it, are message ids.

    ``detail`` is what was seen, for support; it is the same in every language.
    """

    name: str
    state: Literal["good", "bad", "unknown"]
    text: str
    step: str = ""
    detail: str = ""
