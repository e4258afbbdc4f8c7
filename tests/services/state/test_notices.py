"""What went wrong is told while it is so: neither hidden nor left standing."""

from __future__ import annotations

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.feed import ConnectionChanged
from kiosk.services.state.model import Notice, State
from kiosk.services.wire.events import ProblemReported
from kiosk.services.wire.problem import OUTAGES, Kind, Problem
from tests.services.state.build import after, live

REACHED = a.ServiceReached((), None, 7.0)
REPORT = ProblemReported(code="MQTT_UNAVAILABLE", message="broker gone")


def failed(kind: Kind) -> a.CommandEnded:
    return a.CommandEnded("start", Notice("start", Problem(kind)))


@pytest.mark.parametrize("kind", sorted(OUTAGES))
def test_that_the_service_does_not_answer_is_not_said_once_it_is_back(kind: Kind) -> None:
    away = after(State(), failed(kind), a.ServiceFailed(Problem(kind), 9.0))
    assert away.notice is not None
    assert after(away, REACHED).notice is None
    lost = after(live(), ConnectionChanged("reconnecting"), failed(kind))
    assert after(lost, ConnectionChanged("live")).notice is None


def test_one_request_that_failed_stays_told_while_the_service_is_there() -> None:
    ready = after(State(), REACHED, failed(Kind.TIMEOUT))
    assert after(ready, REACHED).notice is not None


def test_a_refusal_stays_told_when_the_service_comes_back() -> None:
    away = after(State(), failed(Kind.DOMAIN), a.ServiceFailed(Problem(Kind.TRANSPORT), 9.0))
    assert after(away, REACHED).notice is not None


def test_what_the_service_reports_on_the_stream_is_told() -> None:
    notice = after(live(), REPORT).notice
    assert notice is not None
    assert notice.problem is not None
    assert (notice.problem.code, notice.problem.message) == ("MQTT_UNAVAILABLE", "broker gone")


def test_a_report_does_not_push_away_what_is_being_read() -> None:
    reading = after(live(), failed(Kind.DOMAIN))
    assert after(reading, REPORT) is reading


def test_a_report_without_a_session_is_about_nothing() -> None:
    state = State()
    assert after(state, REPORT) is state


@pytest.mark.parametrize("code", ["VERIFICATION_TIMEOUT", "DEVICE_UNREACHABLE"])
def test_what_is_wrong_with_a_device_is_told_at_the_device_only(code: str) -> None:
    state = live()
    assert after(state, ProblemReported(code=code, message="one more")) is state
