"""The kiosk's own log: sparing with the card, and without secrets."""

import io
import logging

import pytest

from kiosk.cli.run_log import guard
from kiosk.services.wire.masking import MASK
from tests.support.canary import KEY, PASSWORD, leaks


@pytest.fixture
def now():
    return [100.0]


class Log:
    """A handler below the loggers: what it is given here is for nobody else's ears."""

    def __init__(self, handler, stream):
        self.handler = handler
        self._stream = stream

    def say(self, level, message, *args, error=None):
        info = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord("kiosk.test", level, __file__, 1, message, args, info)
        self.handler.handle(record)

    def error(self, message, *args):
        self.say(logging.ERROR, message, *args)

    def written(self):
        return self._stream.getvalue().splitlines()


@pytest.fixture
def log(now, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", True)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    guard([handler], lambda: now[0], lambda: [KEY, PASSWORD])
    return Log(handler, stream)


def test_the_same_error_is_written_three_times_a_minute_and_then_counted(log, now):
    for number in range(60):
        log.error("cannot write %s", number)
        now[0] += 1.0
    assert log.written() == [f"ERROR cannot write {n}" for n in range(3)]
    log.error("cannot write %s", 60)
    assert log.written()[3:] == ["ERROR cannot write 60 [57 more like it were left out]"]
    now[0] += 3600
    log.error("cannot write %s", 61)
    assert log.written()[4:] == ["ERROR cannot write 61"]


def test_an_error_is_the_same_when_it_comes_from_the_same_place_whatever_else_is_said(log):
    for number in range(20):
        with pytest.raises(ValueError, match="invalid") as broke:
            int("x")
        log.say(logging.ERROR, f"Task-{number} broke", error=broke.value)
    assert len([line for line in log.written() if "broke" in line]) == 3
    with pytest.raises(ValueError, match="invalid") as broke:
        int("x")
    log.say(logging.ERROR, "Task-20 broke", error=broke.value)
    assert "ERROR Task-20 broke" in log.written()


def test_other_errors_and_what_is_asked_for_are_written_whatever_there_is_of_them(log):
    for number in range(10):
        log.say(logging.INFO, "GET %s", number)
    log.error("one")
    log.error("another")
    assert len(log.written()) == 12


def test_errors_that_are_made_up_each_time_do_not_fill_the_memory(log, now):
    sparing = log.handler.filters[0]
    for number in range(2000):
        log.say(logging.ERROR, f"made up {number}")
        now[0] += 1.0
    assert len(sparing._told) < 2000


@pytest.mark.parametrize("secret", [KEY, PASSWORD], ids=["key", "password"])
def test_a_traceback_tells_where_and_what_but_no_secret(log, secret):
    with pytest.raises(ValueError, match="cannot use") as broke:
        int(f"cannot use {secret!r}")
    log.say(logging.CRITICAL, "the kiosk broke", error=broke.value)
    text = "\n".join(log.written())
    assert "Traceback (most recent call last)" in text
    assert f"cannot use {MASK}" in text.replace("'", "").replace("\\", "")
    assert leaks(text) == []


def test_a_log_that_cannot_be_written_is_no_error(log):
    log.handler.stream.close()
    log.error("nobody hears it")
    assert logging.raiseExceptions is False
