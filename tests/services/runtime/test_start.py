"""Starting and resuming: never twice, and never another one than was meant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from kiosk.services.state import actions as a
from kiosk.services.state.model import Route
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Session
from tests.services.runtime.fakes import (
    ABSENT,
    NO_ANSWER,
    REFUSED_KEY,
    Kit,
    noticed,
    refused,
    whole,
)
from tests.support.canary import PASSWORD

ACTIVE = refused("SESSION_ALREADY_ACTIVE")
RUNNING = Session(id="other", state="active", target_ssid="Yard")


@pytest.fixture
def ready(kit: Kit) -> Kit:
    kit.tell(a.TargetKnown("Hall", SecretStr(PASSWORD)), a.ServiceReached((), None, 1.0))
    return kit


def wall_stamp(kit: Kit, seconds: float) -> str:
    """Return the wire's text for that many seconds from now, by this machine's wall clock."""
    return datetime.fromtimestamp(kit.clock.wall() + seconds, UTC).isoformat()


async def test_a_session_starts_with_what_the_form_says_and_is_opened(ready: Kit) -> None:
    ready.intents.step_timeout("discovery", 1)
    ready.intents.start()
    assert ready.state.busy == {"start"}
    await ready.settle()
    [(ssid, password, config)] = ready.client.asked("start")
    assert (ssid, password) == ("Hall", PASSWORD)
    assert config.discovery_timeout_seconds == 75
    assert ready.batch.session.id == "new"
    assert ready.state.busy == frozenset()
    assert ready.feed.session_id == "new"


async def test_a_second_tap_while_starting_sends_nothing(ready: Kit) -> None:
    ready.intents.start()
    ready.intents.start()
    await ready.settle()
    assert len(ready.client.asked("start")) == 1


async def test_starting_and_resuming_exclude_each_other(ready: Kit) -> None:
    ready.intents.start()
    ready.intents.resume("old")
    await ready.settle()
    assert ready.client.asked("resume") == []
    ready.intents.resume("old")
    ready.intents.start()
    await ready.settle()
    assert len(ready.client.asked("start")) == 1


@pytest.mark.parametrize(
    ("ssid", "password", "wrong"),
    [
        ("", PASSWORD, {"ssid"}),
        ("é" * 17, PASSWORD, {"ssid"}),
        ("Hall", "", {"password"}),
        ("Hall", "1234567", {"password"}),
        ("Hall", "x" * 64, {"password"}),
        ("", "short", {"ssid", "password"}),
    ],
    # Not the password itself: the name of a test is told to everybody.
    ids=["no name", "a long name", "no password", "short", "long", "neither"],
)
async def test_a_wrong_form_sends_nothing_and_loses_nothing(
    kit: Kit, ssid: str, password: str, wrong: set[str]
) -> None:
    kit.tell(a.TargetKnown(ssid, SecretStr(password)))
    kit.intents.start()
    await kit.settle()
    assert kit.client.calls == []
    assert set(kit.state.form.errors) == wrong
    assert all(kit.state.form.errors.values())
    assert kit.state.form.ssid == ssid
    assert kit.state.form.password.get_secret_value() == password


async def test_when_another_session_runs_it_can_be_opened(ready: Kit) -> None:
    ready.client.says("start", ACTIVE)
    ready.client.says("recoverable", (RUNNING,))
    ready.client.says("session", whole("other", state="active"))
    ready.intents.start()
    await ready.settle()
    assert ready.state.batch is None
    assert ready.state.notice is not None
    assert ready.state.notice.problem == ACTIVE
    assert ready.state.notice.arguments == ("other",)


async def test_the_session_offered_is_the_one_that_runs_not_one_that_only_could(
    ready: Kit,
) -> None:
    answers = {"other": whole("other", state="active")}
    ready.client.says("start", ACTIVE)
    ready.client.says("recoverable", (Session(id="dormant", state="active"), RUNNING))
    ready.client.says("session", refused("SESSION_NOT_FOUND", 404), answers["other"])
    ready.intents.start()
    await ready.settle()
    assert ready.state.notice is not None
    assert ready.state.notice.arguments == ("other",)


@pytest.mark.parametrize("listed", [(), ABSENT, (Session(id="x", state="closed"),)])
async def test_when_somebody_elses_session_runs_nothing_is_offered(
    ready: Kit, listed: object
) -> None:
    ready.client.says("start", ACTIVE)
    ready.client.says("recoverable", listed)
    ready.intents.start()
    await ready.settle()
    assert ready.state.notice is not None
    assert ready.state.notice.arguments == ()


@pytest.mark.parametrize("problem", [REFUSED_KEY, ABSENT, refused("VALIDATION_FAILED", 400)])
async def test_a_refused_start_says_why_keeps_the_form_and_asks_no_more(
    ready: Kit, problem: Problem
) -> None:
    ready.client.says("start", problem)
    ready.intents.start()
    await ready.settle()
    assert [call[0] for call in ready.client.calls] == ["start"]
    assert ready.state.notice is not None
    assert ready.state.notice.problem == problem
    assert ready.state.busy == frozenset()
    assert ready.state.form.password.get_secret_value() == PASSWORD
    assert ready.state.navigation.route is Route.START


async def test_a_refused_start_is_tried_again_by_the_same_tap_of_the_notice(ready: Kit) -> None:
    ready.client.says("start", ABSENT, Session(id="new"))
    ready.intents.start()
    await ready.settle()
    ready.intents.again(noticed(ready.state))
    assert ready.state.notice is None
    await ready.settle()
    assert ready.batch.session.id == "new"


async def test_a_delay_that_nobody_waits_for_is_cut_short(ready: Kit) -> None:
    busy = Problem(Kind.DOMAIN, "RATE_LIMITED", retryable=True, retry_after_seconds=9999)
    ready.client.says("start", busy)
    ready.intents.start()
    await ready.settle()
    assert ready.state.notice is not None
    assert ready.state.notice.retry_at == ready.clock.now + 300


async def test_resuming_opens_the_session(kit: Kit) -> None:
    kit.intents.resume("old")
    await kit.settle()
    assert kit.client.asked("resume") == [("old",)]
    assert kit.batch.session.id == "old"


@pytest.mark.parametrize("state", ["active", "discovering", "a new word", None])
async def test_a_session_that_runs_already_is_just_opened(kit: Kit, state: str | None) -> None:
    kit.client.says("resume", ACTIVE)
    kit.client.says("session", whole("old", state=state))
    kit.intents.resume("old")
    await kit.settle()
    assert kit.batch.session.id == "old"
    assert len(kit.client.asked("resume")) == 1


@pytest.mark.parametrize("answer", [whole("old", state="paused"), whole("old", state="closed")])
async def test_a_session_that_was_not_resumed_is_not_shown_as_if(kit: Kit, answer: object) -> None:
    kit.client.says("resume", NO_ANSWER)
    kit.client.says("session", answer)
    kit.intents.resume("old")
    await kit.settle()
    assert kit.state.batch is None
    assert kit.state.notice is not None
    assert kit.state.notice.arguments == ("old",)


async def test_when_another_one_runs_that_one_is_offered_instead(kit: Kit) -> None:
    kit.client.says("resume", ACTIVE)
    kit.client.says("recoverable", (RUNNING,))
    dormant = refused("SESSION_NOT_FOUND", 404)
    kit.client.says("session", dormant, whole("other", state="active"))
    kit.intents.resume("old")
    await kit.settle()
    assert kit.state.batch is None
    assert kit.state.notice is not None
    assert kit.state.notice.arguments == ("other",)


@pytest.mark.parametrize(
    "code", ["SESSION_NOT_RECOVERABLE", "SESSION_NOT_FOUND", "SESSION_EXPIRED"]
)
async def test_a_session_that_has_ended_meanwhile_is_told_without_alarm(
    kit: Kit, code: str
) -> None:
    kit.client.says("resume", refused(code))
    kit.intents.resume("old")
    await kit.settle()
    assert kit.client.asked("session") == []
    assert kit.state.notice is not None
    assert kit.state.notice.problem is None
    assert "no longer be continued" in kit.state.notice.text
