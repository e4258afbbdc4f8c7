"""Help: what this kiosk is, what went wrong lately, and how support gets to see it."""

from __future__ import annotations

from kiosk.services.state.findings import Finding
from kiosk.services.state.model import Route, State
from kiosk.services.state.support import Noted
from kiosk.services.views.journal import recalled_rows
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.parts import ButtonView, age_text
from kiosk.services.views.rows import ListView, RowView, banner_of, nav
from kiosk.services.wire.marks import N_
from kiosk.services.wire.problem import Kind

_SAVE = "save_bundle"
# On one line of a tile; the whole sentence is on the problem's sheet.
_WORDS = {
    Kind.TRANSPORT: N_("No connection"),
    Kind.TIMEOUT: N_("No answer in time"),
    Kind.NOT_API: N_("Wrong address"),
    Kind.ENDPOINT_ABSENT: N_("Not offered"),
    Kind.UNAUTHORIZED: N_("Access key refused"),
    Kind.DOMAIN: N_("Request refused"),
    Kind.MALFORMED: N_("Unreadable answer"),
    Kind.VALIDATION: N_("Not possible"),
}

# What a finding is about, and how it looks.
_AREAS = {
    "kiosks": (N_("Kiosk"), "tablet"),
    "display": (N_("Display"), "monitor"),
    "graphics": (N_("Graphics"), "expansion-card"),
    "touch": (N_("Touch panel"), "gesture-tap"),
    "key": (N_("Access key"), "key"),
    "service": (N_("Service"), "server-network"),
    "clock": (N_("Clock"), "clock-outline"),
    "disk": (N_("Disk"), "harddisk"),
    "journal": (N_("Journal"), "notebook-outline"),
}


def view_of(state: State, now: float) -> ListView:
    """Return the Help screen at ``now``."""
    support = state.support
    problems = tuple(_problem(noted, now) for noted in support.problems)
    nothing = RowView("none", "check-circle", _("No errors since the start"), tone="good")
    return ListView(
        title=_("Help"),
        nav=nav(state),
        facts=_saving(state),
        banner=banner_of(state, now),
        rows=(
            *recalled_rows(state),
            *(problems or (nothing,)),
            *_findings(state),
            *_about(state),
        ),
        buttons=(_button(state),),
    )


def _button(state: State) -> ButtonView:
    is_busy = _SAVE in state.busy
    text = _("Saving …") if is_busy else _("Save to USB stick")
    return ButtonView("save", text, "usb-flash-drive", _SAVE, enabled=not is_busy)


def _saving(state: State) -> str:
    """Return what saving is at, else how the last file is called."""
    if state.support.step:
        return _(state.support.step)
    if state.support.saved:
        return _("Saved: {file}").format(file=state.support.saved)
    return _("Tap an error for its QR code.") if state.support.problems else ""


def _problem(noted: Noted, now: float) -> RowView:
    code = noted.problem.code or noted.problem.kind.value
    age = _("{age} ago").format(age=age_text(now - noted.at))
    detail = f"{age} · {code}" if noted.times == 1 else f"{age} · {noted.times} × {code}"
    number = str(noted.id)
    return RowView(
        f"problem-{number}",
        "alert-octagon",
        _(_WORDS[noted.problem.kind]),
        detail,
        "bad",
        "open",
        (Route.PROBLEM.value, number),
    )


def _findings(state: State) -> tuple[RowView, ...]:
    """Return what is wrong with the machine, else that nothing is; nothing before that is known."""
    findings = state.support.findings
    wrong = tuple(_finding(finding) for finding in findings if finding.state == "bad")
    if wrong or not findings:
        return wrong
    return (RowView("machine", "check-circle", _("Everything needed is there"), tone="good"),)


def _finding(finding: Finding) -> RowView:
    area, icon = _AREAS[finding.name]
    text, step = _(finding.text), _(finding.step)
    return RowView(f"finding-{finding.name}", icon, _(area), text, "bad", more=step)


def _about(state: State) -> tuple[RowView, ...]:
    about, health = state.support.about, state.machine.health.value
    version = ((health.version if health is not None else None) or UNKNOWN)[:24]
    return (
        RowView("versions", "tablet", f"Kiosk {about.kiosk}", f"PiOrchestrator {version}"),
        RowView("address", "ip-network", _("Address"), about.address or UNKNOWN),
        _key(state),
        RowView("display", "monitor", _("Display"), f"{about.display} · {about.pixels}"),
        RowView("runtime", "language-python", f"Python {about.python}", f"Kivy {about.kivy}"),
    )


def _key(state: State) -> RowView:
    title = _("Access key")
    if not state.key_known:
        return RowView("key", "key", title, _("not set"), "waiting")
    text = _("Known and kept on this Pi") if state.key_kept else _("Known")
    return RowView("key", "key", title, text)
