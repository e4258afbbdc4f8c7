"""The sessions that there are: the open one, those that can be continued, those that are over."""

from __future__ import annotations

from kiosk.services.state.known import Known
from kiosk.services.state.model import Batch, State
from kiosk.services.state.navigation import screen_of_session
from kiosk.services.views.language import UNKNOWN, _, plural
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.views.when import ago_text, date_text
from kiosk.services.wire.marks import N_
from kiosk.services.wire.provisioning import ENDED_STATES, Session
from kiosk.services.wire.visible import visible

Sessions = Known[tuple[Session, ...]]

_ENDINGS = {
    "closed": N_("Ended"),
    "completed": N_("Ended"),
    "cancelled": N_("Cancelled"),
    "failed": N_("Failed"),
}


def view_of(state: State, now: float) -> ListView:
    """Return the list at ``now``."""
    unfinished, history = recoverable(state), state.recovery.history
    rows = [_open_row(state.batch)] if state.batch is not None else []
    rows += [_row(session, unfinished, now, "waiting") for session in waiting(state)]
    rows += [_row(session, history, now, "quiet") for session in over(state)]
    nothing = _("Nothing to continue. Start a session on the first screen.")
    return ListView(
        title=_("Sessions"),
        nav=nav(state),
        facts=_how_many(state),
        banner=banner_of(state, now, unfinished, history),
        rows=tuple(rows),
        empty="" if rows else empty_text(unfinished, nothing),
        buttons=(_save(state),),
    )


def recoverable(state: State) -> Sessions:
    """Return what is known of the sessions that can be continued."""
    service = state.service
    return Known(
        value=service.recoverable if service.updated_at is not None else None,
        at=service.updated_at,
        problem=service.problem,
        retry_at=service.retry_at,
        epoch=service.epoch,
    )


def waiting(state: State) -> tuple[Session, ...]:
    """Return the sessions that can be continued; the open one is not among them."""
    opened = state.batch.session.id if state.batch is not None else None
    return tuple(session for session in state.service.recoverable if session.id != opened)


def over(state: State) -> tuple[Session, ...]:
    """Return the sessions of the history that are in no other part of the list."""
    elsewhere = {session.id for session in state.service.recoverable}
    if state.batch is not None:
        elsewhere.add(state.batch.session.id)
    history = state.recovery.history.value or ()
    return tuple(session for session in history if session.id not in elsewhere)


def ending_of(session: Session) -> str:
    """Return how a session ended, or that it has not; a state of its own shows as it is."""
    if session.state is None or session.state not in ENDED_STATES:
        return _("Not finished")
    return _(_ENDINGS[session.state])


def look_of(session: Session, tone: str) -> tuple[str, str]:
    """Return icon and tone: unfinished, all ready, some failed, just over."""
    if tone == "waiting":
        return "history", tone
    if session.failed_count or session.state == "failed":
        return "close-octagon", "bad"
    if session.device_count and session.verified_count == session.device_count:
        return "check-circle", "good"
    return "stop-circle-outline", tone


def result_of(session: Session) -> str:
    """Return how many cameras are ready and failed; a dash for what nobody told."""
    ready, total = (
        UNKNOWN if n is None else n for n in (session.verified_count, session.device_count)
    )
    text = _("{ready}/{total} ready").format(ready=ready, total=total)
    if not session.failed_count:
        return text
    failed = plural("{n} failed", "{n} failed", session.failed_count)
    return f"{text}, {failed}"


def _save(state: State) -> ButtonView:
    """Return the button that saves which cameras were set up, when and where."""
    busy = "save_record" in state.busy
    text = _("Saving …") if busy else _("Record to USB stick")
    return ButtonView("save-record", text, "usb-flash-drive", "save_record", enabled=not busy)


def _open_row(batch: Batch) -> RowView:
    ready = sum(device.state == "verified" for device in batch.devices.values())
    result = _("{ready}/{total} ready").format(ready=ready, total=len(batch.devices))
    where = _("Paused") if batch.is_paused else _("Open here")
    return RowView(
        "open",
        "camera-burst",
        visible(batch.session.target_ssid or "") or _("Unknown network"),
        result,
        tone="good",
        more=where if batch.ended_at is None else _("Ended"),
        intent="open",
        arguments=(screen_of_session(batch).value,),
    )


def _row(session: Session, known: Sessions, now: float, tone: str) -> RowView:
    icon, tone = look_of(session, tone)
    ago = ago_text(known.age_of(session.created_at, now))
    return RowView(
        session.id,
        icon,
        visible(session.target_ssid or "") or _("Unknown network"),
        f"{ending_of(session)} · {result_of(session)}",
        tone=tone,
        more=f"{ago} · {date_text(session.created_at)}",
        intent="open",
        arguments=("past", session.id),
    )


def _how_many(state: State) -> str:
    number = len(waiting(state))
    if state.service.updated_at is None:
        return ""
    if number == 0:
        # With nothing at all in the list, that is said where the list would be.
        is_empty = state.batch is None and not over(state)
        return "" if is_empty else _("Nothing to continue.")
    return plural("{n} can be continued.", "{n} can be continued.", number)
