"""The keys that fit on the panel at 15 mm; the rest is on the next page. Keypads have no pages."""

from __future__ import annotations

from typing import Any

from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.screens.widgets.pressable import Meaning
from kiosk.screens.widgets.target import Target
from kiosk.services.views.editor import page_of

KEY_MM, GAP_MM = 15, 3
# The keys of a keypad are as large as this, or as the panel allows.
PAD_KEY_MM = 20
_NARROW, _WIDE, _MOST_IN_NARROW = 3, 4, 12
# Shift, space and next page stand on every page.
_FUNCTION_KEYS = 3


class Keyboard(GridLayout):
    """A page of ``characters``, and keys for capitals, the space and the next page.

    With ``keypad`` these are few: all of them, larger, and nothing else.
    """

    characters = StringProperty()
    page = NumericProperty(0)
    capitals = BooleanProperty(False)
    keypad = BooleanProperty(False)
    intents = ObjectProperty(None, allownone=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(spacing=mm(GAP_MM), **kwargs)
        self.bind(
            size=self._lay_out,
            characters=self._lay_out,
            page=self._lay_out,
            capitals=self._lay_out,
            keypad=self._lay_out,
        )

    def _lay_out(self, *_args: Any) -> None:
        if self.keypad:
            self._lay_out_pad()
        else:
            self._limit_to(None, None)
            self._lay_out_page()

    def _lay_out_pad(self) -> None:
        across = _NARROW if len(self.characters) <= _MOST_IN_NARROW else _WIDE
        down = -(-len(self.characters) // across)
        self._limit_to(*(mm(n * (PAD_KEY_MM + GAP_MM) - GAP_MM) for n in (across, down)))
        self._show(across, [("type", character) for character in self.characters])

    def _limit_to(self, width: float | None, height: float | None) -> None:
        self.size_hint_max = width, height

    def _lay_out_page(self) -> None:
        across = int((self.width + mm(GAP_MM)) // mm(KEY_MM + GAP_MM))
        down = int((self.height + mm(GAP_MM)) // mm(KEY_MM + GAP_MM))
        if across < 1 or down < 1 or not self.characters:
            return
        capacity = max(1, across * down - _FUNCTION_KEYS)
        characters, following = page_of(self.characters, int(self.page), capacity)
        if self.capitals:
            characters, following = characters.upper(), following.upper()
        keys = [("type", character) for character in characters]
        keys += [("space", ""), ("shift", ""), ("page", following)]
        self._show(across, keys)

    def _show(self, across: int, keys: list[tuple[str, str]]) -> None:
        self.cols = across
        self._fit_to(len(keys))
        for key, (kind, text) in zip(reversed(self.children), keys, strict=True):
            self._dress(key, kind, text)

    def _fit_to(self, number: int) -> None:
        while len(self.children) > number:
            self.remove_widget(self.children[0])
        while len(self.children) < number:
            self.add_widget(Key(keyboard=self))

    def _dress(self, key: Key, kind: str, text: str) -> None:
        icons = {"space": "keyboard-space", "shift": "apple-keyboard-shift"}
        key.kind = kind
        key.character = text
        key.text = text
        key.icon = icons.get(kind, "")
        key.name = f"key:{text}" if kind == "type" else f"key:{kind}"
        key.font_size = mm(7) if kind == "type" else 0
        key.role = "plain" if kind == "type" else "quiet"
        key.selected = kind == "shift" and self.capitals


class Key(Target):
    """One key."""

    kind = StringProperty()
    character = StringProperty()
    keyboard = ObjectProperty(None, allownone=True)

    @property
    def meaning(self) -> Meaning:
        """Return what it is labelled with."""
        return self.kind, self.character

    def is_possible(self, meaning: Meaning) -> bool:
        """Return whether there is still a keyboard: what was seen on a key can be typed."""
        del meaning
        return self.is_shown

    def on_release(self) -> None:
        """Type the character that was touched, or do what the function key is for."""
        kind, character = self.touched
        intents = self.keyboard.intents
        if kind == "shift":
            intents.toggle_capitals()
        elif kind == "page":
            intents.turn_page()
        else:
            intents.type_text(" " if kind == "space" else character)
