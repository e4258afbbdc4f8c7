"""One problem as support wants it: what happened, what to do, and a code to photograph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.services.state.model import State
from kiosk.services.state.support import Noted
from kiosk.services.views.language import _, plural
from kiosk.services.views.qr import Modules, modules_of
from kiosk.services.views.rows import NavView, nav
from kiosk.services.wire import codes
from kiosk.services.wire.redaction import without_secrets

# A correlation id is the service's text: so much of it still makes a code that a phone can read.
_LONGEST_ID = 80
_LONGEST_MESSAGE = 120


@dataclass(frozen=True, slots=True)
class ProblemView:
    """Everything on a problem's sheet; without ``modules`` there is no code."""

    title: str
    nav: NavView
    text: str
    technical: str
    hint: str
    modules: Modules


def view_of(state: State, now: float) -> ProblemView:
    """Return the sheet of the problem that was opened."""
    del now
    noted = state.support.problem(state.navigation.subject)
    if noted is None:
        gone = _("This error is no longer kept.")
        return ProblemView(gone, nav(state), _("Newer errors have taken its place."), "", "", ())
    return ProblemView(
        title=_(codes.sentence(noted.problem)),
        nav=nav(state),
        text=_(codes.next_step(noted.problem)),
        technical="\n".join(_technical(noted)),
        hint=_("Photograph the code for support."),
        modules=modules_of(qr_text(noted, state.support.about.kiosk)),
    )


def qr_text(noted: Noted, version: str) -> str:
    """Return what the code holds: code, correlation id, time, the kiosk's version.

    ASCII throughout, which no reader mistakes for another character set.
    """
    correlation_id = (noted.problem.correlation_id or "-")[:_LONGEST_ID]
    moment = _moment(noted)
    time = "-" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    parts = (_code(noted), correlation_id, time, f"kiosk {version or '-'}")
    return " | ".join(part.encode("ascii", "replace").decode() for part in parts)


def _technical(noted: Noted) -> list[str]:
    problem, moment = noted.problem, _moment(noted)
    status = (f"HTTP {problem.http_status}",) if problem.http_status else ()
    times = (plural("once", "{n} times", noted.times),) if noted.times > 1 else ()
    lines = [" · ".join((_code(noted), *status, noted.command, *times))]
    if problem.correlation_id:
        correlation_id = problem.correlation_id[:_LONGEST_ID]
        lines.append(_("correlation id {id}").format(id=correlation_id))
    if moment is not None:
        lines.append(f"{moment:%Y-%m-%d %H:%M:%S} UTC")
    if problem.message:
        lines.append(str(without_secrets(problem.message[:_LONGEST_MESSAGE])))
    return lines


def _code(noted: Noted) -> str:
    return (noted.problem.code or noted.problem.kind.value)[:_LONGEST_ID]


def _moment(noted: Noted) -> datetime | None:
    try:
        return datetime.fromtimestamp(noted.when, UTC)
    except (OverflowError, ValueError, OSError):
        return None
