"""What support asks for: versions, the last problems, what was saved for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.services.state.change import updated
from kiosk.services.state.findings import Finding
from kiosk.services.state.handlers import Handlers
from kiosk.services.wire.problem import Problem

MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class About:
    """What the kiosk knows of itself from its start; ``board`` is the Pi's model in its own words.

    ``board`` is None where the kiosk does not run on the machine that it shows.
    """

    kiosk: str = ""
    python: str = ""
    kivy: str = ""
    host: str = ""
    address: str = ""
    display: str = ""
    pixels: str = ""
    board: str | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A problem that was shown: last ``at`` (monotonic), by this machine's calendar ``when``.

    ``command`` is what it was met with: the command, the stream or the reading.
    """

    id: int
    command: str
    problem: Problem
    at: float
    when: float
    times: int = 1


@dataclass(frozen=True, slots=True)
class Support:
    """Problems with the newest first; ``step`` is what saving is at, ``saved`` the last file.

    ``findings`` are empty until the machine was looked at.
    """

    about: About = field(default_factory=About)
    problems: tuple[Noted, ...] = ()
    step: str = ""
    saved: str = ""
    findings: tuple[Finding, ...] = ()

    def problem(self, subject: str | None) -> Noted | None:
        """Return the problem of that id; None when newer ones have taken its place."""
        return next((noted for noted in self.problems if str(noted.id) == subject), None)


@dataclass(frozen=True, slots=True)
class AboutKnown:
    """The kiosk has started."""

    about: About


@dataclass(frozen=True, slots=True)
class ProblemNoted:
    """A problem was shown; ``when`` is wall seconds."""

    command: str
    problem: Problem
    at: float
    when: float


@dataclass(frozen=True, slots=True)
class BundleStep:
    """Saving has come to this step, a message id; "" when it is over."""

    step: str


@dataclass(frozen=True, slots=True)
class BundleSaved:
    """The bundle is on the stick, whole, under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What the kiosk needs of its machine was looked at."""

    findings: tuple[Finding, ...]


SupportAction = AboutKnown | ProblemNoted | BundleStep | BundleSaved | Examined


def about_known(support: Support, action: AboutKnown) -> Support:
    """Keep it for the Help screen."""
    return updated(support, about=action.about)


def problem_noted(support: Support, action: ProblemNoted) -> Support:
    """Put the problem first; the same one once more only counts up, and keeps its id."""
    problems = support.problems
    mark = _mark(action.command, action.problem)
    same = next((old for old in problems if _mark(old.command, old.problem) == mark), None)
    number = same.id if same else 1 + max((old.id for old in problems), default=0)
    times = same.times + 1 if same else 1
    noted = Noted(number, action.command, action.problem, action.at, action.when, times)
    others = tuple(old for old in problems if old is not same)
    return updated(support, problems=(noted, *others)[:MAX_PROBLEMS])


def bundle_step(support: Support, action: BundleStep) -> Support:
    """Say what is being done."""
    return updated(support, step=action.step)


def bundle_saved(support: Support, action: BundleSaved) -> Support:
    """Say how the file is called."""
    return updated(support, saved=action.name)


def examined(support: Support, action: Examined) -> Support:
    """Keep what was found for the Help screen."""
    return updated(support, findings=action.findings)


def _mark(command: str, problem: Problem) -> tuple[object, ...]:
    return command, problem.kind, problem.code, problem.http_status


HANDLERS: Handlers[Support] = {
    AboutKnown: about_known,
    ProblemNoted: problem_noted,
    BundleStep: bundle_step,
    BundleSaved: bundle_saved,
    Examined: examined,
}
