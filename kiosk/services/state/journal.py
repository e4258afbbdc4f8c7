"""What the kiosk remembers of itself: can it, and what was under way when it last ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.wire.marks import N_

# Why nothing can be kept, and what to do about it, by the words of ``runtime.journal.schema``.
TROUBLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "full": (N_("The disk is full."), N_("Delete what is not needed.")),
        "read_only": (N_("The disk is read-only."), N_("Restart the Pi, or replace its SD card.")),
        "denied": (N_("The journal may not be written."), N_("Check the folder and its owner.")),
        "failed": (N_("The journal cannot be written."), N_("Try another SD card.")),
    }
)


@dataclass(frozen=True, slots=True)
class Recalled:
    """A request that was under way when the kiosk ended; ``end`` is None until that is known.

    ``end`` as in ``client.journaling.End``; ``found`` is the state that was read back, the word of
    the wire.
    """

    id: int
    operation: str
    target: tuple[str, ...] = ()
    end: str | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class JournalState:
    """``trouble`` is why nothing can be kept, "" when it can (``runtime.journal.schema``).

    ``is_read`` when a person has read all that is known of what is ``recalled``.
    """

    trouble: str = ""
    recalled: Mapping[int, Recalled] = field(default_factory=lambda: MappingProxyType({}))
    is_read: bool = False


@dataclass(frozen=True, slots=True)
class JournalStands:
    """The journal can be written, or cannot."""

    trouble: str


@dataclass(frozen=True, slots=True)
class RequestsRecalled:
    """These were under way when the kiosk ended, or more is known of them now."""

    requests: tuple[Recalled, ...]


@dataclass(frozen=True, slots=True)
class RecalledRead:
    """A person has read what was under way."""


JournalAction = JournalStands | RequestsRecalled | RecalledRead


def journal_stands(journal: JournalState, action: JournalStands) -> JournalState:
    """Say so as long as it is so."""
    return updated(journal, trouble=action.trouble)


def requests_recalled(journal: JournalState, action: RequestsRecalled) -> JournalState:
    """Put them with the others, each once."""
    recalled = {**journal.recalled, **{found.id: found for found in action.requests}}
    if recalled == journal.recalled:
        return journal
    return updated(journal, recalled=MappingProxyType(recalled), is_read=False)


def recalled_read(journal: JournalState, _action: RecalledRead) -> JournalState:
    """Say no more of it, but to who asks; what nobody knows yet is told again when it is known."""
    return updated(journal, is_read=True)


HANDLERS: Handlers[JournalState] = {
    JournalStands: journal_stands,
    RequestsRecalled: requests_recalled,
    RecalledRead: recalled_read,
}
