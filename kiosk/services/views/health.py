"""The Pi's live figures: how it is at a glance, and on what that rests."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.known import STALE_SECONDS
from kiosk.services.state.model import Route, State
from kiosk.services.state.monitoring import Monitor, Point
from kiosk.services.views.health_facts import rows_of, uptime_text
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    ButtonView,
    age_text,
    help_button,
    notice_banner,
    problem_banner,
    seconds_until,
    words,
)
from kiosk.services.views.rows import NavView, RowView, nav
from kiosk.services.views.thresholds import Limits, thresholds
from kiosk.services.wire.marks import N_, NC_

# What the lines reach back, and a pause in the points that is no line any more.
SPAN_SECONDS = 600.0
_LONGEST_STEP = 20.0

FACTS = "facts"

# The points of one stretch, as x and y in turn, each from 0 to 1.
Run = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure with its past; ``marks`` are the shares of the height where it gets serious."""

    name: str
    label: str
    number: str
    icon: str
    word: str
    tone: str
    runs: tuple[Run, ...] = ()
    marks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthView:
    """Everything on the health screen; ``more`` shows the facts where both have no room."""

    title: str
    nav: NavView
    facts: str
    banner: BannerView
    figures: tuple[FigureView, ...]
    rows: tuple[RowView, ...]
    more: bool
    buttons: tuple[ButtonView, ...]


_LEVELS = {
    "normal": ("check-circle", N_("Normal"), "good"),
    "high": ("alert", N_("High"), "waiting"),
    "critical": ("alert-octagon", N_("Critical"), "bad"),
}
# Figures whose names are of another gender in some languages.
_OTHERS = {"memory", "temperature"}
_WORDS_OF_OTHERS = {
    "high": NC_("memory, temperature", "High"),
    "critical": NC_("memory, temperature", "Critical"),
}


def view_of(state: State, now: float) -> HealthView:
    """Return the health screen at ``now``."""
    more = state.navigation.subject == FACTS
    return HealthView(
        title=_("Health"),
        nav=nav(state),
        facts=_facts(state.monitor, now),
        banner=_banner(state, now),
        figures=_figures(state, now),
        rows=rows_of(state, now),
        more=more,
        buttons=(_other_page(more=more),),
    )


def _other_page(*, more: bool) -> ButtonView:
    health = Route.HEALTH.value
    if more:
        return ButtonView("figures", _("Figures"), "chart-line", "open", (health,))
    return ButtonView("more", _("More"), "format-list-bulleted", "open", (health, FACTS))


def _figures(state: State, now: float) -> tuple[FigureView, ...]:
    monitor, limits = state.monitor, thresholds(state.support.about.board)
    health, points = monitor.figures.system_health, monitor.history
    age = _age(monitor, now)

    def figure(name: str, label: str, value: float | None, unit: str, at: Limits) -> FigureView:
        number, icon, word, tone = _reading(name, value, unit, at, age)
        marks = (at.high / 100, at.critical / 100)
        return FigureView(name, label, number, icon, word, tone, runs_of(points, name), marks)

    return (
        figure("cpu", _("Processor"), health.cpu_usage, "%", limits.cpu),
        figure("memory", _("Memory"), health.memory_usage, "%", limits.memory),
        figure("disk", _("Disk"), health.disk_usage, "%", limits.disk),
        figure("temperature", _("Temperature"), health.temperature, "°C", limits.temperature),
    )


def _reading(
    name: str, value: float | None, unit: str, limits: Limits, age: float | None
) -> tuple[str, str, str, str]:
    """Return a figure as number, icon, word and tone; an old one is grey and says its age."""
    if value is None:
        return UNKNOWN, "help-circle-outline", _("Unknown"), "quiet"
    number = f"{value:.0f} {unit}"
    if age is not None:
        word = _("{age} ago").format(age=age_text(age))
        return number, "clock-alert-outline", word, "quiet"
    level = limits.level(value)
    icon, word, tone = _LEVELS[level]
    if name in _OTHERS:
        word = _WORDS_OF_OTHERS.get(level, word)
    return number, icon, _(word), tone


def _age(monitor: Monitor, now: float) -> float | None:
    """Return how old the system's figures are; None while they are so now."""
    age = monitor.age("system_health", now)
    is_live = monitor.connection.state == "live" and (age is None or age <= STALE_SECONDS)
    return None if is_live else age


def runs_of(points: tuple[Point, ...], name: str) -> tuple[Run, ...]:
    """Return a figure's past as stretches without a gap, the latest point at the right edge."""
    if not points:
        return ()
    begin = points[-1].at - SPAN_SECONDS
    runs: list[list[float]] = []
    last_at = float("-inf")
    for point in points:
        value: float | None = getattr(point, name)
        if value is None or point.at < begin:
            continue
        if point.at - last_at > _LONGEST_STEP:
            runs.append([])
        last_at = point.at
        runs[-1] += (point.at - begin) / SPAN_SECONDS, min(1.0, max(0.0, value / 100))
    return tuple(map(tuple, runs))


def _facts(monitor: Monitor, now: float) -> str:
    parts = [_transport(monitor, now)]
    health = monitor.figures.system_health
    if uptime := uptime_text(health):
        parts.append(_("up {time}").format(time=uptime))
    if health.load_average:
        parts.append(_("load {load}").format(load=health.load_average[:24]))
    return " · ".join(parts)


def _transport(monitor: Monitor, now: float) -> str:
    """Return how the figures come, or when that is tried again."""
    connection = monitor.connection
    if connection.state == "live":
        by_socket = connection.transport == "websocket"
        return _("Live by WebSocket") if by_socket else _("Asked every 5 s")
    if connection.state in {"connecting", "stopped"}:
        return _("Connecting …")
    left = seconds_until(connection.retry_at, now)
    return _("Not live") if left is None else _("Not live, trying again in {n} s").format(n=left)


def _banner(state: State, now: float) -> BannerView:
    shown = state.navigation.details
    if state.notice is not None:
        return notice_banner(state.notice, now, shown=shown)
    connection = state.monitor.connection
    problem = connection.problem
    if connection.state not in {"stale", "reconnecting"} or problem is None:
        return NO_BANNER
    age = state.monitor.age("system_health", now)
    text = _("Not live.")
    if age is not None:
        text = _("Not live, last {age} ago.").format(age=age_text(age))
    button = help_button(problem, connection.retry_at, now)
    text = f"{text} {words(problem)}"
    return problem_banner("caution", "access-point-off", text, problem, (button,), shown=shown)
