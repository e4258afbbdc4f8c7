"""The sheet of one MAC: whether it is approved, since when, and what can be done about it."""

from __future__ import annotations

from kiosk.services.state.approving import Approval
from kiosk.services.state.model import Route, State
from kiosk.services.state.navigation import routes_of
from kiosk.services.views.allowlist import look_of
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView, words
from kiosk.services.views.rows import FactView, SheetView, banner_of, nav
from kiosk.services.views.when import moment_text
from kiosk.services.wire.allowlist import AllowlistEntry


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet of the MAC that was tapped or scanned, at ``now``."""
    mac = state.navigation.subject or ""
    known = state.allowlist.entries
    entry = next((entry for entry in known.value or () if entry.mac == mac), None)
    banner = banner_of(state, now, known)
    if entry is not None:
        icon, word, tone = look_of(entry)
        return SheetView(
            title=mac,
            nav=nav(state),
            icon=icon,
            word=word,
            tone=tone,
            text="" if banner.text else _approved_text(state, entry),
            facts=_facts(entry),
            banner=banner,
            buttons=(_remove_button(state, mac),),
        )
    approval = next((a for a in state.approving.approvals if a.mac == mac), None)
    is_unknown = known.value is None and approval is None
    return SheetView(
        title=mac,
        nav=nav(state),
        icon="help-circle-outline" if is_unknown else "shield-alert",
        word=UNKNOWN if is_unknown else _("Not approved"),
        tone="quiet" if is_unknown else "bad",
        text=_refused_text(state, approval),
        banner=banner,
        buttons=(_approve_button(state, mac, approval),),
    )


def _approved_text(state: State, entry: AllowlistEntry) -> str:
    if _is_of_session(state):
        return _("The camera is approved but not in range yet: switch it on, or bring it closer.")
    if entry.used:
        return _("Removed, it goes on working, but cannot be set up once more.")
    return _("Removed, the camera cannot be set up until it is approved again.")


def _refused_text(state: State, approval: Approval | None) -> str:
    if approval is not None and approval.problem is not None:
        return words(approval.problem)
    if _is_of_session(state):
        return _("The camera is not in range yet. Approved now, it can be set up as soon as it is.")
    return _("Only approved cameras can be set up.")


def _is_of_session(state: State) -> bool:
    """Return whether it was scanned during a session that has not found it."""
    routes = routes_of(state.navigation)
    is_shown = Route.PROVISION in routes and not {Route.APPROVE, Route.ALLOWLIST} & routes
    batch = state.batch if is_shown else None
    return batch is not None and state.navigation.subject not in batch.devices


def _facts(entry: AllowlistEntry) -> tuple[FactView, ...]:
    return (
        FactView(_("Description"), entry.description or UNKNOWN),
        FactView(_("Container"), entry.container_id or UNKNOWN),
        FactView(_("Added"), moment_text(entry.added_at)),
        FactView(_("Used at"), moment_text(entry.used_at) if entry.used else _("not yet")),
    )


def _remove_button(state: State, mac: str) -> ButtonView:
    busy = f"disallow:{mac}" in state.busy
    text = _("Removing …") if busy else _("Hold to remove")
    return ButtonView("remove", text, "delete", "disallow", (mac,), enabled=not busy, hold=True)


def _approve_button(state: State, mac: str, approval: Approval | None) -> ButtonView:
    was_refused = approval is not None and approval.outcome == "refused"
    waits = approval is not None and approval.outcome == "waiting"
    busy = waits or f"allow:{mac}" in state.busy
    return ButtonView(
        "approve",
        _("Approving …") if busy else _("Approve"),
        "shield-check",
        "approve_refused" if was_refused else "allow",
        (mac,),
        enabled=not busy,
        role="primary",
        machine=True,
    )
