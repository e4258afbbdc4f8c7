"""The allowlist: which cameras may be set up, and which of them have been."""

from __future__ import annotations

from kiosk.services.state.approving import Usage
from kiosk.services.state.model import Route, State
from kiosk.services.views.devices import tail_of
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.wire.allowlist import AllowlistEntry
from kiosk.services.wire.features import Feature
from kiosk.services.wire.marks import N_

_FILTERS: tuple[tuple[Usage, str, str], ...] = (
    ("all", "format-list-bulleted", N_("All")),
    ("available", "check-circle-outline", N_("Available")),
    ("used", "camera-lock", N_("Used")),
)


def view_of(state: State, now: float) -> ListView:
    """Return the allowlist as it is filtered, at ``now``."""
    known = state.allowlist.entries
    entries = known.value or ()
    usage = state.approving.usage
    shown = [entry for entry in entries if usage == "all" or entry.used is (usage == "used")]
    used = sum(entry.used for entry in entries)
    facts = _("{available} available, {used} used").format(available=len(entries) - used, used=used)
    nothing = _("No camera is approved yet.") if not entries else _("None of them.")
    return ListView(
        title=_("Allowlist"),
        nav=nav(state),
        facts=facts if known.value is not None else "",
        banner=banner_of(state, now, known),
        rows=tuple(_row(entry, entry.mac) for entry in sorted(shown, key=_label) if entry.mac),
        empty="" if shown else nothing if entries else empty_text(known, nothing),
        filters=tuple(
            ButtonView(
                f"filter:{name}",
                _(word),
                icon,
                "filter_allowlist",
                (name,),
                selected=usage == name,
            )
            for name, icon, word in _FILTERS
        ),
        buttons=(ButtonView("add", _("Add"), "plus", "open", (Route.APPROVE.value,)),),
    )


def is_absent(state: State) -> bool:
    """Return whether there is no allowlist here."""
    return Feature.ALLOWLIST in state.off or state.allowlist.entries.is_absent


def look_of(entry: AllowlistEntry) -> tuple[str, str, str]:
    """Return icon, word and tone of an entry."""
    if entry.used:
        return "camera-lock", _("Used"), "quiet"
    return "check-circle-outline", _("Available"), "good"


def _label(entry: AllowlistEntry) -> tuple[str, str]:
    """Return what a camera is found by on its label: the last two bytes first."""
    mac = entry.mac or ""
    return tail_of(mac), mac


def _row(entry: AllowlistEntry, mac: str) -> RowView:
    icon, word, tone = look_of(entry)
    parts = (word, entry.description, entry.container_id)
    return RowView(
        mac,
        icon,
        mac,
        " · ".join(part for part in parts if part),
        tone,
        intent="open",
        arguments=(Route.APPROVAL.value, mac),
        mark=tail_of(mac),
    )
