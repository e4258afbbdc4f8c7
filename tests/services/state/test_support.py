"""The last problems, as support wants them."""

from __future__ import annotations

from dataclasses import replace

from kiosk.services.state.model import State
from kiosk.services.state.support import MAX_PROBLEMS, BundleSaved, BundleStep, ProblemNoted
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after

BUSY = Problem(Kind.DOMAIN, "DEVICE_BUSY", http_status=409, correlation_id="first")


def noted(problem: Problem, at: float, command: str = "start") -> ProblemNoted:
    return ProblemNoted(command, problem, at, 1000.0 + at)


def test_the_newest_problem_is_first() -> None:
    state = after(State(), noted(BUSY, 1.0), noted(Problem(Kind.TIMEOUT), 2.0))
    assert [entry.problem.kind for entry in state.support.problems] == [Kind.TIMEOUT, Kind.DOMAIN]


def test_the_same_problem_again_counts_up_and_tells_its_latest_correlation_id() -> None:
    again = replace(BUSY, correlation_id="second")
    state = after(State(), noted(BUSY, 1.0), noted(Problem(Kind.TIMEOUT), 2.0), noted(again, 3.0))
    newest = state.support.problems[0]
    assert len(state.support.problems) == 2
    assert (newest.times, newest.at, newest.when) == (2, 3.0, 1003.0)
    assert newest.problem.correlation_id == "second"


def test_a_repeated_problem_keeps_the_id_under_which_it_may_be_open() -> None:
    state = after(State(), noted(BUSY, 1.0))
    subject = str(state.support.problems[0].id)
    state = after(state, noted(Problem(Kind.TIMEOUT), 2.0), noted(BUSY, 3.0))
    entry = state.support.problem(subject)
    assert entry is not None
    assert entry.problem.code == "DEVICE_BUSY"


def test_the_same_code_met_with_another_command_is_another_problem() -> None:
    state = after(State(), noted(BUSY, 1.0), noted(BUSY, 2.0, command="stop"))
    assert len(state.support.problems) == 2


def test_only_the_last_twenty_are_kept_and_no_id_is_used_twice() -> None:
    codes = [f"CODE_{number}" for number in range(MAX_PROBLEMS + 5)]
    state = after(State(), *(noted(Problem(Kind.DOMAIN, code), 1.0) for code in codes))
    entries = state.support.problems
    assert [entry.problem.code for entry in entries] == codes[:4:-1]
    assert len({entry.id for entry in entries}) == MAX_PROBLEMS
    assert state.support.problem("1") is None
    assert state.support.problem(None) is None


def test_saving_tells_its_step_and_the_files_name() -> None:
    state = after(State(), BundleStep("Writing"), BundleSaved("a.zip"), BundleStep(""))
    assert (state.support.step, state.support.saved) == ("", "a.zip")
