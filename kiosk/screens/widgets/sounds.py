"""A click for a tap and another sound for an error, where there is something to play them on."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.screens.widgets.pressable import Pressable

_DEVICES = Path("/dev/snd")
_FOLDER = Path(__file__).parents[2] / "assets" / "sounds"

_log = logging.getLogger("kiosk.sounds")


class Sounds:
    """Silent until switched on, and wherever nothing can be played."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] | None = None
        self._on = False

    def switch(self, *, on: bool) -> None:
        """Begin or cease; the sounds are loaded when they are first wanted."""
        if on is self._on:
            return
        self._on = on
        if on:
            Window.bind(on_touch_down=self._touched)
        else:
            Window.unbind(on_touch_down=self._touched)

    def alarm(self) -> None:
        """Say that something went wrong."""
        if self._on:
            self._play("error")

    def _touched(self, _window: Any, touch: Any) -> None:
        # The window's own dispatch comes after this; then it is known what the finger took hold of.
        Clock.schedule_once(partial(self._click, touch), -1)

    def _click(self, touch: Any, _dt: float) -> None:
        if any(isinstance(reference(), Pressable) for reference in touch.grab_list):
            self._play("click")

    def _play(self, name: str) -> None:
        try:
            if self._loaded is None:
                self._loaded = _load()
            if sound := self._loaded.get(name):
                sound.play()
        except Exception:  # noqa: BLE001 - whatever an audio driver fails with, a tap is a tap
            _log.warning("no sound can be played", exc_info=True)
            self._loaded = {}


def _load() -> dict[str, Any]:
    # Without anything to play on, the audio libraries only fill the log.
    if not any(_DEVICES.glob("pcm*p")):
        return {}
    from kivy.core.audio import SoundLoader  # noqa: PLC0415 - opens the audio device

    return {name: SoundLoader.load(str(_FOLDER / f"{name}.wav")) for name in ("click", "error")}
