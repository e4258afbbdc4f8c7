"""Tells the store how the journal is: as long as nothing can be kept, and when one was damaged."""

from __future__ import annotations

from kiosk.services.runtime.journal.journal import Standing
from kiosk.services.state.actions import CommandEnded
from kiosk.services.state.journal import JournalStands
from kiosk.services.state.model import Notice
from kiosk.services.state.store import Store
from kiosk.services.wire.marks import N_

_PUT_ASIDE = Notice(
    "journal",
    text=N_("The kiosk's journal was damaged. It was put aside for support, and a new one begun."),
)


class Telling:
    """What ``Journal`` is given to tell to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._aside = 0

    def __call__(self, standing: Standing) -> None:
        """Tell it."""
        self._store.dispatch(JournalStands(standing.trouble))
        if len(standing.aside) > self._aside:
            self._store.dispatch(CommandEnded(_PUT_ASIDE.command, _PUT_ASIDE))
        self._aside = len(standing.aside)
