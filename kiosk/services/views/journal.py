"""What the kiosk says of its memory: that it has none, and what was under way before a start."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.services.state.journal import TROUBLES, Recalled
from kiosk.services.state.model import Device, State
from kiosk.services.views.devices import look_of
from kiosk.services.views.language import _, plural
from kiosk.services.views.parts import NO_BANNER, BannerView, ButtonView
from kiosk.services.views.rows import RowView
from kiosk.services.wire.marks import N_, NC_
from kiosk.services.wire.provisioning import ENDED_STATES, RUNNING_STATES

_OF_A_DEVICE = frozenset({"provision", "provision-all", "retry", "skip"})
_OF_A_SESSION = frozenset({"start", "stop", "pause", "unpause", "resume"})

# What was asked; the target is what it was about, where that can be said.
_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "start": N_("Start session for {target}"),
        "stop": N_("Stop session"),
        "pause": N_("Pause session"),
        "unpause": N_("Continue session"),
        "resume": N_("Continue session"),
        "discard": N_("Discard session"),
        "history-clear": N_("Clear old sessions"),
        "provision-all": N_("Provision all"),
        "provision": N_("Provision {target}"),
        "retry": N_("Retry {target}"),
        "skip": N_("Skip {target}"),
        "allowlist-add": N_("Approve {target}"),
        "allowlist-remove": N_("Withdraw approval of {target}"),
        "wifi-connect": N_("Join Wi-Fi {target}"),
        "wifi-disconnect": N_("Leave Wi-Fi"),
        "camera-capture": N_("Picture of {target}"),
        "camera-reboot": N_("Restart camera {target}"),
        "espcam-scan": N_("Search for cameras"),
        "espcam-pair": N_("Pair {target}"),
        "camera-assign": N_("Place camera {target}"),
        "camera-unassign": N_("Remove camera {target}"),
        "config-set": N_("Change setting {target}"),
        "config-reset": N_("Reset setting {target}"),
        "door-open": N_("Open door"),
        "door-close": N_("Close door"),
        "system-reset": N_("Reset PiOrchestrator"),
    }
)

# A word for the list, a sentence for the banner, a tone.
_ENDS: Mapping[str | None, tuple[str, str, str]] = MappingProxyType(
    {
        "done": (NC_("request", "Done"), N_("It was done."), "good"),
        "not_done": (N_("Not done"), N_("It was not done."), "waiting"),
        "unknown": (
            N_("Not known if done"),
            N_("Nobody can tell whether it was done; look before you repeat it."),
            "waiting",
        ),
        None: (
            N_("Not known yet"),
            N_("What came of it is known when PiOrchestrator answers."),
            "moving",
        ),
    }
)


def trouble_banner(state: State) -> BannerView:
    """Return that nothing is kept at the moment, and what to do about it."""
    known = TROUBLES.get(state.journal.trouble)
    if known is None:
        return NO_BANNER
    why, step = map(_, known)
    text = _("{why} What is done now is not remembered after a restart. {step}")
    return BannerView("caution", "harddisk", text.format(why=why, step=step))


def recalled_banner(state: State) -> BannerView:
    """Return what was under way before the last start, to be read and taken away."""
    text = recalled_text(state)
    if not text or state.journal.is_read:
        return NO_BANNER
    read = ButtonView("dismiss", "", "close", "forget_recalled")
    return BannerView("info", "history", text, "", (read,))


def recalled_text(state: State) -> str:
    """Return what was under way before the last start; "" when nothing was."""
    recalled = tuple(state.journal.recalled.values())
    if len(recalled) > 1:
        return _many(recalled)
    if not recalled:
        return ""
    one = recalled[0]
    found = _found(one, state)
    parts = [
        _("Before the restart: {what}.").format(what=title_of(one)),
        _(_ENDS[one.end][1]),
        _("Now: {state}.").format(state=found) if found else "",
    ]
    return " ".join(filter(None, parts))


def recalled_rows(state: State) -> tuple[RowView, ...]:
    """Return a line for each request that was under way before the last start."""
    return tuple(_row(one, state) for one in state.journal.recalled.values())


def title_of(one: Recalled) -> str:
    """Return what was asked, in words; an operation that has none shows as it is."""
    # The last part is what a person knows it by: the device, not its session.
    target = one.target[-1] if one.target else ""
    return _(_TITLES.get(one.operation, one.operation)).format(target=target)


def _many(recalled: tuple[Recalled, ...]) -> str:
    done = sum(one.end == "done" for one in recalled)
    text = plural(
        "Before the restart {n} request was under way.",
        "Before the restart {n} requests were under way.",
        len(recalled),
    )
    known = _("{done} of them done; Help lists them.").format(done=done)
    return f"{text} {known}"


def _row(one: Recalled, state: State) -> RowView:
    word, _sentence, tone = _ENDS[one.end]
    return RowView(
        f"recalled-{one.id}",
        "history",
        title_of(one),
        _("Before the restart: {end}").format(end=_(word)),
        tone,
        more=_found(one, state),
    )


def _found(one: Recalled, state: State) -> str:
    """Return the state that was read back, in words; of a device in sight, the state of now."""
    found = one.found
    if one.operation in _OF_A_DEVICE and found:
        known = state.batch.devices.get(one.target[-1]) if state.batch is not None else None
        device = known or Device(one.target[-1], found)
        return _(look_of(device, anything_moves=False, now=0.0).word)
    if one.operation in _OF_A_SESSION and found in ENDED_STATES:
        return _("Ended")
    if one.operation in _OF_A_SESSION and found in RUNNING_STATES:
        return _("Paused") if found == "paused" else _("Running")
    return found
