"""The live log: its latest lines, how they come, which of them are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.services.state.logs import MAX_LINES, LogConnection, Logs, at_least, place_of
from kiosk.services.state.model import State
from kiosk.services.views.language import _, plural
from kiosk.services.views.log_lines import LinesView
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    ButtonView,
    age_text,
    help_button,
    problem_banner,
    words,
)
from kiosk.services.views.rows import NavView, banner_of, nav
from kiosk.services.wire.logs import Level
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind


@dataclass(frozen=True, slots=True)
class LogsView:
    """Everything on the log's screen.

    ``first`` is the place of the first line in sight, None for the last page. ``buttons`` are what
    can be done, ``end`` the one beside the page buttons.
    """

    title: str
    nav: NavView
    tone: str
    icon: str
    facts: str
    banner: BannerView
    lines: LinesView
    first: int | None
    empty: str
    buttons: tuple[ButtonView, ...]
    end: ButtonView


_TRANSPORTS = {
    "stream": ("good", "access-point", N_("Live")),
    "polling": ("good", "timer-sync-outline", N_("Asked every 3 s")),
}
_CONNECTING = ("waiting", "dots-circle", N_("Connecting"))
_NOT_LIVE = ("bad", "access-point-off", N_("Not live"))

_FILTERS: Mapping[Level | None, str] = MappingProxyType(
    {
        None: N_("All ({n})"),
        "debug": N_("All ({n})"),
        "info": N_("Info ({n})"),
        "warn": N_("Warnings ({n})"),
        "error": N_("Errors ({n})"),
    }
)
_NONE_OF: Mapping[Level | None, str] = MappingProxyType(
    {
        "info": N_("Nothing but debugging so far. Show all to see it."),
        "warn": N_("No warning and no error among the lines so far."),
        "error": N_("No error among the lines so far."),
    }
)


def view_of(state: State, now: float) -> LogsView:
    """Return the log's screen at ``now``."""
    logs = state.logs
    shown = logs.shown
    tone, icon, way = _way(logs.connection)
    return LogsView(
        title=_("Logs"),
        nav=nav(state),
        tone=tone,
        icon=icon,
        facts=" · ".join(filter(None, (_(way), *_facts(logs)))),
        banner=_banner(state, now),
        lines=LinesView(shown, logs.focus),
        first=_first(logs),
        empty="" if shown else _empty(logs),
        buttons=(
            ButtonView(
                "level",
                _(_FILTERS[logs.level]).format(n=len(shown)),
                intent="next_log_level",
            ),
            _pause(logs),
            ButtonView(
                "error",
                _("To error"),
                "chevron-double-up",
                "previous_log_error",
                enabled=logs.earlier_error is not None,
            ),
        ),
        end=ButtonView(
            "to-end", "", "arrow-collapse-down", "end_of_logs", enabled=logs.top is not None
        ),
    )


def is_absent(state: State) -> bool:
    """Return whether it is known that this service gives nobody its log."""
    return _is_absent(state.logs.connection)


def _is_absent(connection: LogConnection) -> bool:
    return connection.problem is not None and connection.problem.kind is Kind.ENDPOINT_ABSENT


def _way(connection: LogConnection) -> tuple[str, str, str]:
    """Return how the lines come: only what comes now looks like it."""
    if _is_absent(connection):
        return "quiet", "", ""
    if connection.state == "live":
        return _TRANSPORTS[connection.transport]
    return _CONNECTING if connection.problem is None else _NOT_LIVE


def _facts(logs: Logs) -> tuple[str, ...]:
    facts = []
    if logs.paused:
        # What the next lines push out was never seen.
        many = logs.new > MAX_LINES
        text = _("paused, {n} new, the last {kept} kept") if many else _("paused, {n} new")
        facts.append(text.format(n=logs.new, kept=MAX_LINES))
    elif logs.total > MAX_LINES:
        facts.append(_("the last {kept} of {n} lines").format(kept=MAX_LINES, n=logs.total))
    if logs.unreadable:
        facts.append(plural("{n} unreadable", "{n} unreadable", logs.unreadable))
    return tuple(facts)


def _first(logs: Logs) -> int | None:
    """Return the place of the top line among those of the level; of the next where it is none."""
    if logs.top is None:
        return None
    above = logs.there[: place_of(logs.top, logs.there)]
    return sum(1 for _line in at_least(logs.level, above))


def _pause(logs: Logs) -> ButtonView:
    if not logs.paused:
        return ButtonView("pause", _("Pause"), "pause", "pause_logs")
    return ButtonView("go-on", _("Continue"), "play", "continue_logs")


def _empty(logs: Logs) -> str:
    if logs.there:
        return _(_NONE_OF[logs.level])
    connection = logs.connection
    if _is_absent(connection):
        return _("This PiOrchestrator does not offer that.")
    if connection.problem is not None:
        return _("Not known.")
    return _("No line yet.") if connection.state == "live" else _("Loading …")


def _banner(state: State, now: float) -> BannerView:
    connection = state.logs.connection
    problem = connection.problem
    if state.notice is not None or problem is None or connection.state == "live":
        return banner_of(state, now)
    if _is_absent(connection):
        return NO_BANNER
    text = words(problem)
    if connection.heard_at is not None:
        age = _("Last update {age} ago.").format(age=age_text(now - connection.heard_at))
        text = f"{age} {text}"
    button = help_button(problem, connection.retry_at, now)
    shown = state.navigation.details
    return problem_banner("caution", "access-point-off", text, problem, (button,), shown=shown)
