"""Wi-Fi networks in reach and the Pi's own link, in the three dialects (contract.md §2.6)."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from kiosk.services.wire.tolerant import (
    Count,
    Dbm,
    Exact,
    Flag,
    Number,
    Percent,
    Text,
    WireModel,
    first,
)

Security = Literal["wpa3", "wpa2", "wpa", "wep", "open", "unknown"]


def security_of(value: object) -> Security:
    """Return the strongest scheme that the text names; a text that names none is unknown."""
    if not isinstance(value, str):
        return "unknown"
    text = value.strip().upper()
    if "WPA3" in text or "SAE" in text:
        return "wpa3"
    if "WPA2" in text:
        return "wpa2"
    if "WPA" in text:
        return "wpa"
    if "WEP" in text:
        return "wep"
    return "open" if text in {"", "OPEN", "NONE", "--"} else "unknown"


class WifiNetwork(WireModel):
    """One network of a scan; an empty ssid is a hidden network. Frequency in MHz."""

    ssid: Exact = None
    signal: Dbm = None
    security: Annotated[Security, BeforeValidator(security_of)] = "unknown"
    bssid: Text = None
    frequency: Number = None
    channel: Count = None
    quality: Percent = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        known = dict(data)
        if known.get("signal") is None:
            known["signal"] = data.get("signal_strength")
        if not isinstance(known.get("security"), str):
            # The boolean tells that there is none, but not which one there is.
            known["security"] = "open" if data.get("secured") is False else None
        return known


class WifiStatus(WireModel):
    """The Pi's own Wi-Fi as client and as access point."""

    connected: Flag = None
    ssid: Exact = None
    ip: Text = None
    signal: Dbm = None
    mode: Text = None
    ap_active: Flag = None
    ap_ssid: Text = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        inner = data.get("status")
        raw = inner if isinstance(inner, dict) else data
        known = {
            "connected": raw.get("connected"),
            "ssid": first(raw, "ssid", "client_ssid"),
            "ip": first(raw, "ip", "ip_address", "client_ip"),
            "signal": first(raw, "signal", "signal_strength", "client_signal"),
            "mode": raw.get("mode"),
            "ap_active": raw.get("ap_active"),
            "ap_ssid": raw.get("ap_ssid"),
        }
        if known["connected"] is None and isinstance(raw.get("client_status"), str):
            known["connected"] = raw["client_status"] == "connected"
        if known["ap_active"] is None and isinstance(raw.get("ap_status"), str):
            known["ap_active"] = raw["ap_status"] == "active"
        return known
