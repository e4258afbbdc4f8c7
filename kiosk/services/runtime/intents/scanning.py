"""What is scanned: a scanner types like a keyboard, on whichever screen it happens."""

from __future__ import annotations

from pydantic import SecretStr

from kiosk.services.runtime.intents.approving import Approving
from kiosk.services.runtime.intents.editing import Editing
from kiosk.services.runtime.intents.hand import Services
from kiosk.services.runtime.intents.looking import Looking
from kiosk.services.runtime.scanner import Scanner, Turns
from kiosk.services.state import actions as a
from kiosk.services.state.approving import DraftTyped
from kiosk.services.state.fields import FIELDS, error_of
from kiosk.services.state.machine import Joining, JoiningTyped
from kiosk.services.state.model import NOTHING, Batch, Field, Notice, Route
from kiosk.services.state.navigation import routes_of
from kiosk.services.wire.features import Feature
from kiosk.services.wire.mac import digits_of
from kiosk.services.wire.marks import N_
from kiosk.services.wire.scans import (
    KeyScan,
    MacScan,
    Scan,
    UnknownScan,
    WifiScan,
    glimpse,
    parse_scan,
)

_WIFI_FILLED = N_("Wi-Fi {ssid} and its password are filled in.")
_WIFI_KEPT = N_("Wi-Fi {ssid} and its password are kept for the next session.")
_WIFI_OPEN = N_("Wi-Fi {ssid} is open: it cannot be used.")
_KEY_TAKEN = N_("The scanned key counts until the kiosk is switched off.")
_UNKNOWN = N_("{text} was scanned: neither a MAC, nor a Wi-Fi, nor a key.")
_NOT_IN_RANGE = N_("{mac} was scanned; it is not in range yet.")
_NO_ALLOWLIST = N_("{mac} was scanned, but approving is switched off in the settings.")
_NO_MAC_HERE = N_("That was a MAC; it does not belong here.")

# These have no room for a notice: they are left for the screen below.
_SILENT = frozenset({Route.MENU, Route.NETWORKS, Route.TIMEOUTS})
# Fields that a scanned Wi-Fi fills together.
_TARGET: frozenset[Field] = frozenset({"ssid", "password"})


class Scanning(Looking, Editing, Approving):
    """Real keyboards and scanners."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._scanner = Scanner(Turns(self._clock.monotonic))
        self._before = NOTHING

    def hear_text(self, text: str) -> None:
        """Take characters; whether a hand or a scanner typed them is known at the Enter."""
        if self._scanner.hear(text):
            self._before = self._state.editor.text
        self.type_text(text)

    def hear_enter(self) -> None:
        """Take Enter: the end of a scan, or of what a hand has typed."""
        text = self._scanner.end()
        if text is None:
            self.accept()
        elif self._state.navigation.route is Route.EDITOR:
            self._scanned_into_field(parse_scan(text))
        else:
            self._scanned(parse_scan(text))

    def _scanned_into_field(self, scan: Scan) -> None:
        """Fill the field with what fits it; of anything else nothing stays in it."""
        field = self._state.editor.field
        kind = FIELDS[field]
        is_text = isinstance(scan, UnknownScan) or (isinstance(scan, MacScan) and kind.secret)
        if is_text and kind.keys != "hex":
            # Even a password may look like a MAC. The scanner has typed it already.
            self.accept()
            return
        self._store.dispatch(a.Retyped(self._before))
        if isinstance(scan, MacScan) and field == "mac":
            self._fill(digits_of(scan.mac))
        elif isinstance(scan, KeyScan) and field == "api_key":
            self._fill(scan.key.get_secret_value())
        elif isinstance(scan, WifiScan) and (field in _TARGET or self._is_at_wifi()):
            self.back()
            self._scanned(scan)
        elif isinstance(scan, UnknownScan):
            self._store.dispatch(
                a.FieldRefused(field, error_of(field, scan.text.get_secret_value()))
            )
        elif isinstance(scan, MacScan) and not self._is_approving():
            self._store.dispatch(a.FieldRefused(field, _NO_MAC_HERE))
        else:
            self._scanned(scan)

    def _fill(self, text: str) -> None:
        self._store.dispatch(a.Retyped(SecretStr(text)))
        self.accept()

    def _scanned(self, scan: Scan) -> None:
        if isinstance(scan, MacScan):
            self._mac_scanned(scan.mac)
        elif isinstance(scan, WifiScan):
            self._wifi_scanned(scan)
        elif isinstance(scan, KeyScan):
            self.use_key(scan.key.get_secret_value())
            self._say(_KEY_TAKEN)
        else:
            self._say(_UNKNOWN, text=glimpse(scan.text.get_secret_value()))

    def _mac_scanned(self, mac: str) -> None:
        batch = self._session_in_sight()
        is_off = Feature.ALLOWLIST in self._state.off
        if batch is not None and mac in batch.devices:
            self.open(Route.DEVICE.value, mac)
        elif is_off:
            self._say(_NO_ALLOWLIST if batch is None else _NOT_IN_RANGE, mac=mac)
        elif batch is not None:
            self.open(Route.APPROVAL, mac)
        elif self._is_approving():
            if self._state.navigation.route is Route.ALLOWLIST:
                # There it is told what comes of each.
                self.open(Route.APPROVE)
            self.approve_next(mac)
        else:
            self._store.dispatch(DraftTyped("mac", mac))
            self.open(Route.APPROVE)

    def _wifi_scanned(self, scan: WifiScan) -> None:
        if self._is_at_wifi():
            self._store.dispatch(JoiningTyped(Joining(scan.ssid, scan.password)))
            self.open(Route.WIFI_JOIN, scan.ssid)
            return
        if not scan.password.get_secret_value():
            self._say(_WIFI_OPEN, ssid=scan.ssid)
            return
        self._store.dispatch(a.TargetKnown(scan.ssid, scan.password))
        batch = self._state.batch
        runs = batch is not None and batch.ended_at is None
        self._say(_WIFI_KEPT if runs else _WIFI_FILLED, ssid=scan.ssid)

    def _session_in_sight(self) -> Batch | None:
        routes = routes_of(self._state.navigation)
        is_shown = Route.PROVISION in routes and Route.APPROVE not in routes
        return self._state.batch if is_shown else None

    def _is_approving(self) -> bool:
        return bool({Route.ALLOWLIST, Route.APPROVE} & routes_of(self._state.navigation))

    def _is_at_wifi(self) -> bool:
        """Return whether a Wi-Fi is for the Pi itself, and not for the cameras."""
        routes = routes_of(self._state.navigation)
        return bool({Route.WIFI, Route.WIFI_JOIN} & routes) and Route.APPROVE not in routes

    def _say(self, text: str, /, **words: str) -> None:
        if self._state.navigation.route in _SILENT:
            self.back()
        self._store.dispatch(a.CommandEnded("scanned", Notice("scanned", text=text, numbers=words)))
