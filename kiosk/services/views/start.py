"""The start screen: what can be resumed, the target network, the one tap that starts."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import State
from kiosk.services.views import journal
from kiosk.services.views.language import _, plural
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    ButtonView,
    help_button,
    notice_banner,
    problem_banner,
    words,
)
from kiosk.services.wire.provisioning import Session
from kiosk.services.wire.visible import visible


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field that opens when tapped: label, value, what is wrong with it."""

    label: str
    value: str
    icon: str
    error: str


@dataclass(frozen=True, slots=True)
class StartView:
    """Everything on the start screen."""

    title: str
    hint: str
    network: FieldView
    password: FieldView
    timeouts: str
    start: str
    can_start: bool
    banner: BannerView
    resume: BannerView


def view_of(state: State, now: float) -> StartView:
    """Return the start screen at ``now``."""
    form = state.form
    password = form.password.get_secret_value()
    banner, resume = _banner(state, now), _resume(state)
    quiet = not banner.text and not resume.text
    return StartView(
        # A banner says what comes first; there is no room for more beside it.
        title=_("Set up cameras") if quiet else "",
        hint=_hint(state) if not banner.text else "",
        network=FieldView(
            label=_("Cameras will join"),
            value=visible(form.ssid) or _("Choose network"),
            icon="wifi",
            error=_(form.errors.get("ssid", "")),
        ),
        password=FieldView(
            label=_("Its password"),
            # A fixed number of dots: not even the length is told.
            value="•" * 8 if password else _("Enter password"),
            icon="lock-outline",
            error=_(form.errors.get("password", "")),
        ),
        timeouts=_("Time-outs"),
        start=_("Starting …") if "start" in state.busy else _("Start session"),
        can_start=not {"start", "resume"} & state.busy and state.service.presence == "ready",
        banner=banner,
        resume=resume,
    )


def _hint(state: State) -> str:
    if state.service.presence != "ready":
        return _("The session can start as soon as PiOrchestrator answers.")
    if not state.form.ssid:
        return _("Choose the Wi-Fi that the cameras will use.")
    if not state.form.password.get_secret_value():
        return _("Enter the password of that Wi-Fi.")
    return _("Power up the cameras, then start the session.")


def _banner(state: State, now: float) -> BannerView:
    shown = state.navigation.details
    if state.notice is not None and not _can_resume(state):
        return notice_banner(state.notice, now, shown=shown)
    service = state.service
    if service.problem is None or service.presence == "ready":
        recalled = NO_BANNER if _can_resume(state) else journal.recalled_banner(state)
        return recalled if recalled.text else journal.trouble_banner(state)
    problem = service.problem
    buttons = (help_button(problem, service.retry_at, now, "retry_now"),)
    return problem_banner("bad", "alert-octagon", words(problem), problem, buttons, shown=shown)


def _can_resume(state: State) -> bool:
    """Tell whether a session waits; a problem is more urgent, other news are not."""
    urgent = state.notice is not None and state.notice.problem is not None
    return state.service.presence == "ready" and bool(state.service.recoverable) and not urgent


def _resume(state: State) -> BannerView:
    if not _can_resume(state):
        return NO_BANNER
    sessions = state.service.recoverable
    session = sessions[0]
    busy = bool({"start", "resume"} & state.busy)
    button = ButtonView(
        "resume",
        _("Opening …") if "resume" in state.busy else _("Continue"),
        "play-circle-outline",
        "resume",
        (session.id,),
        enabled=not busy,
        role="primary",
    )
    text = f"{_what_waits(session, len(sessions))} {journal.recalled_text(state)}".strip()
    return BannerView("caution", "history", text, "", (button,))


def _what_waits(session: Session, number: int) -> str:
    target = visible(session.target_ssid or "")
    text = (
        _("A session for {ssid} is unfinished.").format(ssid=target)
        if target
        else _("A session is unfinished.")
    )
    if session.device_count is not None and session.verified_count is not None:
        ready = _("{ready} of {total} cameras ready.").format(
            ready=session.verified_count, total=session.device_count
        )
        text = f"{text} {ready}"
    if number > 1:
        more = plural("{n} older one waits.", "{n} older ones wait.", number - 1)
        text = f"{text} {more}"
    return text
