"""The one-field editor: what was typed, and the keys that fit on the panel."""

from __future__ import annotations

import string
from dataclasses import dataclass

from kiosk.services.state.form import SECRET_FIELDS
from kiosk.services.state.model import Editor, Field, State
from kiosk.services.views.language import _
from kiosk.services.wire.marks import N_

_LETTERS = string.ascii_lowercase
_DIGITS = "1234567890"
_SIGNS = "-_.@!#$%&*+=/\\:;,?'\"()[]{}<>|~^`"
_ACCENTED = "áàâãçéêíóôõúü"

_TITLES: dict[Field, str] = {
    "ssid": N_("Name of the Wi-Fi"),
    "password": N_("Password of the Wi-Fi"),
    "api_key": N_("Access key of PiOrchestrator"),
}


@dataclass(frozen=True, slots=True)
class EditorView:
    """Everything on the editor's screen."""

    title: str
    text: str
    count: str
    error: str
    secret: bool
    shown: bool
    capitals: bool
    keep: str
    kept: bool
    page: int
    characters: str


def view_of(state: State, _now: float) -> EditorView:
    """Return the editor."""
    editor = state.editor
    text = editor.text.get_secret_value()
    return EditorView(
        title=_(_TITLES[editor.field]),
        text=text if editor.shown else "•" * len(text),
        count=_count(editor),
        error=_(editor.error),
        secret=editor.field in SECRET_FIELDS,
        shown=editor.shown,
        capitals=editor.capitals,
        keep=_("Keep on this Pi") if editor.field == "api_key" else "",
        kept=editor.keep,
        page=editor.page,
        characters=_LETTERS + _DIGITS + _SIGNS + _ACCENTED,
    )


def page_of(characters: str, page: int, capacity: int) -> tuple[str, str]:
    """Return the characters of ``page`` (counted round and round) and the next page's label.

    A panel shows ``capacity`` characters at once; 15 mm keys do not allow more.
    """
    pages = [characters[at : at + capacity] for at in range(0, len(characters), capacity)]
    following = pages[(page + 1) % len(pages)]
    return pages[page % len(pages)], f"{following[0]}–{following[-1]}"


def _count(editor: Editor) -> str:
    text = editor.text.get_secret_value()
    if editor.field == "ssid":
        return f"{len(text.encode())}/32"
    return str(len(text)) if text else ""
