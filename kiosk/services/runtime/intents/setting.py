"""What a person sets on the panel: it counts at once, and is kept for the next start."""

from __future__ import annotations

from collections.abc import Awaitable

from pydantic import SecretStr

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.state import actions as a
from kiosk.services.state import preferences as p
from kiosk.services.state.model import Editor, Notice
from kiosk.services.views import language
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_
from kiosk.services.wire.origin import origin

_KEEP = "keep_settings"
_NOT_KEPT = N_(
    "The change counts until the next start, but could not be kept: the disk is full or cannot be "
    "written."
)
_SESSION_RUNS = N_("A session is running. Stop it before you switch sessions off.")


class Setting(Hand):
    """The kiosk's own settings."""

    def touched(self) -> None:
        """Note that somebody is there."""
        self._services.dimming.touched()

    def choose_preference(self, name: str, value: str) -> None:
        """Set one of the settings that have a list of choices, and leave that list."""
        self._set(name, next(choice for choice in p.CHOICES[name] if str(choice) == value))
        self._store.dispatch(a.WentBack())

    def darker(self) -> None:
        """Make the panel one step darker."""
        self._step_brightness(-1)

    def brighter(self) -> None:
        """Make the panel one step brighter."""
        self._step_brightness(1)

    def toggle_sound(self) -> None:
        """Have sounds, or none."""
        self._set("sound", not self._state.preferences.sound)

    def toggle_feature(self, name: str) -> None:
        """Use a feature of the service, or leave it alone; not sessions while one runs."""
        feature, batch = Feature(name), self._state.batch
        on = feature in self._state.off
        if feature is Feature.BATCH and not on and batch is not None and batch.ended_at is None:
            self._store.dispatch(a.CommandEnded(_KEEP, Notice(_KEEP, text=_SESSION_RUNS)))
            return
        self._store.dispatch(p.FeatureSwitched(feature, on))
        self._keep(self._services.preferences.keep_feature(name, on=on))

    def edit_address(self) -> None:
        """Type where PiOrchestrator is."""
        address = SecretStr(self._state.preferences.base_url)
        self._store.dispatch(a.FieldOpened("address", address))

    def accept_address(self, editor: Editor) -> None:
        """Ask there from the next start on."""
        self._set("base_url", origin(editor.text.get_secret_value()))

    def edit_new_pin(self) -> None:
        """Type the PIN that the settings will be behind."""
        self._store.dispatch(a.FieldOpened("new_pin"))

    def accept_new_pin(self, editor: Editor) -> None:
        """Have this PIN from now on."""
        self._keep(self._set_pin(editor.text.get_secret_value()))

    def remove_pin(self) -> None:
        """Have no PIN any more."""
        self._store.dispatch(a.WentBack())
        self._keep(self._set_pin(None))

    def restart(self) -> None:
        """End the kiosk, for whoever runs it to start it again with the new settings."""
        self._services.end()

    def _step_brightness(self, direction: int) -> None:
        steps = p.CHOICES["brightness"]
        at = steps.index(self._state.preferences.brightness) + direction
        self._set("brightness", steps[min(len(steps) - 1, max(0, at))])

    def _set(self, name: str, value: p.Value) -> None:
        if name == "lang":
            language.use(str(value))
        self._store.dispatch(p.PreferenceChanged(name, value))
        self._keep(self._services.preferences.keep(name, value))

    async def _set_pin(self, text: str | None) -> bool:
        done = await self._services.preferences.set_pin(text)
        self._store.dispatch(p.PreferenceChanged("has_pin", text is not None))
        return done

    def _keep(self, keeping: Awaitable[bool]) -> None:
        # Not void while an older change is being written: the file gets each of them.
        self._run(_KEEP, self._kept(keeping))

    async def _kept(self, keeping: Awaitable[bool]) -> None:
        if not await keeping:
            self._store.dispatch(a.CommandEnded(_KEEP, Notice(_KEEP, text=_NOT_KEPT)))
