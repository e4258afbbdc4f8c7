"""What stands over the PIN while it is typed."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.language import _
from kiosk.services.views.parts import seconds_until


def wrong_pin(state: State, now: float) -> str:
    """Return what is said after a miss: how long to wait, and what to do without the PIN."""
    if not state.lock.tries:
        return ""
    left = seconds_until(state.lock.next_at, now)
    again = _("Try again.") if left is None else _("Try again in {n} s.").format(n=left)
    forgotten = _("Forgotten? Delete settings.toml over SSH.")
    return " ".join((_("That is not the PIN."), again, forgotten))
