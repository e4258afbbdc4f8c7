"""Approving cameras: the form, what came of each that was scanned, what could be picked."""

from __future__ import annotations

from collections import Counter
from itertools import chain

from kiosk.services.state.approving import Approval, Approving
from kiosk.services.state.model import Batch, Device, Route, State
from kiosk.services.views.devices import tail_of
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView, RowView, banner_of, nav
from kiosk.services.wire.marks import N_

_LOOKS = {
    "waiting": (N_("In line"), "timer-sand", "moving"),
    "approved": (N_("Approved"), "check-circle", "good"),
    "known": (N_("Already there"), "check-circle-outline", "quiet"),
    "refused": (N_("Refused: see why"), "close-octagon", "bad"),
}


def view_of(state: State, now: float) -> ListView:
    """Return the form and the list of what came of it, at ``now``."""
    form = state.approving
    listed = frozenset(entry.mac for entry in state.allowlist.entries.value or () if entry.mac)
    banner = banner_of(state, now, state.allowlist.entries)
    rows = chain(
        (_mac_row(form.mac, is_listed=form.mac in listed),),
        # What was scanned just now is on the first page, whatever else there is.
        map(_result_row, form.approvals[:1]),
        _other_rows(form),
        map(_result_row, _ordered(form.approvals[1:])),
        map(_pick_row, _unapproved(state.batch, listed)),
    )
    return ListView(
        title=_("Approve cameras"),
        nav=nav(state),
        facts=_facts(form.approvals),
        banner=banner,
        rows=tuple(rows),
        buttons=_buttons(state, listed),
    )


def _facts(approvals: tuple[Approval, ...]) -> str:
    if not approvals:
        return _("Scan one after another: each is approved at once.")
    counts = Counter(approval.outcome for approval in approvals)
    text = _("{approved} approved, {known} already there, {refused} refused").format(
        approved=counts["approved"], known=counts["known"], refused=counts["refused"]
    )
    if counts["waiting"]:
        return _("{text}, {n} in line").format(text=text, n=counts["waiting"])
    return text


def _ordered(approvals: tuple[Approval, ...]) -> list[Approval]:
    """Return what was refused before the rest; the newest first in both."""
    return sorted(approvals, key=lambda approval: approval.outcome != "refused")


def _mac_row(mac: str, *, is_listed: bool) -> RowView:
    if not mac:
        hint = _("Tap to enter it, or scan it.")
        return RowView("mac", "barcode", _("MAC"), hint, intent="edit_mac")
    hint, tone = _("Ready to approve."), "good"
    if is_listed:
        hint, tone = _("Approved already."), "waiting"
    return RowView("mac", "barcode", mac, hint, tone, "edit_mac", mark=tail_of(mac))


def _other_rows(form: Approving) -> tuple[RowView, ...]:
    parts = (
        ("description", "tag-text-outline", _("Description"), form.description),
        ("container", "package-variant", _("Container"), form.container),
    )
    optional = _("For all of them; may be empty.")
    return tuple(
        RowView(name, icon, text or title, title if text else optional, intent=f"edit_{name}")
        for name, icon, title, text in parts
    )


def _result_row(approval: Approval) -> RowView:
    word, icon, tone = _LOOKS[approval.outcome]
    return RowView(
        f"result:{approval.mac}",
        icon,
        approval.mac,
        _(word),
        tone,
        "open",
        (Route.APPROVAL.value, approval.mac),
        mark=tail_of(approval.mac),
    )


def _pick_row(device: Device) -> RowView:
    return RowView(
        f"pick:{device.mac}",
        "access-point",
        device.mac,
        _("Found, not approved: tap to fill it in."),
        "waiting",
        "pick_mac",
        (device.mac,),
        mark=tail_of(device.mac),
    )


def _unapproved(batch: Batch | None, listed: frozenset[str]) -> tuple[Device, ...]:
    """Return the open session's devices that are not known to be approved."""
    if batch is None or batch.ended_at is not None:
        return ()
    return tuple(
        device
        for device in batch.devices.values()
        if not device.in_allowlist and device.mac not in listed
    )


def _buttons(state: State, listed: frozenset[str]) -> tuple[ButtonView, ...]:
    form = state.approving
    refused = any(approval.outcome == "refused" for approval in form.approvals)
    done = any(approval.outcome != "waiting" for approval in form.approvals)
    busy = "approve" in state.busy
    buttons = (
        ButtonView("clear", _("Clear"), "playlist-remove", "clear_approvals") if done else None,
        ButtonView("refused", _("Again"), "refresh", "approve_refused", enabled=not busy)
        if refused
        else None,
        ButtonView(
            "approve",
            _("Approving …") if busy else _("Approve"),
            "shield-check",
            "approve",
            enabled=bool(form.mac) and form.mac not in listed and not busy,
            role="primary",
            machine=True,
        ),
    )
    return tuple(button for button in buttons if button is not None)
