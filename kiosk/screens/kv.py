"""Finds the kv of a screen or widget: one file for each, with the same base name."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder

FOLDER = Path(__file__).parent.parent / "kv"


def load(name: str) -> None:
    """Load ``kv/<name>.kv``; loading it again changes nothing."""
    path = str(FOLDER / f"{name}.kv")
    if path not in Builder.files:
        Builder.load_file(path)
