"""Pieces that several screens show: buttons, banners, times."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.state.model import Notice
from kiosk.services.views.language import _
from kiosk.services.wire import codes
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.refusals import KIOSK_ERROR

_MINUTE = 60
# What takes holding is not done again by a mere tap.
_HELD = frozenset(
    {
        "disallow",
        "open_door",
        "join_wifi",
        "leave_wifi",
        "reboot_camera",
        "remove_camera",
        "reset_config",
    }
)


@dataclass(frozen=True, slots=True)
class ButtonView:
    """A button; ``intent`` is the name of the intent that a tap calls, with ``arguments``."""

    name: str
    text: str
    icon: str = ""
    intent: str = ""
    arguments: tuple[str, ...] = ()
    enabled: bool = True
    role: str = "plain"
    # It acts when held, because it takes something away; it changes the machine.
    hold: bool = False
    machine: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class BannerView:
    """What happened, what to do next, and the buttons for it. ``tone``: bad, caution or info."""

    tone: str
    icon: str
    text: str
    details: str = ""
    buttons: tuple[ButtonView, ...] = ()


NO_BANNER = BannerView("info", "", "")


def words(problem: Problem) -> str:
    """Return what happened and what to do next, as one text."""
    return f"{_(codes.sentence(problem))} {_(codes.next_step(problem))}".strip()


def details(problem: Problem) -> str:
    """Return what support asks for: code, status, correlation id."""
    parts = [problem.code or problem.kind.value]
    if problem.http_status:
        parts.append(f"HTTP {problem.http_status}")
    if problem.correlation_id:
        parts.append(_("correlation id {id}").format(id=problem.correlation_id))
    elif problem.message:
        parts.append(problem.message)
    return " · ".join(parts)


def seconds_until(moment: float | None, now: float) -> int | None:
    """Return the whole seconds until ``moment``, rounded up; None when there is no countdown."""
    if moment is None or moment <= now:
        return None
    return int(moment - now) + 1


def with_countdown(text: str, moment: float | None, now: float) -> str:
    """Return a button's text with the seconds until it will act by itself or may be tapped."""
    left = seconds_until(moment, now)
    return text if left is None else f"{text} ({left})"


def duration(seconds: float) -> str:
    """Return minutes and seconds, as in 4:05; hours in front when there are any."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def age_text(seconds: float) -> str:
    """Return how old something is: in seconds up to a minute, then as a duration."""
    if seconds < _MINUTE:
        return _("{n} s").format(n=max(0, int(seconds)))
    return duration(seconds)


def problem_banner(
    tone: str,
    icon: str,
    text: str,
    problem: Problem,
    buttons: tuple[ButtonView, ...],
    *,
    shown: bool,
    step: str = "",
) -> BannerView:
    """Return the banner of a problem: what to do about it or, when ``shown``, what support asks.

    The technical part takes the place of the rest: a correlation id fills a line by itself. A next
    ``step`` for which the text has no room stands in front of it.
    """
    if shown:
        back = ButtonView("details", "", "arrow-u-left-top", "toggle_details")
        return BannerView(tone, "", text, f"{step} {details(problem)}".strip(), (back,))
    more = ButtonView("details", "", "information-outline", "toggle_details")
    return BannerView(tone, icon, text, "", (more, *buttons))


def notice_banner(notice: Notice, now: float, *, shown: bool) -> BannerView:
    """Return the banner of something that did not go as the person asked."""
    problem = notice.problem
    if problem is None:
        text = _(notice.text).format(**notice.numbers)
        return BannerView("info", "information-outline", text, buttons=(_dismiss(notice),))
    buttons = [_dismiss(notice)]
    text = words(problem)
    if needs_key(problem):
        buttons.insert(0, key_button())
    elif problem.code == "SESSION_ALREADY_ACTIVE" and notice.arguments:
        arguments = notice.arguments
        buttons.insert(0, ButtonView("open-running", _("Open it"), "login", "resume", arguments))
    elif problem.code == "SESSION_ALREADY_ACTIVE":
        text = _("Another client runs a session. Stop it there, then start here.")
    elif _can_be_tapped_again(notice, problem):
        waits = seconds_until(notice.retry_at, now) is not None
        label = with_countdown(_("Retry"), notice.retry_at, now)
        about = (notice.command,)
        buttons.insert(0, ButtonView("again", label, "refresh", "again", about, not waits))
    return problem_banner("bad", "alert-octagon", text, problem, tuple(buttons), shown=shown)


def _can_be_tapped_again(notice: Notice, problem: Problem) -> bool:
    held = notice.command.partition(":")[0] in _HELD
    # What broke may have lost what it was to be called with.
    return (
        not held
        and problem.code != KIOSK_ERROR
        and (problem.retryable or not problem.surely_not_done)
    )


def needs_key(problem: Problem) -> bool:
    """Return whether only another key helps: none was sent, it was refused or cannot be sent."""
    return problem.kind is Kind.UNAUTHORIZED or problem.code == "KEY_FORM"


def help_button(
    problem: Problem, retry_at: float | None, now: float, intent: str = "refresh"
) -> ButtonView:
    """Return the button that may end the problem at once: another key, or asking again now."""
    if needs_key(problem):
        return key_button()
    text = with_countdown(_("Try now"), retry_at, now)
    return ButtonView(intent.replace("_", "-"), text, "refresh", intent)


def key_button() -> ButtonView:
    """Return the button that opens the editor on the API key."""
    return ButtonView("key", _("Enter key"), "key", "edit_api_key", role="primary")


def _dismiss(notice: Notice) -> ButtonView:
    return ButtonView("dismiss", "", "close", "dismiss", (notice.command,))
