"""What can happen, as values. Feed events are actions too: see ``feed`` and ``wire.events``.

Every ``at`` is seconds of the monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from kiosk.services.state.approving import ApprovingAction
from kiosk.services.state.feed import FeedEvent
from kiosk.services.state.journal import JournalAction
from kiosk.services.state.known import ReadAction
from kiosk.services.state.logs import LogAction
from kiosk.services.state.machine import MachineAction
from kiosk.services.state.model import NOTHING, Field, Notice, Route, Shown, Step
from kiosk.services.state.monitoring import MonitorEvent
from kiosk.services.state.preferences import PanelAction
from kiosk.services.state.support import SupportAction
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session
from kiosk.services.wire.wifi import WifiNetwork


@dataclass(frozen=True, slots=True)
class Opened:
    """A screen was opened; with ``subject``, the sheet about that."""

    route: Route
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class WentBack:
    """The sheet was left for the screen under it; an editor's text is dropped."""


@dataclass(frozen=True, slots=True)
class DetailsToggled:
    """Code, correlation id and the like were asked for, or enough of."""


@dataclass(frozen=True, slots=True)
class TargetKnown:
    """The settings or a scanned code name the target network, so that nobody needs to type it."""

    ssid: str
    password: SecretStr | None


@dataclass(frozen=True, slots=True)
class NetworkChosen:
    """A network of the scan was picked as the target."""

    ssid: str


@dataclass(frozen=True, slots=True)
class FieldOpened:
    """A field is to be typed; ``text`` and ``title`` are for fields that are one of many."""

    field: Field
    text: SecretStr = NOTHING
    title: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters came from the screen's keyboard, a real one or a scanner."""

    text: str


@dataclass(frozen=True, slots=True)
class Retyped:
    """The field holds this now: what a scanner typed into it was not meant so."""

    text: SecretStr


@dataclass(frozen=True, slots=True)
class Erased:
    """The last character is to go."""


@dataclass(frozen=True, slots=True)
class TextShown:
    """The eye beside a secret was tapped."""


@dataclass(frozen=True, slots=True)
class CapitalsToggled:
    """The shift key was tapped."""


@dataclass(frozen=True, slots=True)
class KeepToggled:
    """The key is to be kept on this Pi, or no more."""


@dataclass(frozen=True, slots=True)
class PageTurned:
    """The keyboard's next page was asked for."""


@dataclass(frozen=True, slots=True)
class FieldRefused:
    """What was typed is not acceptable; ``error`` is a message id."""

    field: Field
    error: str


@dataclass(frozen=True, slots=True)
class FieldAccepted:
    """What was typed becomes the field's value."""


@dataclass(frozen=True, slots=True)
class FormRefused:
    """The form cannot be sent; ``errors`` are message ids by field."""

    errors: tuple[tuple[Field, str], ...]


@dataclass(frozen=True, slots=True)
class TimeoutStepped:
    """One of the session's time-outs was made longer or shorter, in seconds."""

    step: Step
    seconds: int


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """Whether an API key is at hand now."""

    known: bool


@dataclass(frozen=True, slots=True)
class KeyKept:
    """Whether a key is on this Pi for the next start, as the disk says."""

    kept: bool


@dataclass(frozen=True, slots=True)
class ServiceReached:
    """PiOrchestrator answered with what the start screen needs; ``epoch`` as in ``Service``."""

    recoverable: tuple[Session, ...]
    network: NetworkStatus | None
    at: float
    epoch: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceFailed:
    """PiOrchestrator did not answer as it should; the next try is at ``retry_at``."""

    problem: Problem
    retry_at: float | None


@dataclass(frozen=True, slots=True)
class ServiceTried:
    """PiOrchestrator is being asked again."""


@dataclass(frozen=True, slots=True)
class ScanLoaded:
    """A Wi-Fi scan came back; the next is allowed at ``next_at``."""

    networks: tuple[WifiNetwork, ...]
    next_at: float


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """A Wi-Fi scan failed; the next is allowed at ``next_at``."""

    problem: Problem
    next_at: float


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session was started, resumed or found running; its stream is about to open."""

    session: Session
    at: float


@dataclass(frozen=True, slots=True)
class ClockAligned:
    """The server's times of the session on our monotonic clock."""

    started_at: float | None
    deadline: float | None


@dataclass(frozen=True, slots=True)
class Heard:
    """The stream last said something at ``at``; told when it falls silent."""

    at: float


@dataclass(frozen=True, slots=True)
class SessionStopped:
    """The service confirmed that the session is over; it may have ``listed`` what came of it."""

    session: Session | None
    outcome: str
    at: float
    listed: bool = False


@dataclass(frozen=True, slots=True)
class SessionLeft:
    """The summary was read, or the session is gone; back to the start screen."""

    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class DevicesAsked:
    """The service accepted to set these devices up; some may have ``failed`` before it said so."""

    at: float
    macs: tuple[str, ...]
    failed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DeviceRefused:
    """The service refused what was asked for one device."""

    mac: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class DevicesFiltered:
    """Only these devices are to be in sight."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class DeviceApproved:
    """The service confirmed that a device is approved."""

    mac: str


@dataclass(frozen=True, slots=True)
class CommandStarted:
    """A tap set off a call; its button waits."""

    command: str


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """The call is over; ``notice`` says so when it did not go as asked."""

    command: str
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class NoticeDismissed:
    """The notice was read."""


Action = (
    Opened
    | WentBack
    | DetailsToggled
    | TargetKnown
    | NetworkChosen
    | FieldOpened
    | Typed
    | Retyped
    | Erased
    | TextShown
    | CapitalsToggled
    | KeepToggled
    | PageTurned
    | FieldRefused
    | FieldAccepted
    | FormRefused
    | TimeoutStepped
    | KeyChanged
    | KeyKept
    | ServiceReached
    | ServiceFailed
    | ServiceTried
    | ScanLoaded
    | ScanFailed
    | SessionOpened
    | ClockAligned
    | Heard
    | SessionStopped
    | SessionLeft
    | DevicesAsked
    | DeviceRefused
    | DeviceApproved
    | DevicesFiltered
    | CommandStarted
    | CommandEnded
    | NoticeDismissed
    | ApprovingAction
    | FeedEvent
    | ReadAction
    | MachineAction
    | LogAction
    | JournalAction
    | MonitorEvent
    | PanelAction
    | SupportAction
)
