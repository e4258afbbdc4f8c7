"""What went wrong, in words, and the buttons that go with it."""

from __future__ import annotations

import pytest

from kiosk.services.state.model import Notice
from kiosk.services.views.parts import (
    BannerView,
    details,
    duration,
    notice_banner,
    seconds_until,
    with_countdown,
    words,
)
from kiosk.services.wire.codes import CODES
from kiosk.services.wire.problem import Kind, Problem

ACTIVE = Problem(Kind.DOMAIN, "SESSION_ALREADY_ACTIVE", http_status=409, surely_not_done=True)


def banner(
    problem: Problem, *, now: float = 10.0, shown: bool = False, **more: object
) -> BannerView:
    return notice_banner(Notice("start", problem, **more), now, shown=shown)  # type: ignore[arg-type]


def names(view: BannerView) -> list[str]:
    return [button.name for button in view.buttons]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("code", [None, "NEVER_HEARD_OF"])
@pytest.mark.parametrize("surely_not_done", [True, False])
def test_every_kind_of_problem_has_words_and_a_way_on(
    kind: Kind, code: str | None, surely_not_done: bool
) -> None:
    view = banner(Problem(kind, code, surely_not_done=surely_not_done))
    assert len(view.text.split()) >= 5
    assert "NEVER_HEARD_OF" not in view.text
    assert "details" in names(view)
    assert "dismiss" in names(view)


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_happened_and_what_to_do(code: str) -> None:
    info = CODES[code]
    text = words(Problem(Kind.DOMAIN, code, http_status=info.http_status))
    assert text.startswith(info.text)
    assert len(text) > len(info.text)
    assert code not in text


def test_without_a_key_one_is_asked_for_and_a_refused_one_is_called_refused() -> None:
    without = banner(Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401))
    refused = banner(Problem(Kind.UNAUTHORIZED, "UNAUTHORIZED", http_status=401, key_sent=True))
    assert "is needed" in without.text
    assert "was refused" in refused.text
    for view in (without, refused):
        assert "key" in names(view)
        assert "again" not in names(view)


def test_a_key_that_cannot_be_sent_can_be_entered_anew() -> None:
    view = banner(Problem(Kind.VALIDATION, "KEY_FORM", surely_not_done=True))
    assert "key" in names(view)


@pytest.mark.parametrize("code", ["TOTP_INVALID", "TOTP_EXPIRED"])
def test_a_code_that_the_device_rejected_is_no_matter_of_the_key(code: str) -> None:
    view = banner(Problem(Kind.DOMAIN, code, http_status=401, retryable=True))
    assert "key" not in names(view)
    assert "again" in names(view)


def test_a_session_that_runs_can_be_opened() -> None:
    view = banner(ACTIVE, arguments=("s7",))
    opens = next(b for b in view.buttons if b.name == "open-running")
    assert (opens.intent, opens.arguments) == ("resume", ("s7",))


def test_a_session_that_nobody_names_cannot_be_opened() -> None:
    assert names(banner(ACTIVE)) == ["details", "dismiss"]


def test_too_many_requests_count_down_and_then_may_be_repeated() -> None:
    busy = Problem(Kind.DOMAIN, "RATE_LIMITED", http_status=429, retryable=True)
    before = next(b for b in banner(busy, retry_at=40.0).buttons if b.name == "again")
    then = next(b for b in banner(busy, retry_at=40.0, now=40.0).buttons if b.name == "again")
    assert before.text.endswith("(31)")
    assert not before.enabled
    assert "(" not in then.text
    assert then.enabled


@pytest.mark.parametrize(
    ("problem", "offered"),
    [
        (Problem(Kind.DOMAIN, "VALIDATION_FAILED", surely_not_done=True), False),
        (Problem(Kind.DOMAIN, "INTERNAL_ERROR", http_status=500), True),
        (Problem(Kind.TRANSPORT, retryable=True, surely_not_done=True), True),
        (Problem(Kind.TIMEOUT, retryable=True), True),
    ],
    ids=["refused for good", "perhaps done", "never sent", "no answer"],
)
def test_a_repeat_is_offered_unless_it_is_no_use(problem: Problem, offered: bool) -> None:
    assert ("again" in names(banner(problem))) is offered


def test_the_technical_part_is_shown_when_it_was_opened_and_only_then() -> None:
    problem = Problem(Kind.DOMAIN, "DATABASE_ERROR", http_status=500, correlation_id="c-1")
    assert banner(problem).details == ""
    assert banner(problem, shown=True).details == "DATABASE_ERROR · HTTP 500 · correlation id c-1"


def test_without_a_correlation_id_support_is_told_what_the_connection_broke_of() -> None:
    broken = Problem(Kind.TRANSPORT, message="connection refused")
    assert details(broken) == "transport · connection refused"
    assert details(Problem(Kind.TRANSPORT)) == "transport"


def test_mere_news_only_want_to_be_read() -> None:
    notice = Notice("retry_failed", text="{refused} were refused", numbers={"refused": 3})
    view = notice_banner(notice, 0.0, shown=False)
    assert (view.tone, view.text) == ("info", "3 were refused")
    assert names(view) == ["dismiss"]


@pytest.mark.parametrize(
    ("moment", "now", "left"),
    [(None, 0.0, None), (5.0, 5.0, None), (4.0, 5.0, None), (5.0, 4.5, 1), (5.5, 4.0, 2)],
)
def test_a_countdown_never_goes_below_one(moment: float | None, now: float, left: int) -> None:
    assert seconds_until(moment, now) == left
    assert with_countdown("Retry", moment, now) == ("Retry" if left is None else f"Retry ({left})")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5.0, "0:00"), (0.9, "0:00"), (65.0, "1:05"), (3600.0, "1:00:00"), (36_061.0, "10:01:01")],
)
def test_times_are_never_negative(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_session_of_another_client_cannot_be_opened_and_is_not_offered() -> None:
    view = banner(ACTIVE)
    assert "Another client runs a session" in view.text
    assert "open-running" not in names(view)
    known = banner(ACTIVE, arguments=("sess_1",))
    assert "Open it" in [button.text for button in known.buttons]
