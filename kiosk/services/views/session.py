"""The open session's sheet: what it is, which cameras are shown, pause and go on."""

from __future__ import annotations

from kiosk.services.state.model import Batch, State
from kiosk.services.views.devices import GROUPS, Group, tone_in
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.order import counted, number_of
from kiosk.services.views.parts import ButtonView, age_text, duration
from kiosk.services.views.rows import RowView, SheetView, banner_of, nav
from kiosk.services.wire.visible import visible


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet; a batch must be open."""
    batch = state.open_batch()
    shown = state.navigation.details
    banner = banner_of(state, now)
    word, tone = _word(batch)
    return SheetView(
        title=_("The session"),
        nav=nav(state),
        word=word,
        tone=tone,
        # The technical part takes the place of the rest: both do not fit on 89 mm.
        text="" if banner.text else _details(batch) if shown else _facts(batch, now),
        rows=_choices(batch, now) if not shown else (),
        banner=banner,
        buttons=_buttons(state, batch),
    )


def _word(batch: Batch) -> tuple[str, str]:
    if batch.ended_at is not None:
        return _("Ended"), "quiet"
    if batch.connection.state != "live":
        return _("Not live"), "bad"
    return (_("Paused"), "waiting") if batch.is_paused else (_("Running"), "good")


def _facts(batch: Batch, now: float) -> str:
    parts = [_("Network {ssid}").format(ssid=visible(batch.session.target_ssid or UNKNOWN))]
    if batch.started_at is not None:
        parts.append(_("started {age} ago").format(age=age_text(now - batch.started_at)))
    if batch.deadline is not None and batch.ended_at is None:
        parts.append(_("ends in {time}").format(time=duration(batch.deadline - now)))
    if skipped := counted(batch, now)[Group.SKIPPED]:
        parts.append(_("{n} skipped").format(n=skipped))
    return " · ".join(parts)


def _details(batch: Batch) -> str:
    session = batch.session
    parts = [
        _("session {id}").format(id=session.id),
        _("state {state}").format(state=session.state or UNKNOWN),
        _("correlation id {id}").format(id=batch.correlation_id or UNKNOWN),
        _("events not understood: {n}").format(n=batch.unknown_events),
    ]
    return " · ".join(parts)


def _choices(batch: Batch, now: float) -> tuple[RowView, ...]:
    """Return the groups to choose from; each tells how many cameras are in it."""
    everything = RowView(
        "all",
        "view-grid-outline",
        _("All"),
        number_of(Group, batch, now),
        intent="show_devices",
        arguments=("all",),
        selected=batch.shown == "all",
    )
    return (
        everything,
        *(
            RowView(
                name,
                group.icon,
                _(group.word),
                number_of(group.among, batch, now),
                tone=tone_in(batch, group.tone),
                intent="show_devices",
                arguments=(name,),
                selected=batch.shown == name,
            )
            for name, group in GROUPS.items()
        ),
    )


def _buttons(state: State, batch: Batch) -> tuple[ButtonView, ...]:
    label = _("Less") if state.navigation.details else _("Details")
    details = ButtonView("about", label, "information-outline", "toggle_details", role="quiet")
    name = "unpause" if batch.is_paused else "pause"
    if batch.ended_at is not None or name in state.lacking:
        return (details,)
    text, icon = (_("Continue"), "play") if batch.is_paused else (_("Pause"), "pause")
    busy = bool({name, "stop"} & state.busy)
    label = _("Asking …") if busy else text
    return details, ButtonView(name, label, icon, name, enabled=not busy, machine=True)
