"""The session's screen: how it is going at one glance, every device, what can be done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kiosk.services.state.model import Batch, Connection, Notice, State
from kiosk.services.state.notices import REPORT
from kiosk.services.views import journal
from kiosk.services.views.devices import GROUPS, Group, tone_in
from kiosk.services.views.language import _, plural
from kiosk.services.views.order import Rows, counted, number_of, ordered, rows_of
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    ButtonView,
    age_text,
    duration,
    help_button,
    notice_banner,
    problem_banner,
)
from kiosk.services.wire import codes
from kiosk.services.wire.problem import OUTAGES
from kiosk.services.wire.visible import visible

# An estimate from fewer finished devices than this would be a guess.
_ENOUGH_FOR_ESTIMATE = 3
# This many failures of one kind, and no success, point at the target and not at the devices.
_ENOUGH_FOR_PATTERN = 3


@dataclass(frozen=True, slots=True)
class CountView:
    """How many devices are in a group of states; ``selected`` when only those are in sight."""

    icon: str
    number: str
    word: str
    tone: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """Everything on the session's screen. ``ready`` and ``failed`` are shares of the batch.

    Two views that differ only in their rows are equal: the rest need not be shown anew.
    ``show_all`` takes the filter away; it has a name only while there is one.
    """

    counts: tuple[CountView, ...]
    ready: float
    failed: float
    progress: str
    rows: Rows = field(compare=False)
    empty: str
    live: bool
    banner: BannerView
    provision: ButtonView
    retry: ButtonView
    show_all: ButtonView
    stop: str
    can_stop: bool


def view_of(state: State, now: float) -> ProvisionView:
    """Return the session's screen at ``now``; a batch must be open."""
    batch = state.open_batch()
    live = batch.connection.state == "live"
    looks = ordered(batch, now)
    groups = counted(batch, now)
    # What is left out of the session is no part of it any more.
    total = len(looks) - groups[Group.SKIPPED]
    waiting, ready = groups[Group.WAITING], groups[Group.READY]
    failed, blocked = groups[Group.FAILED], groups[Group.BLOCKED]
    if batch.shown == "all":
        shown = looks
    else:
        among = GROUPS[batch.shown].among
        shown = [pair for pair in looks if pair[1].group in among]
    rows = rows_of(shown, live=live)
    return ProvisionView(
        counts=tuple(
            CountView(
                group.icon,
                number_of(group.among, batch, now),
                _(group.word),
                tone_in(batch, group.tone),
                selected=name == batch.shown,
            )
            for name, group in GROUPS.items()
        ),
        ready=ready / total if total else 0.0,
        failed=(failed + blocked) / total if total else 0.0,
        progress=_progress(batch, groups, now),
        rows=rows,
        empty="" if rows else _empty(batch, anything=bool(looks)),
        live=live,
        banner=_banner(state, groups, now),
        provision=_action("provision-all", _("Provision all"), "upload", waiting, state),
        retry=_action("retry-failed", _("Retry failed"), "refresh", failed, state),
        show_all=_show_all(batch),
        stop=_("Stopping …") if "stop" in state.busy else _("Hold to stop"),
        can_stop="stop" not in state.busy,
    )


def _action(name: str, text: str, icon: str, number: int, state: State) -> ButtonView:
    """Return a button for many devices; offered while there are some, live or not."""
    intent = name.replace("-", "_")
    busy = intent in state.busy
    label = _("Asking …") if busy else f"{text} ({number})" if number else text
    enabled = bool(number) and not busy and not state.open_batch().is_paused
    return ButtonView(name, label, icon, intent, enabled=enabled, role="primary")


def _show_all(batch: Batch) -> ButtonView:
    if batch.shown == "all":
        return ButtonView("", "", enabled=False)
    return ButtonView("show-all", _("Show all"), "filter-remove", "show_devices", ("all",))


def _progress(batch: Batch, groups: Counter[Group], now: float) -> str:
    ready, total = groups[Group.READY], groups.total() - groups[Group.SKIPPED]
    if not total:
        return ""
    lines = [f"{ready}/{total}"]
    end = batch.ended_at if batch.ended_at is not None else now
    if batch.started_at is not None:
        lines[0] += f" · {duration(end - batch.started_at)}"
    under_way = groups[Group.QUEUED] + groups[Group.MOVING]
    if batch.is_paused:
        last = _("Paused")
    else:
        last = _("All ready: stop") if ready == total else _estimate(batch, ready, under_way, now)
    return "\n".join([*lines, last]) if last else lines[0]


