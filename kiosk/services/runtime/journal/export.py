"""What the journal holds, for people: as JSON, and as CSV without formulas for a spreadsheet."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict, astuple, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from kiosk.services.runtime.journal import schema
from kiosk.services.runtime.journal.book import devices, requests
from kiosk.services.runtime.journal.rows import DeviceEntry, Entry

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Excel takes UTF-8 for what it is only behind this.
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

Table = Literal["devices", "requests"]


class UnreadableError(Exception):
    """The journal cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Requests that changed something and devices that were set up, the oldest of each first."""

    requests: tuple[Entry, ...] = ()
    devices: tuple[DeviceEntry, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "devices": [asdict(device) for device in self.devices],
            "requests": [{**asdict(r), "target": list(r.target)} for r in self.requests],
        }

    def as_csv(self, table: Table) -> str:
        """Return one of the two as CSV (RFC 4180), every field quoted."""
        if table == "requests":
            return _csv(Entry, self.requests)
        return _csv(DeviceEntry, self.devices)


def read(folder: Path, most: int) -> Contents:
    """Return at most so many of each from the journal in that folder; raises UnreadableError.

    Nothing is changed, and where there is no journal there is nothing to tell.
    """
    try:
        with closing(schema.opened_to_read(folder / schema.FILE)) as connection:
            found = tuple(requests(connection, most))
            # The first version had no devices.
            noted = tuple(devices(connection, most)) if schema.version_of(connection) > 1 else ()
    except FileNotFoundError:
        return Contents()
    except (OSError, sqlite3.Error) as error:
        raise UnreadableError(str(error)) from None
    return Contents(found, noted)


def _csv(kind: type[Entry | DeviceEntry], records: Iterable[Entry | DeviceEntry]) -> str:
    text = io.StringIO(_BOM)
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(field.name for field in fields(kind))
    for record in records:
        writer.writerow(map(_cell, astuple(record)))
    return text.getvalue()


def _cell(value: object) -> str:
    """Return a value as text; names that come from a radio may be anything."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    is_formula = text.startswith(_FORMULA) or shown.lstrip().startswith(_FORMULA)
    return f"'{shown}" if is_formula else shown
