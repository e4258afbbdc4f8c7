"""What screens are made of that are a list or a sheet of facts, and how good their data is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kiosk.services.state.known import Known
from kiosk.services.state.model import Route, State
from kiosk.services.state.navigation import home_of
from kiosk.services.views.language import _
from kiosk.services.views.parts import (
    NO_BANNER,
    BannerView,
    ButtonView,
    age_text,
    help_button,
    notice_banner,
    problem_banner,
    words,
)


@dataclass(frozen=True, slots=True)
class NavView:
    """The way around that every screen has: to the menu or, on a sheet, back; to the session.

    The menu itself, where it is home, leads nowhere else.
    """

    menu: ButtonView | None
    session: ButtonView | None = None


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of a list; a tap calls ``intent``, without one it only tells.

    ``mark`` is what it is told apart by, in large letters before the title.
    ``tone``: plain, good, bad, waiting, moving or quiet. ``more`` is a third line of text; all
    rows of a list in which one has it are higher.
    """

    key: str
    icon: str
    title: str
    detail: str = ""
    tone: str = "plain"
    intent: str = ""
    arguments: tuple[str, ...] = ()
    selected: bool = False
    mark: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact of a sheet."""

    label: str
    value: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class ListView:
    """A screen that is a list; ``filters`` say what of it is in sight."""

    title: str
    nav: NavView
    facts: str = ""
    banner: BannerView = NO_BANNER
    rows: tuple[RowView, ...] = ()
    empty: str = ""
    filters: tuple[ButtonView, ...] = ()
    buttons: tuple[ButtonView, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet about one thing: what it is, how it is, what can be done with it.

    ``rows`` are what there is to choose from, or what happened.
    """

    title: str
    nav: NavView
    icon: str = ""
    word: str = ""
    tone: str = "plain"
    text: str = ""
    facts: tuple[FactView, ...] = ()
    rows: tuple[RowView, ...] = ()
    banner: BannerView = NO_BANNER
    picture: bytes = b""
    buttons: tuple[ButtonView, ...] = ()


def nav(state: State) -> NavView:
    """Return the way around from what is shown."""
    if state.navigation.parent is not None:
        return NavView(ButtonView("back", "", "arrow-left", "back", role="quiet"))
    if state.navigation.route is Route.MENU:
        return NavView(None)
    menu = ButtonView("menu", "", "menu", "open", (Route.MENU.value,), role="quiet")
    if state.batch is None:
        return NavView(menu)
    home = home_of(state).value
    return NavView(menu, ButtonView("session", "", "camera-burst", "open", (home,), role="primary"))


def banner_of(state: State, now: float, *resources: Known[Any]) -> BannerView:
    """Return what is most urgent to say: what a person asked for, else how good the data is.

    A failed reading says why, how old is what is shown, and counts down to the next try. What is
    absent here says so without alarm.
    """
    shown = state.navigation.details
    if state.notice is not None:
        return notice_banner(state.notice, now, shown=shown)
    present = (known for known in resources if not known.is_absent)
    failed = next((known for known in present if known.problem is not None), None)
    if failed is None or failed.problem is None:
        return NO_BANNER
    problem = failed.problem
    text = words(problem)
    if failed.at is not None:
        age = _("Shown is from {age} ago.").format(age=age_text(now - failed.at))
        text = f"{text} {age}"
    button = help_button(problem, failed.retry_at, now)
    return problem_banner("bad", "alert-octagon", text, problem, (button,), shown=shown)


def empty_text(known: Known[Any], nothing: str) -> str:
    """Return what stands where the list would be: loading, absent, nothing; "" beside an error.

    An error never looks like an empty list.
    """
    if known.value:
        return ""
    if known.is_absent:
        return _("This PiOrchestrator does not offer that.")
    if known.problem is not None:
        return _("Not known.")
    return nothing if known.at is not None else _("Loading …")
