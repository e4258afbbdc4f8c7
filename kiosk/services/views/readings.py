"""What a reading is called: unknown, signal, how long ago, how long it is taking."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.when import ago_text
from kiosk.services.wire.cameras import signal_word

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_KILO, _THREE_DIGITS = 1000.0, 100

# Bars by signal in dBm, the steps of its words (contract.md §2.7).
_BARS = {
    "excellent": "wifi-strength-4",
    "good": "wifi-strength-3",
    "fair": "wifi-strength-2",
    "poor": "wifi-strength-1",
}


def known(text: str | None) -> str:
    """Return a text of the service; a dash when there is none."""
    return text or UNKNOWN


def signal_name(rssi: float | None) -> str:
    """Return how good a signal is; a dash when nobody measured it."""
    word = signal_word(None if rssi is None else round(rssi))
    return UNKNOWN if word is None else _(word)


def signal_text(rssi: float | None) -> str:
    """Return a signal and how good that is."""
    return UNKNOWN if rssi is None else f"{signal_name(rssi)}, {rssi:.0f} dBm"


def signal_icon(rssi: float | None) -> str:
    """Return as many bars as the signal is good."""
    word = signal_word(None if rssi is None else round(rssi))
    return "wifi-strength-off-outline" if word is None else _BARS[word]


def seen_text(seconds: float | None) -> str:
    """Return how long ago something was last heard of; by the second, as presence flaps."""
    if seconds is None:
        return _("never seen")
    if seconds < _MINUTE:
        return _("seen {n} s ago").format(n=int(seconds))
    return _("seen {ago}").format(ago=ago_text(seconds))


def duration_text(seconds: float | None) -> str:
    """Return for how long something has run, in its two largest units."""
    if seconds is None:
        return UNKNOWN
    days, rest = divmod(int(seconds), _DAY)
    hours, rest = divmod(rest, _HOUR)
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=rest // _MINUTE)
    return _("{minutes} min {seconds} s").format(minutes=rest // _MINUTE, seconds=rest % _MINUTE)


def bytes_text(number: int | None) -> str:
    """Return an amount of data in the unit that leaves up to three digits before the point."""
    if number is None:
        return UNKNOWN
    amount = float(number)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < _KILO or unit == "TB":
            break
        amount /= _KILO
    is_whole = unit == "B" or amount >= _THREE_DIGITS
    return f"{amount:.0f} {unit}" if is_whole else f"{amount:.1f} {unit}"


def under_way(state: State, command: str, now: float) -> int | None:
    """Return for how many seconds a command has been under way; None when it is not."""
    if command not in state.busy:
        return None
    return max(0, int(now - state.machine.asked.get(command, now)))
