"""The one-field editor: what was typed, and the keys that fit on the panel."""

from __future__ import annotations

import string
from dataclasses import dataclass

from kiosk.services.state.fields import FIELDS
from kiosk.services.state.model import Editor, State
from kiosk.services.views.language import _, plural
from kiosk.services.views.pin import wrong_pin
from kiosk.services.wire.mac import canonical, grouped

_LETTERS = string.ascii_lowercase
_DIGITS = "1234567890"
_SIGNS = "-_.@!#$%&*+=/\\:;,?'\"()[]{}<>|~^`"
_ACCENTED = "áàâãçéêíóôõúü"

_HEX_DIGITS = frozenset("0123456789ABCDEF")
_DIGITS_OF_A_MAC = 12

_KEYS = {
    "text": _LETTERS + _DIGITS + _SIGNS + _ACCENTED,
    "hex": "0123456789ABCDEF",
    "number": "1234567890",
}


@dataclass(frozen=True, slots=True)
class EditorView:
    """Everything on the editor's screen; ``keypad`` says that the keys are few and large."""

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
    keypad: bool = False


def view_of(state: State, now: float) -> EditorView:
    """Return the editor."""
    editor = state.editor
    kind = FIELDS[editor.field]
    text = editor.text.get_secret_value()
    hint, error = _mac_words(state, text) if editor.field == "mac" else ("", "")
    if editor.field == "password" and state.form.password_given and not text:
        hint = _("A password is set. Type to replace it.")
    if editor.field == "mac":
        text = grouped(text)
    if editor.field == "pin":
        error = wrong_pin(state, now)
    return EditorView(
        title=editor.title or hint or _(kind.title),
        text=text if editor.shown else "•" * len(text),
        count=_count(editor),
        error=_(editor.error) or error,
        secret=kind.secret,
        shown=editor.shown,
        capitals=editor.capitals,
        keep=_("Keep on this Pi") if editor.field == "api_key" else "",
        kept=editor.keep,
        page=editor.page,
        characters=_KEYS[kind.keys],
        keypad=kind.keys != "text",
    )


def _mac_words(state: State, digits: str) -> tuple[str, str]:
    """Return what a MAC still lacks while it is typed, and what is wrong with it already."""
    if wrong := sorted(set(digits) - _HEX_DIGITS):
        return "", _("{characters} cannot be in a MAC.").format(characters=" ".join(wrong))
    missing = _DIGITS_OF_A_MAC - len(digits)
    if missing < 0:
        return "", _("A MAC has only twelve digits.")
    if digits and missing:
        return plural("One digit is missing.", "{n} digits are missing.", missing), ""
    mac = canonical(digits)
    if any(mac and entry.mac == mac for entry in state.allowlist.entries.value or ()):
        return "", _("This camera is approved already.")
    return (_("The MAC is complete.") if mac else ""), ""


def page_of(characters: str, page: int, capacity: int) -> tuple[str, str]:
    """Return the characters of ``page`` (counted round and round) and the next page's label.

    A panel shows ``capacity`` characters at once; 15 mm keys do not allow more.
    """
    pages = [characters[at : at + capacity] for at in range(0, len(characters), capacity)]
    following = pages[(page + 1) % len(pages)]
    return pages[page % len(pages)], f"{following[0]}–{following[-1]}"


def _count(editor: Editor) -> str:
    text = editor.text.get_secret_value()
    most = FIELDS[editor.field].most
    if most is not None:
        return f"{len(text.encode())}/{most}"
    # Of a MAC it is said what is missing.
    return str(len(text)) if text and editor.field != "mac" else ""
