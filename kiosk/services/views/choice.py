"""One setting and what it may be; the subject is its name."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.state.preferences import CHOICES
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import RowView, SheetView, banner_of, nav
from kiosk.services.views.settings import panel_name, panel_size, title_of, value_text
from kiosk.services.wire.marks import N_

_TEXTS = {
    "display": N_("Which panel this is, so that a millimetre is one. Counts after the next start."),
    "rotation": N_("Turns the picture and the touch together."),
    "brightness": N_("How bright the panel is while somebody is there."),
    "dim_minutes": N_("How long nobody touches the panel before it darkens. A touch lights it."),
    "pin": N_("Four to eight digits, asked for before the settings."),
}


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet of the setting that was opened."""
    name = state.navigation.subject or ""
    return SheetView(
        title=title_of(name),
        nav=nav(state),
        text=_(_TEXTS.get(name, "")),
        word=value_text(name, state.preferences.brightness) if name == "brightness" else "",
        banner=banner_of(state, now),
        rows=() if name in {"brightness", "pin"} else _rows(state, name),
        buttons=_buttons(state, name),
    )


def _rows(state: State, name: str) -> tuple[RowView, ...]:
    chosen = getattr(state.preferences, name)
    return tuple(
        RowView(
            str(value),
            "radiobox-marked" if value == chosen else "radiobox-blank",
            panel_name(str(value)) if name == "display" else value_text(name, value),
            panel_size(str(value)) if name == "display" else "",
            intent="choose_preference",
            arguments=(name, str(value)),
            selected=value == chosen,
        )
        for value in CHOICES[name]
    )


def _buttons(state: State, name: str) -> tuple[ButtonView, ...]:
    if name == "pin":
        return (
            ButtonView("change-pin", _("Change"), "lock-reset", "edit_new_pin"),
            ButtonView("remove-pin", _("Hold to remove"), "lock-remove", "remove_pin", hold=True),
        )
    if name != "brightness":
        return ()
    steps, now = CHOICES["brightness"], state.preferences.brightness
    return (
        ButtonView("darker", "", "minus", "darker", enabled=now != steps[0]),
        ButtonView("brighter", "", "plus", "brighter", enabled=now != steps[-1]),
    )
