"""The sheet of the open session: what it is, which cameras are shown, what holds it."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views.rows import SheetView
from kiosk.services.views.session import view_of
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import MAC, after, in_states, live, mac, opened, snapshot

ABSENT = Problem(Kind.ENDPOINT_ABSENT, http_status=404, is_page=True)


def sheet(*actions: a.Action) -> State:
    return live(a.ClockAligned(10.0, 200.0), a.Opened(Route.SESSION), *actions)


def paused(*devices: str) -> State:
    listed = ({"mac": mac(n), "state": state} for n, state in enumerate(devices, start=1))
    return sheet(snapshot(*listed, session={"state": "paused"}))


def names(view: SheetView) -> list[str]:
    return [button.name for button in view.buttons]


def test_network_begin_end_and_what_was_left_out_are_told() -> None:
    view = view_of(sheet(*in_states(["skipped", "verified"])), 60.0)
    assert view.text == "Network Hall · started 50 s ago · ends in 2:20 · 1 skipped"


def test_what_nobody_told_is_left_out() -> None:
    assert view_of(live(a.ClockAligned(None, None)), 60.0).text == (
        "Network Hall · started 1:00 ago"
    )


def test_each_group_is_a_choice_with_its_number_and_the_chosen_one_is_marked() -> None:
    state = sheet(*in_states(["failed", "discovered", "verifying", "verified", "skipped"]))
    state = after(state, a.DevicesFiltered("busy"))
    rows = view_of(state, 60.0).rows
    assert [(row.key, row.detail) for row in rows] == [
        ("all", "5"),
        ("problems", "1"),
        ("waiting", "1"),
        ("busy", "1"),
        ("ready", "1"),
    ]
    assert [row.key for row in rows if row.selected] == ["busy"]
    assert {(row.intent, *row.arguments) for row in rows} == {
        ("show_devices", row.key) for row in rows
    }


def test_a_session_that_runs_can_be_paused_and_a_paused_one_goes_on() -> None:
    running, held = view_of(sheet(), 60.0), view_of(paused("discovered"), 60.0)
    assert (names(running)[-1], running.word) == ("pause", "Running")
    assert (names(held)[-1], held.word) == ("unpause", "Paused")
    assert held.buttons[-1].intent == "unpause"


def test_a_button_that_was_tapped_waits_for_its_answer() -> None:
    button = view_of(sheet(a.CommandStarted("pause")), 60.0).buttons[-1]
    assert (button.text, button.enabled) == ("Asking …", False)


def test_what_the_service_cannot_do_is_not_offered_again() -> None:
    state = sheet(a.CommandEnded("pause", Notice("pause", ABSENT)))
    assert names(view_of(state, 60.0)) == ["about"]
    assert "does not offer that" in view_of(state, 60.0).banner.text


def test_the_technical_part_takes_the_place_of_the_rest() -> None:
    told = sheet(snapshot(session={"state": "active"}))
    view = view_of(after(told, a.DetailsToggled()), 60.0)
    assert "session sess_1 · state active · correlation id –" in view.text
    assert view.rows == ()


def test_the_correlation_id_is_that_of_the_last_whole_answer() -> None:
    loaded = snapshot({"mac": MAC, "state": "discovered"})
    state = sheet(type(loaded)(loaded.snapshot, loaded.at, "c-7"), a.DetailsToggled())
    assert "correlation id c-7" in view_of(state, 60.0).text


@pytest.mark.parametrize(
    ("happened", "word"),
    [
        (ConnectionChanged("stale"), "Not live"),
        (a.SessionStopped(None, "stopped", 90.0), "Ended"),
    ],
)
def test_what_is_not_live_is_not_called_running(happened: a.Action, word: str) -> None:
    assert view_of(sheet(happened), 100.0).word == word


def test_what_was_not_read_yet_has_no_numbers() -> None:
    rows = view_of(opened(a.Opened(Route.SESSION)), 60.0).rows
    assert {row.detail for row in rows} == {"–"}


def test_groups_of_a_session_that_is_not_live_are_grey() -> None:
    known = sheet(*in_states(["failed", "verified"]))
    assert {row.tone for row in view_of(known, 60.0).rows[1:]} >= {"good", "bad"}
    lost = view_of(after(known, ConnectionChanged("reconnecting")), 60.0)
    assert {row.tone for row in lost.rows[1:]} == {"quiet"}
