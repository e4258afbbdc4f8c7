"""``audit.json``: what was measured on every picture (design.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kiosk.settings import Settings
from kiosk.tour.stage import Shot


def report_of(settings: Settings, shots: Sequence[Shot], broken: Sequence[str]) -> dict[str, Any]:
    """Return the audit; ``broken`` says which walks did not come to their end, and why."""
    return {
        "display": settings.display,
        "lang": settings.lang,
        "theme": settings.theme,
        "screens": [
            {
                "name": shot.name,
                "png": shot.png,
                "targets": [asdict(target) for target in shot.measures.targets],
                "texts": [asdict(text) for text in shot.measures.texts],
            }
            for shot in shots
        ],
        "shortfalls": [*broken, *(s for shot in shots for s in shot.measures.shortfalls)],
    }


def write(report: dict[str, Any], path: Path) -> None:
    """Save the audit."""
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
