"""The session: its network and time-outs, its beginning, its devices, its end."""

from __future__ import annotations

from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state.fields import error_of
from kiosk.services.state.form import STEP_SECONDS
from kiosk.services.state.model import Batch, Field, Route, Shown, Step
from kiosk.services.views.order import failed, waiting


class Provisioning(Hand):
    """What changes the session and its devices."""

    def open_networks(self) -> None:
        """Open the list of networks, and scan when there is none yet."""
        self._store.dispatch(a.Opened(Route.NETWORKS))
        if self._state.scan.networks is None:
            self.scan()

    def choose_network(self, ssid: str) -> None:
        """Take a network of the scan as the target."""
        self._store.dispatch(a.NetworkChosen(ssid))

    def step_timeout(self, step: Step, direction: int) -> None:
        """Make a time-out a step shorter or longer."""
        self._store.dispatch(a.TimeoutStepped(step, direction * STEP_SECONDS))

    def start(self) -> None:
        """Start a session with what the form says, if that can be used."""
        form = self._state.form
        fields: tuple[tuple[Field, str], ...] = (
            ("ssid", form.ssid),
            ("password", form.password.get_secret_value()),
        )
        errors = tuple((field, error_of(field, text)) for field, text in fields)
        wrong = tuple((field, error) for field, error in errors if error)
        if wrong:
            self._store.dispatch(a.FormRefused(wrong))
            return
        if "resume" not in self._state.busy:
            self._spawn("start", self._commands.start(form.ssid, form.password, form.config()))

    def provision_all(self) -> None:
        """Have all waiting devices set up."""
        batch = self._running
        macs = waiting(batch, self._clock.monotonic()) if batch else ()
        if batch and macs:
            self._spawn("provision_all", self._commands.provision_all(batch.session.id, macs))

    def retry_failed(self) -> None:
        """Retry all failed devices, but none that is being asked for by itself just now."""
        batch = self._running
        macs = failed(batch, self._clock.monotonic()) if batch else ()
        macs = tuple(mac for mac in macs if f"retry:{mac}" not in self._state.busy)
        if batch and macs:
            self._spawn("retry_failed", self._commands.retry_failed(batch.session.id, macs))

    def provision(self, mac: str) -> None:
        """Have one device set up."""
        if (batch := self._running) and "provision_all" not in self._state.busy:
            self._spawn(f"provision:{mac}", self._commands.provision(batch.session.id, mac))

    def retry(self, mac: str) -> None:
        """Retry one failed device."""
        if (batch := self._running) and "retry_failed" not in self._state.busy:
            self._spawn(f"retry:{mac}", self._commands.retry(batch.session.id, mac))

    def skip(self, mac: str) -> None:
        """Leave one device out of the session."""
        if batch := self._running:
            self._spawn(f"skip:{mac}", self._commands.skip(batch.session.id, mac))

    def pause(self) -> None:
        """Hold the session."""
        if batch := self._running:
            self._spawn("pause", self._commands.pause(batch.session.id))

    def unpause(self) -> None:
        """Let the session go on."""
        if batch := self._running:
            self._spawn("unpause", self._commands.unpause(batch.session.id))

    def show_devices(self, shown: Shown) -> None:
        """Show only these devices, or all."""
        self._store.dispatch(a.DevicesFiltered(shown))

    def stop(self) -> None:
        """End the session."""
        if batch := self._running:
            self._spawn("stop", self._commands.stop(batch.session.id))

    def scan(self) -> None:
        """Scan for networks, not more often than the service allows."""
        if self._clock.monotonic() >= self._state.scan.next_at:
            self._spawn("scan", self._commands.scan())

    def leave_summary(self) -> None:
        """Go back to the start screen."""
        self._store.dispatch(a.SessionLeft())
        self._services.presence.look_now()

    @property
    def _commands(self) -> Commands:
        return self._services.commands

    @property
    def _running(self) -> Batch | None:
        """Return the open session; a tap may come a frame after it has ended."""
        batch = self._state.batch
        return batch if batch is not None and batch.ended_at is None else None
