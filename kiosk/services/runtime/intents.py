"""What every tap and key means: an action at once, or a command that goes on in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from kiosk.services.client.timing import Clock
from kiosk.services.runtime.commands import Commands
from kiosk.services.runtime.key import KeyHolder
from kiosk.services.runtime.presence import Presence
from kiosk.services.runtime.session import SessionSupervisor
from kiosk.services.state import actions as a
from kiosk.services.state.form import STEP_SECONDS
from kiosk.services.state.model import Batch, Field, Notice, Route, State, Step
from kiosk.services.state.store import Store
from kiosk.services.views.devices import failed, waiting
from kiosk.services.wire.checks import check_password, check_ssid, refusal
from kiosk.services.wire.codes import sentence
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Problem

_EMPTY: dict[Field, str] = {
    "ssid": N_("Choose a network first."),
    "password": N_("Enter the password first."),
    "api_key": N_("Enter the key first."),
}

_NOT_KEPT = N_("The key counts, but could not be kept: the disk is full or cannot be written.")
_STILL_KEPT = N_("The key is still kept on this Pi: the disk cannot be written.")

_log = logging.getLogger("kiosk.intents")


class Intents:
    """The one thing that screens call. Nothing here waits; a second tap on a busy one is void."""

    def __init__(
        self,
        store: Store,
        commands: Commands,
        session: SessionSupervisor,
        presence: Presence,
        key: KeyHolder,
        *,
        clock: Clock,
    ) -> None:
        self._store = store
        self._commands = commands
        self._session = session
        self._presence = presence
        self._key = key
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    async def finish(self) -> None:
        """Let the commands under way come to their end; a cancelled request would be a guess."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)

    # Where to look

    def open_networks(self) -> None:
        """Open the list of networks, and scan when there is none yet."""
        self._store.dispatch(a.Opened(Route.NETWORKS))
        if self._state.scan.networks is None:
            self.scan()

    def open_timeouts(self) -> None:
        """Open the session's time-outs."""
        self._store.dispatch(a.Opened(Route.TIMEOUTS))

    def open_device(self, mac: str) -> None:
        """Open one device's sheet."""
        self._store.dispatch(a.Opened(Route.DEVICE, mac))

    def back(self) -> None:
        """Leave the sheet."""
        self._store.dispatch(a.WentBack())

    def toggle_details(self) -> None:
        """Open or close the technical part."""
        self._store.dispatch(a.DetailsToggled())

    def dismiss(self) -> None:
        """Take the notice away."""
        self._store.dispatch(a.NoticeDismissed())

    # What to type

    def edit_ssid(self) -> None:
        """Type the network's name."""
        self._store.dispatch(a.FieldOpened("ssid"))

    def edit_password(self) -> None:
        """Type the network's password."""
        self._store.dispatch(a.FieldOpened("password"))

    def edit_api_key(self) -> None:
        """Type the key of PiOrchestrator."""
        self._store.dispatch(a.FieldOpened("api_key"))

    def type_text(self, text: str) -> None:
        """Take characters, while the editor is open."""
        if self._state.navigation.route is Route.EDITOR:
            self._store.dispatch(a.Typed(text))

    def erase(self) -> None:
        """Take the last character away."""
        self._store.dispatch(a.Erased())

    def toggle_shown(self) -> None:
        """Show or hide what was typed."""
        self._store.dispatch(a.TextShown())

    def toggle_capitals(self) -> None:
        """Make the next letter a capital, or not."""
        self._store.dispatch(a.CapitalsToggled())

    def toggle_keep(self) -> None:
        """Have the key kept on this Pi, or not."""
        self._store.dispatch(a.KeepToggled())

    def turn_page(self) -> None:
        """Go to the keyboard's next page."""
        self._store.dispatch(a.PageTurned())

    def accept(self) -> None:
        """Take what was typed, if it can be used; otherwise say why and lose nothing."""
        if self._state.navigation.route is not Route.EDITOR:
            return
        editor = self._state.editor
        text = editor.text.get_secret_value()
        is_key = editor.field == "api_key"
        only_forgets = is_key and not text and self._state.key_kept and not editor.keep
        error = "" if only_forgets else _error_of(editor.field, text)
        if error:
            self._store.dispatch(a.FieldRefused(editor.field, error))
            return
        self._store.dispatch(a.FieldAccepted())
        if is_key:
            self._take_key(text, keep=editor.keep)

    def key_replaced(self) -> None:
        """Go on with the key that its file holds now."""
        self._store.dispatch(a.KeyChanged(known=self._key.get() is not None))
        self.retry_now()

    def choose_network(self, ssid: str) -> None:
        """Take a network of the scan as the target."""
        self._store.dispatch(a.NetworkChosen(ssid))

    def step_timeout(self, step: Step, direction: int) -> None:
        """Make a time-out a step shorter or longer."""
        self._store.dispatch(a.TimeoutStepped(step, direction * STEP_SECONDS))

    # What to do

    def start(self) -> None:
        """Start a session with what the form says, if that can be used."""
        form = self._state.form
        fields: tuple[tuple[Field, str], ...] = (
            ("ssid", form.ssid),
            ("password", form.password.get_secret_value()),
        )
        errors = tuple((field, _error_of(field, text)) for field, text in fields)
        wrong = tuple((field, error) for field, error in errors if error)
        if wrong:
            self._store.dispatch(a.FormRefused(wrong))
            return
        if "resume" not in self._state.busy:
            self._spawn("start", self._commands.start(form.ssid, form.password, form.config()))

    def resume(self, session_id: str) -> None:
        """Resume an unfinished session."""
        if "start" not in self._state.busy:
            self._spawn("resume", self._commands.resume(session_id))

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

    def stop(self) -> None:
        """End the session."""
        if batch := self._running:
            self._spawn("stop", self._commands.stop(batch.session.id))

    def again(self) -> None:
        """Do once more what the notice is about."""
        notice = self._state.notice
        if notice is None:
            return
        self._store.dispatch(a.NoticeDismissed())
        command, _, mac = notice.command.partition(":")
        arguments = (mac,) if mac else notice.arguments
        getattr(self, command)(*arguments)

    def scan(self) -> None:
        """Scan for networks, not more often than the service allows."""
        scan = self._state.scan
        if not scan.running and self._clock.monotonic() >= scan.next_at:
            self._store.dispatch(a.ScanStarted())
            self._spawn("scan", self._commands.scan())

    def retry_now(self) -> None:
        """Ask the service again at once."""
        if self._state.batch is None:
            self._presence.look_now()
        else:
            self._session.retry_now()

    def leave_summary(self) -> None:
        """Go back to the start screen."""
        self._store.dispatch(a.SessionLeft())
        self._presence.look_now()

    @property
    def _state(self) -> State:
        return self._store.state

    @property
    def _running(self) -> Batch | None:
        """Return the open session; a tap may come a frame after it has ended."""
        batch = self._state.batch
        return batch if batch is not None and batch.ended_at is None else None

    def _take_key(self, text: str, *, keep: bool) -> None:
        if text:
            self._key.set(text)
            self._store.dispatch(a.KeyChanged(known=True))
            self.retry_now()
        if keep or self._state.key_kept:
            # Not void while an older one is being written: the last wish is the one that counts.
            self._run("keep_key", self._keep_key(wanted=keep))

    async def _keep_key(self, *, wanted: bool) -> None:
        done = await self._key.keep(wanted=wanted)
        self._store.dispatch(a.KeyKept(self._key.is_kept))
        if not done:
            notice = Notice("keep_key", text=_NOT_KEPT if wanted else _STILL_KEPT)
            self._store.dispatch(a.CommandEnded("keep_key", notice))

    def _spawn(self, command: str, work: Coroutine[Any, Any, None]) -> None:
        if command in self._state.busy:
            work.close()
        else:
            self._run(command, work)

    def _run(self, command: str, work: Coroutine[Any, Any, None]) -> None:
        self._store.dispatch(a.CommandStarted(command))
        task = asyncio.get_running_loop().create_task(work, name=command)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        # Whatever became of it, its button is free again; unless it was tapped anew meanwhile.
        if all(other.get_name() != task.get_name() for other in self._tasks):
            self._store.dispatch(a.CommandEnded(task.get_name()))
        if not task.cancelled() and task.exception() is not None:
            _log.error("%s broke", task.get_name(), exc_info=task.exception())


def _error_of(field: Field, text: str) -> str:
    """Return the message id of what is wrong with a field's text; empty when nothing is."""
    # A Wi-Fi may be called, and locked with, nothing but blanks; a key may not.
    if not (text.strip() if field == "api_key" else text):
        return _EMPTY[field]
    check = {"ssid": check_ssid, "password": check_password, "api_key": _check_key}[field]
    problem = check(text)
    return "" if problem is None else sentence(problem)


def _check_key(key: str) -> Problem | None:
    """Return the problem of a key that no header takes; at the field it can still be corrected."""
    text = key.strip()
    return None if text.isascii() and text.isprintable() else refusal("KEY_FORM", "not a key")
