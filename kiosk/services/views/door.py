"""The machine's door: how it is, what was done with it, and the two things to do."""

from __future__ import annotations

from kiosk.services.state.known import Known
from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.readings import known
from kiosk.services.views.rows import FactView, RowView, SheetView, banner_of, nav
from kiosk.services.views.when import ago_text
from kiosk.services.wire.door import DoorEvent, DoorStatus
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_, NC_

# Icon, word, tone.
Look = tuple[str, str, str]

_STATES: dict[str, Look] = {
    "open": ("door-open", N_("Open"), "waiting"),
    "closed": ("door-closed", N_("Closed"), "good"),
    "error": ("alert-octagon", N_("Error"), "bad"),
}
_LOCKS: dict[str, Look] = {
    "locked": ("lock", N_("Locked"), "good"),
    "unlocked": ("lock-open-variant", N_("Unlocked"), "waiting"),
    "error": ("alert-octagon", N_("Error"), "bad"),
}
_UNKNOWN: Look = ("help-circle-outline", NC_("door", "Unknown"), "quiet")
_NONE: Look = ("door", N_("No door"), "quiet")
_COMMANDS = {
    "open": N_("Opened"),
    "close": N_("Closed"),
    "auto_close": N_("Closed by itself"),
    "test": N_("Tested"),
}
_MOST_EVENTS = 12


def is_absent(state: State) -> bool:
    """Return whether this machine has no door that can be moved."""
    door, there = state.machine.door, state.machine.door_there
    return Feature.DOOR in state.off or door.is_absent or there.value is False


def view_of(state: State, now: float) -> SheetView:
    """Return the door at ``now``."""
    door, history = state.machine.door, state.machine.door_history
    status = door.value or DoorStatus()
    absent = is_absent(state)
    icon, word, tone = _NONE if absent else look_of(status, is_old=door.is_stale(now))
    banner = banner_of(state, now, door)
    text = _("This machine has no door that can be moved.") if absent else _text(state, status)
    return SheetView(
        title=_("Door"),
        nav=nav(state),
        icon=icon,
        word=_(word),
        tone=tone,
        text="" if banner.text else text,
        # There is no room for all of them beside a banner.
        facts=() if absent else _facts(status, door, now)[: 3 if banner.text else None],
        rows=tuple(
            _event_row(index, event, history, now)
            for index, event in enumerate((history.value or ())[:_MOST_EVENTS])
        ),
        banner=banner,
        buttons=() if absent else _buttons(state, status),
    )


def look_of(status: DoorStatus, *, is_old: bool) -> Look:
    """Return how the door is: the leaf, else the lock; what is old is not how it is now."""
    if is_old:
        return _UNKNOWN
    if status.state == "closed" and status.lock_state == "unlocked":
        return ("door-closed", N_("Not locked"), "waiting")
    return _STATES.get(status.state or "") or _LOCKS.get(status.lock_state or "") or _UNKNOWN


def _text(state: State, status: DoorStatus) -> str:
    if "open_door" in state.busy:
        return _("Opening …")
    if "close_door" in state.busy:
        return _("Closing …")
    if status.error:
        return status.error
    if status.hardware_available is False:
        return _("The Pi reaches no lock: check its cable.")
    return _("Keep the door clear. It opens as soon as the button is full.")


def _facts(status: DoorStatus, door: Known[DoorStatus], now: float) -> tuple[FactView, ...]:
    facts = [
        FactView(_("Lock"), _(_LOCKS.get(status.lock_state or "", _UNKNOWN)[1])),
        FactView(_("Last command"), _command(status.last_command)),
        FactView(_("When"), ago_text(door.age_of(status.last_command_time, now))),
        FactView(_("Lock reached"), _flag(status.hardware_available)),
    ]
    if status.dev_mode:
        facts.append(FactView(_("Trial mode"), _("on: nothing moves"), "waiting"))
    return tuple(facts)


def _flag(value: bool | None) -> str:
    if value is None:
        return UNKNOWN
    return _("yes") if value else _("no")


def _command(command: str | None) -> str:
    return _(_COMMANDS[command]) if command in _COMMANDS else known(command)


def _event_row(
    index: int, event: DoorEvent, history: Known[tuple[DoorEvent, ...]], now: float
) -> RowView:
    went_well = event.result == "success"
    unknown = event.result is None
    icon = "help-circle-outline" if unknown else "check" if went_well else "close-octagon"
    ago = ago_text(history.age_of(event.timestamp, now))
    failed = _("failed")
    return RowView(
        f"event:{index}",
        icon,
        _command(event.command),
        ago if went_well or unknown else f"{failed} · {ago}",
        tone="plain" if went_well else "quiet" if unknown else "bad",
    )


def _buttons(state: State, status: DoorStatus) -> tuple[ButtonView, ...]:
    moving = bool(state.busy & {"open_door", "close_door"})
    can_move = not moving and status.hardware_available is not False
    opening = "open_door" in state.busy
    return (
        ButtonView(
            "close-door", _("Close"), "door-closed", "close_door", enabled=can_move, machine=True
        ),
        ButtonView(
            "open-door",
            _("Opening …") if opening else _("Hold to open"),
            "door-open",
            "open_door",
            enabled=can_move,
            role="primary",
            hold=True,
            machine=True,
        ),
    )