def _estimate(batch: Batch, ready: int, under_way: int, now: float) -> str:
    """Tell the time left at the pace since they were asked for, only while there is a pace."""
    first, done = batch.first_asked_at, ready - batch.ready_before
    if first is None or not under_way or done < _ENOUGH_FOR_ESTIMATE:
        return ""
    if batch.connection.state != "live":
        return ""
    minutes = round((now - first) / done * under_way / 60)
    return _("about {n} min left").format(n=minutes) if minutes else _("under 1 min left")


def _empty(batch: Batch, *, anything: bool) -> str:
    if not batch.loaded:
        return _("Reading the session …")
    if anything:
        return _("No camera is in this state now.")
    ssid = batch.network.ssid if batch.network and batch.network.ssid else "DelicasaOnboard"
    return _("No camera yet. Power them up; they join {ssid} by themselves.").format(ssid=ssid)


def _banner(state: State, groups: Counter[Group], now: float) -> BannerView:
    batch = state.open_batch()
    connecting_anew = batch.loaded and batch.connection.state == "connecting"
    lost = connecting_anew or batch.connection.state in {"stale", "reconnecting", "stopped"}
    notice = state.notice
    if notice is not None and not (lost and _says_less(notice)):
        return notice_banner(notice, now, shown=state.navigation.details)
    if lost:
        return _not_live(batch, batch.connection, now, shown=state.navigation.details)
    if batch.is_paused:
        return _paused(state, groups)
    if batch.loaded and batch.network is not None and batch.network.is_active is False:
        text = _("The setup network is off: no camera can join. Restart the Pi if it stays off.")
        return BannerView("caution", "wifi-off", text)
    own = (journal.recalled_banner(state), journal.trouble_banner(state))
    return next((banner for banner in own if banner.text), _pattern(batch))


def _says_less(notice: Notice) -> bool:
    """Tell whether "not live", with its age and countdown, is the truer word than the notice."""
    problem = notice.problem
    return problem is None or problem.kind in OUTAGES or notice.command == REPORT


def _not_live(batch: Batch, connection: Connection, now: float, *, shown: bool) -> BannerView:
    tone, icon, problem = "caution", "access-point-off", connection.problem
    text = _("Not live.")
    if batch.updated_at is not None:
        text = _("Last update {age} ago.").format(age=age_text(now - batch.updated_at))
    if problem is None:
        return BannerView(tone, icon, text)
    buttons = (help_button(problem, connection.retry_at, now, "retry_now"),)
    # In few words, or no line of tiles would be left on the smaller panels: the kiosk tries again
    # by itself, and what else there is to do stands with the details.
    text, step = f"{text} {_(codes.sentence(problem))}", _(codes.next_step(problem))
    return problem_banner(tone, icon, text, problem, buttons, shown=shown, step=step)


def _paused(state: State, groups: Counter[Group]) -> BannerView:
    """Say what is on hold, and offer to go on."""
    text = _("Paused: no camera is set up until you continue.")
    on_hold = sum(groups[group] for group in (Group.WAITING, Group.QUEUED, Group.MOVING))
    if on_hold:
        waiting = plural("{n} waits.", "{n} wait.", on_hold)
        text = f"{text} {waiting}"
    if "unpause" in state.lacking:
        return BannerView("caution", "pause-circle-outline", text)
    busy = "unpause" in state.busy
    label = _("Asking …") if busy else _("Continue")
    button = ButtonView("unpause", label, "play", "unpause", enabled=not busy, machine=True)
    return BannerView("caution", "pause-circle-outline", text, "", (button,))


def _pattern(batch: Batch) -> BannerView:
    """Say early that all fail for the same reason, before the rest is wasted on it."""
    failed = [d for d in batch.devices.values() if d.state == "failed"]
    if len(failed) < _ENOUGH_FOR_PATTERN:
        return NO_BANNER
    if any(d.state == "verified" for d in batch.devices.values()):
        return NO_BANNER
    if not all("VERIFICATION_TIMEOUT" in (d.error or "") for d in failed):
        return NO_BANNER
    text = _("None came online. The password of {ssid} may be wrong: stop and start again.")
    ssid = visible(batch.session.target_ssid or "?")
    return BannerView("caution", "lock-alert", text.format(ssid=ssid))
