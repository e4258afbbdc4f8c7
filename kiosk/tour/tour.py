"""The tour: every walk one after another, the pictures, the audit."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.settings import Settings
from kiosk.tour.pilot import NotOnScreenError
from kiosk.tour.report import report_of, write
from kiosk.tour.stage import Stage
from kiosk.tour.walks import WALKS, Walk


async def take(
    settings: Settings, out: Path, progress: Callable[[str], None], only: str = ""
) -> dict[str, Any]:
    """Picture every screen into ``out``, where the audit is written and then returned.

    ``only`` limits it to walks whose names hold that text.
    """
    _make_room(out)
    with tempfile.TemporaryDirectory(prefix="kiosk-tour-") as secrets, _errors() as broken:
        stage = Stage(settings, out, Path(secrets), progress)
        for name, walk in walks_of(only):
            try:
                await walk(stage)
            except NotOnScreenError as error:
                sentence, _, rest = str(error).partition("\n")
                broken.append(f"{name}: the walk could not go on: {sentence}")
                progress(f"{broken[-1]}\n{rest}")
    report = report_of(settings, stage.shots, broken)
    write(report, out / "audit.json")
    return report


def walks_of(only: str) -> list[tuple[str, Walk]]:
    """Return the walks whose names hold a text, whatever its case."""
    return [(name, walk) for name, walk in WALKS.items() if only.lower() in name]


@contextmanager
def _errors() -> Iterator[list[str]]:
    """Collect what the kiosk logs as broken: a picture may look well all the same."""
    broken: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            broken.append(f"{record.name}: {record.getMessage()}")

    handler = Collect(logging.ERROR)
    logger = logging.getLogger("kiosk")
    logger.addHandler(handler)
    try:
        yield broken
    finally:
        logger.removeHandler(handler)


def _make_room(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("[0-9][0-9]-*.png"):
        old.unlink()
