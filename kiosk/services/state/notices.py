"""Reducers of what waits for an answer and what went wrong."""

from __future__ import annotations

from kiosk.services.state import actions as a
from kiosk.services.state.change import updated
from kiosk.services.state.handlers import Handlers
from kiosk.services.state.model import Notice, State
from kiosk.services.wire.events import ProblemReported
from kiosk.services.wire.problem import OUTAGES, Kind, Problem

# The command under which a report of the service is noted: nobody asked for it.
REPORT = "report"
_OF_A_DEVICE = ("DEVICE_", "VERIFICATION_", "TOTP_", "MAX_RETRIES_")


def command_started(state: State, action: a.CommandStarted) -> State:
    """Mark the command as under way; an older notice about it is out of date."""
    notice = state.notice
    if notice is not None and notice.command == action.command:
        notice = None
    return updated(state, busy=state.busy | {action.command}, notice=notice)


def command_ended(state: State, action: a.CommandEnded) -> State:
    """Free the command's button and show the notice, if there is one.

    What the service does not offer at all is remembered, so that it is not offered here again
    before the service has.
    """
    if action.notice is None and action.command not in state.busy:
        return state
    notice = action.notice if action.notice is not None else state.notice
    name = frozenset({action.command.partition(":")[0]})
    problem = action.notice.problem if action.notice is not None else None
    is_absent = problem is not None and problem.is_route_absent
    lacking = state.lacking | name if is_absent else state.lacking - name
    return updated(state, busy=state.busy - {action.command}, notice=notice, lacking=lacking)


def notice_dismissed(state: State, _action: a.NoticeDismissed) -> State:
    """Take the notice away; its details go with it."""
    if state.notice is None:
        return state
    return updated(state, notice=None, navigation=updated(state.navigation, details=False))


def problem_reported(state: State, action: ProblemReported) -> State:
    """Show what the service says is wrong with itself, unless something is being read already.

    What is wrong with a device is told at the device.
    """
    of_a_device = (action.code or "").startswith(_OF_A_DEVICE)
    if of_a_device or state.batch is None or state.notice is not None:
        return state
    problem = Problem(
        Kind.DOMAIN, code=action.code, message=action.message or "", surely_not_done=True
    )
    return updated(state, notice=Notice(REPORT, problem))


def without_outage(state: State) -> State:
    """Take away a notice that the service does not answer: it does again."""
    problem = state.notice.problem if state.notice is not None else None
    if problem is None or problem.kind not in OUTAGES:
        return state
    return notice_dismissed(state, a.NoticeDismissed())


HANDLERS: Handlers[State] = {
    a.CommandStarted: command_started,
    a.CommandEnded: command_ended,
    a.NoticeDismissed: notice_dismissed,
    ProblemReported: problem_reported,
}
