"""One line of the log with all that it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kiosk.services.state.logs import line_of
from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.log_lines import LEVELS, shown_text
from kiosk.services.views.rows import FactView, NavView, nav
from kiosk.services.wire.logs import LogEntry
from kiosk.services.wire.marks import N_

_CORRELATION = ("correlation_id", "correlationId", "request_id", "requestId")
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(_CORRELATION, N_("Correlation id")),
        "details": N_("Details"),
        "mac": N_("MAC address"),
        "session_id": N_("Session"),
    }
)


@dataclass(frozen=True, slots=True)
class LogLineView:
    """Everything on the line's sheet; ``texts`` go on over as many lines as they need."""

    title: str
    nav: NavView
    icon: str
    word: str
    tone: str
    texts: tuple[FactView, ...]


def view_of(state: State, now: float) -> LogLineView:
    """Return the sheet of the line that it is about."""
    del now
    entry = line_of(state.navigation.subject, state.logs.there)
    if entry is None:
        gone = FactView("", _("This line has gone: only the latest ones are kept."))
        return LogLineView(_("Log line"), nav(state), "", "", "plain", (gone,))
    look = LEVELS[entry.level]
    return LogLineView(
        title=shown_text(entry.component or "").strip() or _("Log line"),
        nav=nav(state),
        icon=look.icon,
        word=_(look.word),
        tone=look.tone,
        texts=tuple(_texts(entry)),
    )


def _texts(entry: LogEntry) -> Iterator[FactView]:
    for line in entry.message.splitlines():
        yield FactView("", shown_text(line).rstrip())
    details = dict(entry.details)
    for name in _CORRELATION:
        if name in details:
            yield _fact(name, details.pop(name))
    moment = entry.timestamp
    when = UNKNOWN if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
    yield FactView(_("Time"), when)
    for name, value in details.items():
        yield _fact(name, value)
    if entry.id:
        yield FactView(_("Number"), shown_text(entry.id))


def _fact(name: str, value: Any) -> FactView:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return FactView(_(_NAMES[name]) if name in _NAMES else shown_text(name), shown_text(text))
