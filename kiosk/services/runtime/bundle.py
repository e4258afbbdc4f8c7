"""The diagnostics bundle: a zip for support, whole on the stick or not there at all."""

from __future__ import annotations

import errno
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.services.runtime.sticks import MOUNTS, StickError, writable_stick
from kiosk.services.runtime.whole_file import PUBLIC, replaced
from kiosk.services.wire.hiding import hidden

# What an interrupted writing has left; FAT knows such names, too.
_PART = ".kiosk-diagnostics.part"
_CODES = {
    errno.ENOSPC: "STICK_FULL",
    errno.EDQUOT: "STICK_FULL",
    errno.EFBIG: "STICK_FULL",
    errno.EROFS: "STICK_READ_ONLY",
    errno.EACCES: "STICK_READ_ONLY",
    errno.EPERM: "STICK_READ_ONLY",
}


def destination(export_dir: Path | None, mounts: Path = MOUNTS) -> Path:
    """Return the folder to write to: the one that is set, else a stick. Raises StickError."""
    if export_dir is not None:
        if not export_dir.is_dir():
            raise StickError("NO_STICK")
        return export_dir
    try:
        return writable_stick(mounts.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        raise StickError("NO_STICK") from None


def file_name(wall: float, host: str, kind: str = "diagnostics", suffix: str = "zip") -> str:
    """Return the name of a file for a stick; it sorts by time."""
    moment = datetime.fromtimestamp(wall, UTC)
    machine = re.sub(r"[^A-Za-z0-9-]+", "-", host).strip("-")[:40] or "pi"
    return f"kiosk-{kind}-{moment:%Y%m%d-%H%M%S}-{machine}.{suffix}"


def packed(documents: Mapping[str, Any], secrets: Iterable[str]) -> bytes:
    """Return the zip of these documents: a list under ``*.jsonl`` a line each, others as JSON.

    What is text already stays as it is.

    Nothing in them should hold a secret; should one all the same, it is masked.
    """
    known = tuple(secrets)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            text = hidden(_text(name, document), known)
            # Undated: a zip knows no time before 1980, where a clock stands that was never set.
            file = zipfile.ZipInfo(name)
            archive.writestr(file, text.encode("utf-8", "backslashreplace"), zipfile.ZIP_DEFLATED)
    return content.getvalue()


def write(folder: Path, name: str, content: bytes) -> None:
    """Write the file, which is there only when all of it is on the stick. Raises StickError."""
    try:
        # Whoever plugs the stick in elsewhere may read it.
        with replaced(folder / name, folder / _PART, PUBLIC) as file:
            file.write(content)
    except OSError as error:
        raise StickError(_CODES.get(error.errno or 0, "STICK_FAILED")) from None


def _text(name: str, document: Any) -> str:
    if isinstance(document, str):
        return document
    return _lines(document) if name.endswith(".jsonl") else _json(document, indent=2)


def _json(document: object, indent: int | None = None) -> str:
    return json.dumps(document, ensure_ascii=False, indent=indent, default=str)


def _lines(documents: Iterable[object]) -> str:
    return "".join(f"{_json(document)}\n" for document in documents)
