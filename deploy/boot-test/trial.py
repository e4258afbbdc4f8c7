"""A kiosk in a machine: what a technician sees and touches, and what support sees behind it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from machine import GuestError, Machine
from picture import Picture, Target

# A person's finger: long enough for a panel that is drawn by an emulated processor.
TAP_SECONDS = 0.15
HOLD_SECONDS = 1.6

# Between two looks: each takes something from a processor that the kiosk needs, too.
_PAUSE_SECONDS = 0.3
_LOOK_SECONDS = 1.0

# What is asked of one session, and not of all.
_OF_SESSION = re.compile(r"/batch/(?!start|network|events)([^/]+)")

Touch = Callable[[int, int, float], None]


class Trial:
    """Looks at the panel, touches it, and keeps pictures and figures in a folder."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self.folder = folder
        self.figures: dict[str, Any] = {}
        self._pictures = 0
        self._sessions: set[str] = set()
        self.touch: Touch = self.finger

    @cached_property
    def slowness(self) -> float:
        """Return what the waiting for a quick machine is multiplied by."""
        return self.machine.slowness()

    # To look

    def look(self) -> Picture:
        """Return what the panel shows."""
        path = self.folder / "now.ppm"
        self.machine.screenshot(path, "ppm")
        return Picture(path)

    def keep(self, name: str) -> None:
        """Save what the panel shows, for people."""
        self._pictures += 1
        path = self.folder / f"{self._pictures:02}-{name}.png"
        self.machine.screenshot(path, "png")

    def until(self, is_so: Callable[[Picture], bool], seconds: float, what: str) -> None:
        """Wait until the panel shows something; ``seconds`` are those of a quick machine."""
        self.waited(lambda: is_so(self.look()), seconds, what)

    def waited(self, is_so: Callable[[], bool], seconds: float, what: str) -> float:
        """Wait until something is so; returns for how long, in seconds."""
        start = self.machine.clock()
        while not is_so():
            if self.machine.clock() - start > seconds * self.slowness:
                raise GuestError(f"in vain for {seconds * self.slowness:.0f} s: {what}")
            time.sleep(_PAUSE_SECONDS)
        return self.machine.clock() - start

    def since_power_on(self) -> dict[str, float]:
        """Return when the kiosk was seen first, and when it was live, in seconds."""
        machine = self.machine
        self.until(Picture.is_kiosk, 120, "the kiosk's first picture")
        first = machine.clock() - machine.powered
        self.keep("first-picture")
        self.until(Picture.is_live, 120, "the kiosk to be live")
        live = machine.clock() - machine.powered
        return {"first picture": round(first, 1), "live": round(live, 1)}

    # To touch

    def tap(self, target: Target, seconds: float = 60) -> None:
        """Touch a target as soon as it can be touched."""
        self.until(lambda picture: picture.offers(target), seconds, f"{target} can be touched")
        # A screen that has only just come takes no tap for a change, as a person takes longer.
        time.sleep(_LOOK_SECONDS)
        self.touch(target.x, target.y, TAP_SECONDS)

    def hold(self, target: Target) -> None:
        """Touch a target for so long that it counts as meant."""
        self.until(lambda picture: picture.offers(target), 60, f"{target} can be touched")
        self.touch(target.x, target.y, HOLD_SECONDS * min(max(1.0, self.slowness / 2), 6.0))

    def finger(self, x: int, y: int, seconds: float) -> None:
        """Touch the multitouch panel in the guest."""
        self.machine.say(f"echo {x} {y} {seconds} >/run/panel")
        time.sleep(seconds)

    def pointer(self, x: int, y: int, seconds: float) -> None:
        """Press the pointer's button from outside."""
        self.machine.press(x, y, seconds)

    # Behind it

    def sh(self, script: str, seconds: float = 60) -> str:
        """Return what a script says that must succeed in the guest."""
        return self.machine.say(script, seconds * self.slowness)

    def fails(self, script: str, seconds: float = 60) -> str:
        """Return what a script says that must not succeed."""
        answer = self.machine.run(script, seconds * self.slowness)
        if answer.status == 0:
            raise GuestError(f"{script}\nshould have failed, but said:\n{answer.text}")
        return answer.text

    def unit(self, name: str, of: str = "kiosk") -> str:
        """Return a property of a unit, as systemd says it."""
        return self.sh(f"systemctl show -P {name} {of}.service")

    def ask(self, path: str) -> Any:
        """Return what PiOrchestrator answers to somebody else."""
        return json.loads(self.sh(f"/usr/local/lib/guest/ask.sh {path}"))

    def requests(self) -> list[dict[str, Any]]:
        """Return what PiOrchestrator was asked since it was started."""
        asked: list[dict[str, Any]] = self.ask("/_simulator/requests")["requests"]
        return asked

    def asked(self, ending: str) -> int:
        """Return how many changes with a path of that ending were asked for."""
        return sum(r["method"] == "POST" and r["path"].endswith(ending) for r in self.requests())

    def session_id(self) -> str:
        """Return the session that the kiosk looks at, as soon as it looks at another."""
        found: set[str] = set()

        def is_looked_at() -> bool:
            paths = [request["path"] for request in self.requests()]
            found.update(m[1] for path in paths if (m := _OF_SESSION.search(path)))
            return bool(found - self._sessions)

        self.waited(is_looked_at, 30, "the kiosk looks at another session")
        (session,) = found - self._sessions
        self._sessions.add(session)
        return session

    def states(self, session_id: str) -> dict[str, str]:
        """Return the state of each camera of a session, by its MAC."""
        devices = self.ask(f"/api/v1/provisioning/batch/{session_id}")["data"]["devices"]
        return {device["mac"]: device["state"] for device in devices}
