"""The settings file as it was when a service last started with it.

Nobody stands beside the machine to read an error: a service goes on with that one when the file is
wrong, and says so on the panel.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.services.runtime import private_file
from kiosk.settings import Settings, SettingsError, config_file, service_state_dir

_NAME = "kiosk.toml.good"

_log = logging.getLogger("kiosk.settings")


def loaded(read: Callable[[Path | None], Settings], config: Path | None) -> Settings:
    """Return what ``read`` makes of the file ``config``, or of the last good one if that is wrong.

    Raises SettingsError where that does not help, or where systemd gives no folder to keep it in.
    """
    folder = service_state_dir()
    good = folder / _NAME if folder is not None else None
    try:
        settings = read(config)
    except SettingsError as error:
        if good is None or not good.is_file():
            raise
        try:
            settings = read(good)
        except SettingsError:
            # Not the file is wrong, or not it alone.
            raise error from None
        _log.warning("%s; the settings file of the last start counts", error)
        return settings.in_place_of(error)
    if good is not None:
        _keep(good)
    return settings


def _keep(good: Path) -> None:
    try:
        data = config_file().read_bytes()
        if not good.is_file() or good.read_bytes() != data:
            private_file.write(good, data)
    except FileNotFoundError:
        return  # there is none, and the defaults count
    except OSError as error:
        _log.warning("the settings file could not be kept: %s", error.strerror)
