"""The API key while the kiosk runs: asked for with each request, a new one counts at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from pydantic import SecretStr

from kiosk.services.client.timing import Clock
from kiosk.services.runtime.keyfile import KeyFile
from kiosk.services.state.model import State

# How often the files are looked at while nothing is asked for, as after a refused key.
LOOK_SECONDS = 5.0

_log = logging.getLogger("kiosk.key")


class KeyHolder:
    """Holds the key that was entered, else that of the settings, else the one kept on this Pi.

    ``given`` is the file that the settings name or systemd's credential; written anew, it counts
    more than what was entered before. ``kept`` is the file for a key that outlives the kiosk. What
    was entered is in memory only, unless it is to be kept.
    """

    def __init__(
        self,
        entered: SecretStr | None = None,
        *,
        given: Path | None = None,
        kept: Path | None = None,
    ) -> None:
        self._given = None if given is None else KeyFile(given)
        self._kept = None if kept is None else KeyFile(kept, private=True)
        self._keeping = asyncio.Lock()
        self._enter(entered)
        self._known = self._current()

    def get(self) -> str | None:
        """Return the key as it goes into the header, or None."""
        key = self._current()
        return key.get_secret_value() if key is not None else None

    @property
    def is_kept(self) -> bool:
        """Return whether a key is kept on this Pi."""
        return _read(self._kept) is not None

    def set(self, text: str) -> None:
        """Take a new key; blanks around it would be refused as a header."""
        stripped = text.strip()
        self._enter(SecretStr(stripped) if stripped else None)
        self._known = self._current()

    async def keep(self, *, wanted: bool) -> bool:
        """Keep the entered key on this Pi, or none any more; return whether that was done.

        The key of the moment goes on counting either way.
        """
        if self._kept is None:
            return not wanted
        if not _read(self._given):
            self._enter(self._entered or _read(self._kept))
        async with self._keeping:
            try:
                if wanted and self._entered:
                    await asyncio.to_thread(self._kept.write, self._entered)
                else:
                    await asyncio.to_thread(self._kept.remove)
            except OSError as error:
                _log.warning("the key on this Pi could not be changed: %s", error.strerror)
                return False
        return True

    async def watch(self, changed: Callable[[], None], clock: Clock) -> None:
        """Call ``changed`` whenever a file has another key that counts; runs until cancelled.

        A kiosk whose key was refused asks no more by itself, so nobody else would look.
        """
        while True:
            await clock.sleep(LOOK_SECONDS)
            if (key := self._current()) != self._known:
                self._known = key
                changed()

    def _enter(self, key: SecretStr | None) -> None:
        _read(self._given)
        self._entered = key
        self._given_then = _version(self._given)

    def _current(self) -> SecretStr | None:
        given = _read(self._given)
        if given and _version(self._given) != self._given_then:
            self._entered = None
        return self._entered or given or _read(self._kept)


def secrets_of(state: State, key: KeyHolder) -> list[str]:
    """Return the secrets that are known at the moment: nothing that is written may hold one."""
    joining = state.machine.joining
    typed = [state.form.password, state.editor.text, *([joining.password] if joining else [])]
    return [key.get() or "", *(secret.get_secret_value() for secret in typed)]


def _read(file: KeyFile | None) -> SecretStr | None:
    return file.read() if file is not None else None


def _version(file: KeyFile | None) -> tuple[int, ...] | None:
    return file.version if file is not None else None
