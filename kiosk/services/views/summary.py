"""What came of the session, once it is over."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import Batch, State
from kiosk.services.views.devices import Group, tone_in
from kiosk.services.views.language import _, plural
from kiosk.services.views.order import Rows, number_of, ordered, rows_of
from kiosk.services.views.parts import age_text, duration
from kiosk.services.views.provision import CountView
from kiosk.services.wire.visible import visible


@dataclass(frozen=True, slots=True)
class SummaryView:
    """Everything on the closing summary."""

    title: str
    text: str
    icon: str
    tone: str
    counts: tuple[CountView, ...]
    rows: Rows
    leftover: str
    again: str


def view_of(state: State, now: float) -> SummaryView:
    """Return the summary; a batch must be there, ended."""
    batch = state.open_batch()
    looks = ordered(batch, now)
    unfinished = [pair for pair in looks if pair[1].group is not Group.READY]
    everything = bool(looks) and not unfinished
    rest = frozenset(Group) - {Group.READY, Group.FAILED}
    return SummaryView(
        title=_title(batch, everything=everything),
        text=_text(batch, now),
        icon="check-circle" if everything else "flag-checkered",
        tone=tone_in(batch, "good" if everything else "waiting"),
        counts=tuple(
            CountView(icon, number_of(among, batch, now), word, tone_in(batch, tone))
            for icon, among, word, tone in (
                ("check-circle", {Group.READY}, _("Ready"), "good"),
                ("close-octagon", {Group.FAILED}, _("Failed"), "bad"),
                ("circle-outline", rest, _("Not set up"), "quiet"),
            )
        ),
        rows=rows_of(unfinished, live=batch.is_sure),
        leftover=_leftover(batch, len(unfinished), now),
        again=_("Done"),
    )


def _title(batch: Batch, *, everything: bool) -> str:
    if batch.outcome == "expired":
        return _("The session ran out of time")
    if batch.outcome == "gone":
        return _("The session is no longer there")
    if batch.outcome == "failed":
        return _("The service ended the session with an error")
    if everything:
        return _("All cameras are ready")
    return _("Session ended")


def _text(batch: Batch, now: float) -> str:
    end = batch.ended_at if batch.ended_at is not None else now
    parts = []
    if batch.session.target_ssid:
        parts.append(_("Network {ssid}").format(ssid=visible(batch.session.target_ssid)))
    if batch.started_at is not None:
        parts.append(_("took {time}").format(time=duration(end - batch.started_at)))
    return " · ".join(parts)


def _leftover(batch: Batch, number: int, now: float) -> str:
    """Say how many are left, after how old that is where nobody could tell since."""
    parts = []
    if not batch.is_sure and batch.updated_at is not None:
        parts.append(_("Last update {age} ago.").format(age=age_text(now - batch.updated_at)))
    if number:
        parts.append(plural("{n} camera is not ready:", "{n} cameras are not ready:", number))
    return " ".join(parts)
