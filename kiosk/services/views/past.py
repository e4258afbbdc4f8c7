"""The sheet of a session that is not open: what it was, go on with it or give it up."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.views.language import UNKNOWN, _, plural
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import FactView, SheetView, banner_of, nav
from kiosk.services.views.sessions import ending_of, look_of, over, recoverable, waiting
from kiosk.services.views.when import ago_text, moment_text
from kiosk.services.wire.provisioning import Session
from kiosk.services.wire.visible import visible


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet of the session that was tapped, at ``now``."""
    subject = state.navigation.subject
    unfinished = next((s for s in waiting(state) if s.id == subject), None)
    session = unfinished or next((s for s in over(state) if s.id == subject), None)
    banner = banner_of(state, now)
    if session is None:
        return SheetView(
            title=_("Session"),
            nav=nav(state),
            text=_("This session is no longer in the list. Go back to see the others."),
            banner=banner,
        )
    icon, tone = look_of(session, "waiting" if unfinished else "quiet")
    known = recoverable(state) if unfinished else state.recovery.history
    ago = ago_text(known.age_of(session.created_at, now))
    return SheetView(
        title=visible(session.target_ssid or "") or _("Unknown network"),
        nav=nav(state),
        icon=icon,
        word=ending_of(session),
        tone=tone,
        text=_text(state, session) if unfinished and not banner.text else "",
        facts=_facts(session, ago, room=not banner.text),
        banner=banner,
        buttons=_buttons(state, session) if unfinished else _clear(state),
    )


def _facts(session: Session, ago: str, *, room: bool) -> tuple[FactView, ...]:
    def number(count: int | None) -> str:
        return UNKNOWN if count is None else str(count)

    failed = "bad" if session.failed_count else "plain"
    facts = (
        FactView(_("Cameras"), number(session.device_count)),
        FactView(_("Started"), ago),
        FactView(_("Ready"), number(session.verified_count), "good"),
        FactView(_("Date"), moment_text(session.created_at)),
        FactView(_("Failed"), number(session.failed_count), failed),
        FactView(_("Last change"), moment_text(session.updated_at)),
    )
    return (*facts, FactView(_("Session"), session.id)) if room else facts


def _text(state: State, session: Session) -> str:
    if _is_open(state):
        return _("Another session is open here. Stop it before you continue this one.")
    text = _("Continue goes on with the cameras as they are. Discard ends the session.")
    if session.device_count is None or session.verified_count is None:
        return text
    left = session.device_count - session.verified_count
    if left <= 0:
        return text
    lost = plural(
        "{n} camera then has to be set up in a new one.",
        "{n} cameras then have to be set up in a new one.",
        left,
    )
    return f"{text} {lost}"


def _is_open(state: State) -> bool:
    return state.batch is not None and state.batch.ended_at is None


def _buttons(state: State, session: Session) -> tuple[ButtonView, ...]:
    discard = f"discard:{session.id}"
    busy = bool({"start", "resume", discard} & state.busy)
    resume = ButtonView(
        "resume",
        _("Opening …") if "resume" in state.busy else _("Continue"),
        "play-circle-outline",
        "resume",
        (session.id,),
        enabled=not busy and not _is_open(state),
        role="primary",
        machine=True,
    )
    if "discard" in state.lacking:
        return (resume,)
    label = _("Asking …") if discard in state.busy else _("Hold to discard")
    give_up = ButtonView(
        "discard",
        label,
        "delete-outline",
        "discard",
        (session.id,),
        enabled=not busy,
        hold=True,
        machine=True,
    )
    return give_up, resume


def _clear(state: State) -> tuple[ButtonView, ...]:
    if "clear_history" in state.lacking:
        return ()
    busy = "clear_history" in state.busy
    label = _("Asking …") if busy else _("Hold to clear all that are older than 7 days")
    clear = ButtonView(
        "clear", label, "broom", "clear_history", enabled=not busy, hold=True, machine=True
    )
    return (clear,)
