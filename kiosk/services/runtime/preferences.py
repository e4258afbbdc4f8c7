"""What was set on the panel, in a file of its own: read before the kiosk starts, written by it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kiosk.services.runtime import pin, private_file

# Far more than all settings: a wrong file must not be read whole.
_LONGEST = 65_536

_log = logging.getLogger("kiosk.preferences")


class PanelFileError(Exception):
    """The file is there but says nothing that can be used; the text quotes nothing of it."""


def read(path: Path) -> dict[str, Any]:
    """Return what the file says, nothing where there is none. Raises PanelFileError."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            return tomllib.loads(file.read(_LONGEST).decode())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise PanelFileError(error.strerror or type(error).__name__) from None
    except UnicodeDecodeError:
        raise PanelFileError("it is not text") from None
    except tomllib.TOMLDecodeError:
        raise PanelFileError("it is not valid TOML") from None


def as_toml(values: Mapping[str, Any]) -> str:
    """Return texts, numbers, switches and tables of them as TOML, which reads as JSON there."""
    tables = {name: value for name, value in values.items() if isinstance(value, Mapping)}
    lines = [_line(name, value) for name, value in values.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(_line(key, value) for key, value in table.items())]
    return "\n".join(["# Written by the kiosk: what was set on its panel.", *lines, ""])


def _line(name: str, value: str | int | bool) -> str:
    return f"{name} = {json.dumps(value)}"


class PreferenceKeeper:
    """Keeps what is set on the panel, one change after another.

    ``values`` is the part of the file that is right; a file that is not so as a whole, or cannot
    be read, was ``broken`` and is put aside before the first of them is written.
    """

    def __init__(
        self, path: Path, values: Mapping[str, Any], *, pin_hash: str | None, broken: bool = False
    ) -> None:
        self.path = path
        self._values: dict[str, Any] = dict(values)
        self._pin_hash = pin_hash
        self._broken = broken
        self._writing = asyncio.Lock()

    async def mend(self) -> bool:
        """Put a broken file aside and keep what was right in it; return whether it was broken."""
        if not self._broken:
            return False
        aside = self.path.with_name(f"{self.path.name}.broken")
        _log.warning("%s is wrong and is put aside as %s", self.path, aside.name)
        try:
            await asyncio.to_thread(self.path.replace, aside)
        except OSError as error:
            _log.warning("%s could not be put aside: %s", self.path, error.strerror)
        else:
            if self._values:
                await self._write()
        return True

    async def keep(self, name: str, value: str | int | bool) -> bool:
        """Keep a setting for the next start; return whether that was done. It counts either way."""
        self._values[name] = value
        return await self._write()

    async def keep_feature(self, name: str, *, on: bool) -> bool:
        """Keep whether a feature is used."""
        self._values["features"] = {**self._values.get("features", {}), name: on}
        return await self._write()

    async def set_pin(self, text: str | None) -> bool:
        """Have this PIN from now on, or none."""
        self._pin_hash = await asyncio.to_thread(pin.hashed, text) if text else ""
        return await self.keep("pin_hash", self._pin_hash)

    async def is_pin(self, text: str) -> bool:
        """Return whether this is the PIN."""
        return await asyncio.to_thread(pin.matches, text, self._pin_hash or "")

    async def _write(self) -> bool:
        async with self._writing:
            data = as_toml(self._values).encode()
            try:
                await asyncio.to_thread(private_file.write, self.path, data)
            except OSError as error:
                _log.warning("%s could not be written: %s", self.path, error.strerror)
                return False
        return True
