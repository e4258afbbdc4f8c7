"""What a barcode or QR scanner has read: a MAC, a Wi-Fi, an access key, or nothing we know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from pydantic import SecretStr

from kiosk.services.wire.checks import check_ssid
from kiosk.services.wire.mac import canonical


@dataclass(frozen=True, slots=True)
class MacScan:
    """A device's MAC in its canonical form."""

    mac: str


@dataclass(frozen=True, slots=True)
class WifiScan:
    """A Wi-Fi's credentials; an open one has no password."""

    ssid: str
    password: SecretStr
    security: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class KeyScan:
    """An access key of PiOrchestrator."""

    key: SecretStr


@dataclass(frozen=True, slots=True)
class UnknownScan:
    """Anything else; it may be a secret."""

    text: SecretStr


Scan = MacScan | WifiScan | KeyScan | UnknownScan

_KEY = re.compile(r"(?:X-API-)?KEY\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_WIFI = re.compile(r"WIFI:", re.IGNORECASE)
# A field of a Wi-Fi code ends at a semicolon that no backslash stands before.
_FIELD = re.compile(r"([A-Z0-9]+):((?:[^\\;]|\\.?)*)", re.IGNORECASE | re.DOTALL)
_SEPARATOR = re.compile(r"(?:[^\\;]|\\.?)*(?:;|\Z)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(r'"(.*[^\\])"', re.DOTALL)

# Within other text a MAC stands by itself; without separators only its label tells what it is.
_DIGITS = (
    r"[0-9A-F]{2}(?P<by>[:-])[0-9A-F]{2}(?:(?P=by)[0-9A-F]{2}){4}"
    r"|[0-9A-F]{4}\.[0-9A-F]{4}\.[0-9A-F]{4}"
)
_LABEL = r"(?<![A-Z])MAC(?:[ _-]?ADDR(?:ESS)?)?[\"']?\s*[:=#]?\s*[\"']?"
_END = r"(?![0-9A-Z:-])"
_FREE = re.compile(rf"(?<![0-9A-Z:.-])(?:{_DIGITS}){_END}", re.IGNORECASE)
_LABELLED = re.compile(rf"{_LABEL}(?P<mac>{_DIGITS}|[0-9A-F]{{12}}){_END}", re.IGNORECASE)
_OPEN = "nopass"
# A bare number of this many digits is the barcode of some goods, and no secret.
_LONGEST_NUMBER = 14
_SHOWN_OF_A_SECRET, _SHOWN_OF_AN_ADDRESS = 2, 32
_HOST = re.compile(r"https?://([\w.-]+)(?::\d+)?(?=[/?#]|\Z)", re.IGNORECASE)


def parse_scan(text: str) -> Scan:
    """Return what was scanned; never raises."""
    text = text.strip()
    if key := _KEY.fullmatch(text):
        return _key(key[1], text)
    if _WIFI.match(text):
        return _wifi(text)
    macs = {mac for mac in _macs(text) if mac is not None}
    # Two of them, and nobody knows which is meant.
    return MacScan(macs.pop()) if len(macs) == 1 else UnknownScan(SecretStr(text))


def glimpse(text: str) -> str:
    """Return so much of an unknown scan that a person sees which one it was, and no secret."""
    if text.isdecimal() and len(text) <= _LONGEST_NUMBER:
        return text
    if address := _HOST.match(text):
        # What stands behind the host may let its reader in.
        return f"{address[1][:_SHOWN_OF_AN_ADDRESS]}/…"
    beginning = "".join(c for c in text[:_SHOWN_OF_A_SECRET] if c.isprintable())
    return f"{beginning}••••"


def _key(key: str, text: str) -> Scan:
    # No header takes anything else.
    is_key = key.isascii() and key.isprintable()
    return KeyScan(SecretStr(key)) if is_key else UnknownScan(SecretStr(text))


def _wifi(text: str) -> Scan:
    fields: dict[str, str] = {}
    for name, value in _fields(text[len("WIFI:") :]):
        fields.setdefault(name.upper(), value)
    ssid, security = fields.get("S", ""), fields.get("T", "")
    if check_ssid(ssid) is not None:
        return UnknownScan(SecretStr(text))
    is_open = security.lower() == _OPEN or not fields.get("P")
    return WifiScan(
        ssid=ssid,
        password=SecretStr("" if is_open else fields["P"]),
        security=_OPEN if is_open else security,
        hidden=fields.get("H", "").lower() == "true",
    )


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for part in _SEPARATOR.finditer(text):
        if field := _FIELD.match(part[0]):
            yield field[1], _unescaped(field[2])


def _unescaped(value: str) -> str:
    # Quotes say that what looks like hex digits is a text; those of the text are escaped.
    quoted = _QUOTED.fullmatch(value)
    return _ESCAPED.sub(r"\1", quoted[1] if quoted else value)


def _macs(text: str) -> Iterator[str | None]:
    if whole := canonical(text):
        yield whole
        return
    text = unquote(text)
    for free in _FREE.finditer(text):
        yield canonical(free[0])
    for labelled in _LABELLED.finditer(text):
        yield canonical(labelled["mac"])
