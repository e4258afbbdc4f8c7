"""The machine: its Wi-Fi, its cameras, its door, its links, the settings of its service.

What a notice is to do again bears the name of its command, see ``Looking.again``.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from pydantic import SecretStr

from kiosk.services.runtime.intents.hand import Hand
from kiosk.services.runtime.machine import MachineCommands
from kiosk.services.state import actions as a
from kiosk.services.state.machine import Asked, Joining, JoiningTyped
from kiosk.services.state.model import Editor, Field, Route
from kiosk.services.state.setting import item_of, range_of, takes_digits, wrong_with


class Machine(Hand):
    """What moves or changes the machine is held or typed; nothing here is ever sent twice."""

    # The Pi's own Wi-Fi

    def edit_wifi_name(self) -> None:
        """Type the name of a network that is not listed."""
        self._store.dispatch(a.FieldOpened("wifi_name"))

    def accept_wifi_name(self, editor: Editor) -> None:
        """Open the sheet of the network that was typed."""
        self._store.dispatch(a.Opened(Route.WIFI_JOIN, editor.text.get_secret_value()))

    def edit_wifi_password(self) -> None:
        """Type the password of the network that the sheet is about."""
        self._store.dispatch(a.FieldOpened("wifi_password"))

    def accept_wifi_password(self, editor: Editor) -> None:
        """Keep it until the network is joined."""
        if ssid := self._subject_of(Route.WIFI_JOIN):
            self._store.dispatch(JoiningTyped(Joining(ssid, editor.text)))

    def join_wifi(self, ssid: str) -> None:
        """Have the Pi join a network, with the password if one was typed for it."""
        joining = self._state.machine.joining
        typed = joining.password if joining is not None and joining.ssid == ssid else None
        password = typed if typed is not None and typed.get_secret_value() else None
        self._ask(f"join_wifi:{ssid}", self._machine.join_wifi(ssid, password))

    def leave_wifi(self) -> None:
        """Have the Pi leave its network."""
        self._ask("leave_wifi", self._machine.leave_wifi())

    # Cameras

    def scan_cameras(self) -> None:
        """Look for cameras that are not paired yet."""
        self._ask("scan_cameras", self._machine.scan_cameras())

    def capture(self, camera_id: str) -> None:
        """Have a camera take a picture."""
        self._ask(f"capture:{camera_id}", self._machine.capture(camera_id))

    def reboot_camera(self, camera_id: str) -> None:
        """Have a camera start anew."""
        self._ask(f"reboot_camera:{camera_id}", self._machine.reboot_camera(camera_id))

    def pair_camera(self, mac: str) -> None:
        """Type the code that a camera shows; each code is good for one try."""
        self._store.dispatch(a.Opened(Route.PAIR, mac))
        self._store.dispatch(a.FieldOpened("totp"))

    def accept_totp(self, editor: Editor) -> None:
        """Pair the camera that the sheet is about."""
        if mac := self._subject_of(Route.PAIR):
            self._ask(f"pair_camera:{mac}", self._machine.pair_camera(mac, editor.text))

    def place_camera(self, camera_id: str, container_id: str, position: str) -> None:
        """Give a camera its place, and go back to it from the list of places."""
        work = self._machine.place_camera(container_id, camera_id, int(position))
        self._ask(f"place_camera:{camera_id}", work)
        if self._state.navigation.route is Route.PLACE:
            self._store.dispatch(a.WentBack())

    def remove_camera(self, camera_id: str, container_id: str) -> None:
        """Take a camera out of its container."""
        work = self._machine.remove_camera(container_id, camera_id)
        self._ask(f"remove_camera:{camera_id}", work)

    # The door

    def open_door(self) -> None:
        """Open the door."""
        self._ask("open_door", self._machine.open_door())

    def close_door(self) -> None:
        """Close the door."""
        self._ask("close_door", self._machine.close_door())

    # Links to the outside

    def ping(self, host: str) -> None:
        """Have the Pi ping a host."""
        self._ask(f"ping:{host}", self._machine.ping(host))

    def edit_host(self) -> None:
        """Type what to ping."""
        self._store.dispatch(a.FieldOpened("host"))

    def accept_host(self, editor: Editor) -> None:
        """Ping it."""
        self.ping(editor.text.get_secret_value())

    # Settings of the service

    def edit_setting(self, key: str) -> None:
        """Type a setting's value; a secret one is typed anew."""
        item = item_of(self._state, key)
        if item is None:
            return
        title = " ".join(filter(None, (item.key, range_of(item))))
        if item.secret:
            self._store.dispatch(a.FieldOpened("setting_secret", title=title))
        else:
            field: Field = "setting_number" if takes_digits(item) else "setting"
            self._store.dispatch(a.FieldOpened(field, SecretStr(item.value), title))

    def check_setting(self, text: str) -> str:
        """Return the msgid of why the setting does not take this; "" when it may."""
        item = item_of(self._state, self._parent_subject)
        return "" if item is None else wrong_with(item, text)

    check_setting_number = check_setting_secret = check_setting

    def accept_setting(self, editor: Editor) -> None:
        """Change the setting that the sheet is about."""
        if key := self._subject_of(Route.SETTING):
            self.set_config(key, editor.text.get_secret_value())

    accept_setting_number = accept_setting_secret = accept_setting

    def set_config(self, key: str, value: str | None = None) -> None:
        """Change a setting; without a value, as after a secret was refused, type it again."""
        item = item_of(self._state, key)
        if value is None or item is None:
            self._store.dispatch(a.Opened(Route.SETTING, key))
            self.edit_setting(key)
            return
        again = () if item.secret else (value,)
        work = self._machine.set_config(key, SecretStr(value), *again)
        self._ask(f"set_config:{key}", work)

    def reset_config(self, key: str) -> None:
        """Put a setting back to its default."""
        self._ask(f"reset_config:{key}", self._machine.reset_config(key))

    def _ask(self, command: str, work: Coroutine[Any, Any, None]) -> None:
        if command not in self._state.busy:
            self._store.dispatch(Asked(command, self._clock.monotonic()))
        self._spawn(command, work)

    def _subject_of(self, route: Route) -> str | None:
        """Return what the sheet is about that an editor was opened over."""
        navigation = self._state.navigation
        return navigation.subject if navigation.route is route else None

    @property
    def _parent_subject(self) -> str | None:
        parent = self._state.navigation.parent
        return None if parent is None else parent.subject

    @property
    def _machine(self) -> MachineCommands:
        return self._services.machine
