"""The kiosk's own log, which goes on for years: no secrets, and not the same again and again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from traceback import walk_tb

from kiosk.services.wire.hiding import hidden

Secrets = Callable[[], Iterable[str]]

_WINDOW_SECONDS = 60.0
_MOST_IN_WINDOW = 3
_MOST_KINDS = 200


class Sparing(logging.Filter):
    """Lets the same warning or error through three times a minute, and counts the others.

    The same is what the same line of code says, whatever it says it of: a card that fails says it
    of another file each time, and every line wears the card down further.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        super().__init__()
        self._now = monotonic
        # Since when, and how often since.
        self._told: dict[tuple[object, ...], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is worth a line; a later one tells how many were not."""
        if record.levelno < logging.WARNING:
            return True
        now, kind = self._now(), _kind(record)
        since, times = self._told.get(kind, (now, 0))
        if now - since >= _WINDOW_SECONDS:
            record.left_out = max(0, times - _MOST_IN_WINDOW)
            since, times = now, 0
        if len(self._told) > _MOST_KINDS:
            # Texts that are made up each time are no kinds that come again.
            self._told.clear()
        self._told[kind] = since, times + 1
        return times < _MOST_IN_WINDOW


def _kind(record: logging.LogRecord) -> tuple[object, ...]:
    """Return what is said; of an error its place, for words may name another task each time."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.pathname, record.lineno, str(record.msg)
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    return record.pathname, record.lineno, type(error), *places[-1:]


class Discreet(logging.Formatter):
    """Writes what another formatter writes, tracebacks too, with a mask in place of each secret."""

    def __init__(self, inner: logging.Formatter, secrets: Secrets) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's lines."""
        text = self._inner.format(record)
        if left_out := getattr(record, "left_out", 0):
            text = f"{text} [{left_out} more like it were left out]"
        return hidden(text, self._secrets())


def guard(
    handlers: Iterable[logging.Handler],
    monotonic: Callable[[], float],
    secrets: Secrets,
) -> None:
    """Have these handlers write sparingly and discreetly."""
    # A full disk would otherwise make logging print tracebacks for ever.
    logging.raiseExceptions = False
    for handler in handlers:
        handler.addFilter(Sparing(monotonic))
        handler.setFormatter(Discreet(handler.formatter or logging.Formatter(), secrets))
