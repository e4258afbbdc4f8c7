"""What the kiosk says of its memory: nothing can be kept; what was under way before a start."""

from __future__ import annotations

import pytest

from kiosk.services.client.journaling import _WORDS, End
from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged, SnapshotLoaded
from kiosk.services.state.findings import Finding
from kiosk.services.state.journal import (
    TROUBLES,
    JournalStands,
    Recalled,
    RecalledRead,
    RequestsRecalled,
)
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.state.support import Examined
from kiosk.services.views import help as help_view
from kiosk.services.views import provision, start
from kiosk.services.views.journal import _TITLES, recalled_banner, recalled_text, title_of
from kiosk.services.wire.provisioning import Candidate, Session, SessionSnapshot
from tests.services.state.build import after, stamp

MAC = "AA:BB:CC:DD:EE:01"
READY = a.ServiceReached((), None, 1.0)
OLD = Session(id="old", created_at=stamp(0), target_ssid="Hall", device_count=3, verified_count=2)
RETRY = Recalled(7, "retry", ("old", MAC))
SETTLED = Recalled(7, "retry", ("old", MAC), "done", "verifying")


def opened(*devices: Candidate) -> State:
    """Return a session that is open and live."""
    snapshot = SessionSnapshot(session=OLD, devices=devices)
    return after(
        State(),
        READY,
        a.SessionOpened(OLD, 1.0),
        SnapshotLoaded(snapshot, 2.0),
        ConnectionChanged("live"),
    )


def test_what_was_under_way_is_told_at_once_and_then_with_what_came_of_it() -> None:
    state = after(State(), READY, RequestsRecalled((RETRY,)))
    assert start.view_of(state, 5.0).banner.text == (
        f"Before the restart: Retry {MAC}. What came of it is known when PiOrchestrator answers."
    )
    state = after(state, RequestsRecalled((SETTLED,)))
    assert start.view_of(state, 5.0).banner.text == (
        f"Before the restart: Retry {MAC}. It was done. Now: Checking."
    )


def test_beside_a_session_that_waits_both_are_told() -> None:
    state = after(State(), a.ServiceReached((OLD,), None, 1.0), RequestsRecalled((SETTLED,)))
    view = start.view_of(state, 5.0)
    assert view.resume.text.startswith("A session for Hall is unfinished. 2 of 3 cameras ready.")
    assert view.resume.text.endswith(f"Retry {MAC}. It was done. Now: Checking.")
    assert not view.banner.text


def test_in_the_open_session_it_is_the_state_of_this_moment_until_it_is_read() -> None:
    state = after(opened(Candidate(mac=MAC, state="verified")), RequestsRecalled((SETTLED,)))
    banner = provision.view_of(state, 5.0).banner
    assert banner.text.endswith("Now: Ready.")
    assert [button.intent for button in banner.buttons] == ["forget_recalled"]
    state = after(state, RecalledRead())
    assert not provision.view_of(state, 5.0).banner.text
    assert help_view.view_of(state, 5.0).rows[0].title == f"Retry {MAC}"


def test_what_was_read_is_told_again_only_when_more_is_known() -> None:
    state = after(State(), RequestsRecalled((RETRY,)), RecalledRead())
    assert not recalled_banner(after(state, RequestsRecalled((RETRY,)))).text
    assert recalled_banner(after(state, RequestsRecalled((SETTLED,)))).text


def test_several_are_one_line_and_a_list_on_help() -> None:
    other = Recalled(8, "door-open", (), "unknown", "closed")
    state = after(State(), READY, RequestsRecalled((SETTLED, other)))
    assert recalled_text(state) == (
        "Before the restart 2 requests were under way. 1 of them done; Help lists them."
    )
    rows = help_view.view_of(state, 5.0).rows[:2]
    assert [(row.title, row.detail, row.more) for row in rows] == [
        (f"Retry {MAC}", "Before the restart: Done", "Checking"),
        ("Open door", "Before the restart: Not known if done", "closed"),
    ]


def test_a_notice_comes_first() -> None:
    state = after(
        State(),
        READY,
        RequestsRecalled((SETTLED,)),
        JournalStands("full"),
        a.CommandEnded("start", Notice("start", text="News.")),
    )
    assert start.view_of(state, 5.0).banner.text == "News."


@pytest.mark.parametrize("trouble", TROUBLES)
def test_as_long_as_nothing_can_be_kept_that_is_told(trouble: str) -> None:
    for state in (
        after(State(), READY, JournalStands(trouble)),
        after(opened(), JournalStands(trouble)),
    ):
        view = provision if state.navigation.route is Route.PROVISION else start
        text = view.view_of(state, 5.0).banner.text
        assert "What is done now is not remembered after a restart." in text
        assert all(part in text for part in TROUBLES[trouble])
        mended = after(state, JournalStands(""))
        assert not view.view_of(mended, 5.0).banner.text


def test_every_operation_and_every_end_has_its_words() -> None:
    for operation in _WORDS.values():
        assert operation in _TITLES
        assert "{" not in title_of(Recalled(1, operation, ("t",)))
    for end in [None, *(set(End) - {End.REFUSED, End.NOT_SENT})]:
        assert recalled_text(after(State(), RequestsRecalled((Recalled(1, "stop", ("s",), end),))))
    assert title_of(Recalled(1, "POST /new", ("[b]",))) == "POST /new"


@pytest.mark.parametrize(
    ("found", "word"), [("paused", "Paused"), ("closed", "Ended"), ("active", "Running")]
)
def test_a_sessions_state_is_told_in_words(found: str, word: str) -> None:
    state = after(State(), RequestsRecalled((Recalled(1, "pause", ("s",), "not_done", found),)))
    assert recalled_text(state).endswith(f"It was not done. Now: {word}.")


def test_a_journal_that_is_wrong_is_a_finding_on_help() -> None:
    finding = Finding("journal", "bad", "Nothing is remembered.", "Delete what is not needed.")
    rows = help_view.view_of(after(State(), Examined((finding,))), 5.0).rows
    assert ("Journal", "Nothing is remembered.") in [(row.title, row.detail) for row in rows]
