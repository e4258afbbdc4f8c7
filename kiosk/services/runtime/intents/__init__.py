"""What every tap and key means: an action at once, or a command that goes on in the background."""

from __future__ import annotations

from kiosk.services.runtime.intents.hand import Services
from kiosk.services.runtime.intents.locking import Locking
from kiosk.services.runtime.intents.logs import Logs
from kiosk.services.runtime.intents.machine import Machine
from kiosk.services.runtime.intents.provisioning import Provisioning
from kiosk.services.runtime.intents.scanning import Scanning
from kiosk.services.runtime.intents.sessions import Sessions
from kiosk.services.runtime.intents.setting import Setting
from kiosk.services.runtime.intents.support import Support

__all__ = ["Intents", "Services"]


class Intents(Locking, Scanning, Provisioning, Machine, Sessions, Support, Logs, Setting):
    """The one thing that screens call."""
