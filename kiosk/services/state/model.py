"""What the kiosk knows, as frozen values. Times are seconds of the monotonic clock unless said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import SecretStr

from kiosk.services.state.approving import Approving
from kiosk.services.state.feed import ConnectionState
from kiosk.services.state.journal import JournalState
from kiosk.services.state.logs import Logs
from kiosk.services.state.machine import Allowlist, Machine, Recovery
from kiosk.services.state.monitoring import Monitor
from kiosk.services.state.preferences import Lock, Preferences
from kiosk.services.state.support import Support
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Problem
from kiosk.services.wire.provisioning import NetworkStatus, Session, SessionConfig
from kiosk.services.wire.wifi import WifiNetwork

Field = Literal[
    "ssid",
    "password",
    "api_key",
    "mac",
    "description",
    "container",
    "wifi_name",
    "wifi_password",
    "totp",
    "host",
    "setting",
    "setting_number",
    "setting_secret",
    "address",
    "pin",
    "new_pin",
]
Step = Literal["discovery", "provisioning", "verification"]
Presence = Literal["connecting", "ready", "absent"]
Shown = Literal["all", "problems", "waiting", "busy", "ready"]

NOTHING = SecretStr("")


class Route(StrEnum):
    """The screens; each value is the base name of its kv, screen, view and test."""

    START = "start"
    NETWORKS = "networks"
    TIMEOUTS = "timeouts"
    EDITOR = "editor"
    MENU = "menu"
    LOGS = "logs"
    LOG_LINE = "log_line"
    HEALTH = "health"
    HELP = "help"
    PROBLEM = "problem"
    PROVISION = "provision"
    DEVICE = "device"
    SESSION = "session"
    SUMMARY = "summary"
    ALLOWLIST = "allowlist"
    APPROVAL = "approval"
    APPROVE = "approve"
    SESSIONS = "sessions"
    PAST = "past"
    WIFI = "wifi"
    WIFI_JOIN = "wifi_join"
    CAMERAS = "cameras"
    CAMERA = "camera"
    PLACE = "place"
    PAIR = "pair"
    DOOR = "door"
    CHECKS = "checks"
    CONFIG = "config"
    SETTING = "setting"
    SETTINGS = "settings"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Navigation:
    """Where the person is: a screen, or a sheet over the screen or sheet that is its parent.

    ``subject`` is what a sheet is about: a device's MAC, a camera's id, a setting's key.
    """

    route: Route = Route.START
    parent: Navigation | None = None
    subject: str | None = None
    details: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What the person has entered; kept for the next session, never written to disk."""

    ssid: str = ""
    password: SecretStr = NOTHING
    # It comes from a file or a code: who stands here need not know it, and is not shown it.
    password_given: bool = False
    discovery: int = 60
    provisioning: int = 120
    verification: int = 90
    errors: Mapping[Field, str] = field(default_factory=lambda: MappingProxyType({}))

    def config(self) -> SessionConfig:
        """Return the three time-outs, in seconds, as the service wants them."""
        return SessionConfig(
            discovery_timeout_seconds=self.discovery,
            provisioning_timeout_seconds=self.provisioning,
            verification_timeout_seconds=self.verification,
        )


@dataclass(frozen=True, slots=True)
class Editor:
    """One field that fills the screen while it is typed; ``title`` says which, where many are."""

    field: Field = "ssid"
    title: str = ""
    text: SecretStr = NOTHING
    shown: bool = True
    capitals: bool = False
    page: int = 0
    error: str = ""
    # Whether the key is to outlive the kiosk.
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """PiOrchestrator as seen without a stream: is it there, what can be resumed.

    ``epoch`` is the server's wall clock, in seconds, at zero of our monotonic one.
    """

    presence: Presence = "connecting"
    problem: Problem | None = None
    retry_at: float | None = None
    recoverable: tuple[Session, ...] = ()
    network: NetworkStatus | None = None
    updated_at: float | None = None
    epoch: float | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """The last Wi-Fi scan and when the next one is allowed."""

    networks: tuple[WifiNetwork, ...] | None = None
    problem: Problem | None = None
    next_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Device:
    """One camera of the session. None is unknown, never false."""

    mac: str
    state: str = "discovered"
    name: str | None = None
    ip: str | None = None
    rssi: int | None = None
    firmware_version: str | None = None
    in_allowlist: bool | None = None
    container_id: str | None = None
    retry_count: int = 0
    progress: int | None = None
    error: str | None = None
    changed_at: datetime | None = None
    provisioned_at: datetime | None = None
    verified_at: datetime | None = None
    asked_at: float | None = None
    refusal: Problem | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """The provisioning stream; only ``live`` means that what is shown is so now."""

    state: ConnectionState = "connecting"
    problem: Problem | None = None
    retry_at: float | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The open session and its devices."""

    session: Session
    devices: MappingProxyType[str, Device] = field(default_factory=lambda: MappingProxyType({}))
    network: NetworkStatus | None = None
    connection: Connection = field(default_factory=Connection)
    loaded: bool = False
    updated_at: float | None = None
    started_at: float | None = None
    deadline: float | None = None
    # When the devices now under way were first asked for, and how many were ready before that.
    first_asked_at: float | None = None
    ready_before: int = 0
    ended_at: float | None = None
    outcome: str | None = None
    # Whether the devices are shown as the end of the session left them.
    is_final: bool = False
    unknown_events: int = 0
    # The answer that the snapshot came with, for support.
    correlation_id: str | None = None
    # Which of the devices are in sight.
    shown: Shown = "all"

    @property
    def is_paused(self) -> bool:
        """Return whether the service holds the session."""
        return self.session.state == "paused" and self.ended_at is None

    @property
    def is_sure(self) -> bool:
        """Return whether the devices are shown as they are, or were at the session's end."""
        return self.connection.state == "live" if self.ended_at is None else self.is_final

    def is_meant_by(self, session_id: str | None) -> bool:
        """Return whether an event is about this session; one without an id is."""
        return session_id is None or session_id in {"", self.session.id}


@dataclass(frozen=True, slots=True)
class Notice:
    """What went wrong, or went differently, with something the person asked for."""

    command: str
    problem: Problem | None = None
    text: str = ""
    retry_at: float | None = None
    arguments: tuple[str, ...] = ()
    numbers: Mapping[str, int | str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class State:
    """Everything; a screen shows a function of it."""

    navigation: Navigation = field(default_factory=Navigation)
    form: Form = field(default_factory=Form)
    editor: Editor = field(default_factory=Editor)
    service: Service = field(default_factory=Service)
    scan: Scan = field(default_factory=Scan)
    batch: Batch | None = None
    allowlist: Allowlist = field(default_factory=Allowlist)
    approving: Approving = field(default_factory=Approving)
    recovery: Recovery = field(default_factory=Recovery)
    machine: Machine = field(default_factory=Machine)
    monitor: Monitor = field(default_factory=Monitor)
    support: Support = field(default_factory=Support)
    journal: JournalState = field(default_factory=JournalState)
    logs: Logs = field(default_factory=Logs)
    off: frozenset[Feature] = frozenset()
    preferences: Preferences = field(default_factory=Preferences)
    lock: Lock = field(default_factory=Lock)
    dimmed: bool = False
    notice: Notice | None = None
    busy: frozenset[str] = frozenset()
    # Commands that this service turned out not to offer.
    lacking: frozenset[str] = frozenset()
    key_known: bool = False
    key_kept: bool = False

    def open_batch(self) -> Batch:
        """Return the open session; raises LookupError where there is none to show."""
        if self.batch is None:
            raise LookupError("no session is open")
        return self.batch
