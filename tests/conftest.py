"""The canary: no secret of this run may be in a log, an output, an argv, an environment or a file.

It listens from the first test to the last and looks into all files at the end; a find fails the
run. Nothing of what tests see is changed by it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import CANARY, process_name

_REPOSITORY = Path(__file__).resolve().parents[1]
# What others have written there, and what nobody could write a secret into by running tests.
_NOT_OURS = (".git", ".venv")

_started = time.time()
_folders = {_REPOSITORY, Path(tempfile.gettempdir())}
_state = tempfile.TemporaryDirectory(prefix="kiosk-test-")
_undo = pytest.MonkeyPatch()


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen; a key that is kept on this machine is none of the tests' business."""
    _undo.setenv("XDG_STATE_HOME", _state.name)
    _undo.delenv("STATE_DIRECTORY", raising=False)
    _hear_logs()
    _watch_processes()
    _watch_what_goes()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Listen no more."""
    _undo.undo()
    _state.cleanup()


@pytest.fixture(scope="session", autouse=True)
def _files_of_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    _folders.add(tmp_path_factory.getbasetemp())


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Look at what a test has printed, and at how it failed."""
    for name, text in report.sections:
        CANARY.look(text, f"{name} of {report.nodeid}")
    if report.longrepr is not None:
        CANARY.look(str(report.longrepr), f"the failure of {report.nodeid}")


def pytest_warning_recorded(warning_message: warnings.WarningMessage, nodeid: str) -> None:
    """Look at a warning."""
    CANARY.look(str(warning_message.message), f"a warning in {nodeid or 'the collection'}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look into every file that was written; a find anywhere fails the run."""
    # A folder within another is looked into once.
    for folder in {f for f in _folders if not _folders.intersection(f.parents)}:
        CANARY.look_into(folder, since=_started, skip=_NOT_OURS)
    if CANARY.finds and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell which secret was found and where."""
    if CANARY.finds:
        terminalreporter.section("secrets where none may be", red=True)
        for find in CANARY.finds:
            terminalreporter.line(find, red=True)


def _hear_logs() -> None:
    """Hear every record, the kiosk's own from DEBUG on; other handlers get what they always get."""
    formatter = logging.Formatter()
    is_enabled, hand_on = logging.Logger.isEnabledFor, logging.Logger.callHandlers

    def is_enabled_or_ours(logger: logging.Logger, level: int) -> bool:
        return logger.name.partition(".")[0] == "kiosk" or is_enabled(logger, level)

    def heard(logger: logging.Logger, record: logging.LogRecord) -> None:
        where = f"the log of {record.name}"
        CANARY.look(f"{record.msg} {record.args!r} {record.stack_info}", where)
        # A record that cannot be formatted is for the handlers to complain about.
        with suppress(Exception):
            CANARY.look(formatter.format(record), where)
        if is_enabled(logger, record.levelno):
            hand_on(logger, record)

    _undo.setattr(logging.Logger, "isEnabledFor", is_enabled_or_ours)
    _undo.setattr(logging.Logger, "callHandlers", heard)


def _watch_processes() -> None:
    """See the argv and the environment of every child, and what it says to who waits for it."""
    begin, communicate = subprocess.Popen.__init__, subprocess.Popen.communicate

    def begun(process: Any, args: Any, *more: Any, **options: Any) -> None:
        environment = options.get("env")
        seen = os.environ if environment is None else environment
        variables = (f"{name}={value}" for name, value in seen.items())
        CANARY.look_at_process(_command(args), variables)
        begin(process, args, *more, **options)

    def said(process: Any, *arguments: Any, **options: Any) -> Any:
        outputs = communicate(process, *arguments, **options)
        for output in filter(None, outputs):
            CANARY.look(output, f"the output of {process_name(_command(process.args))}")
        return outputs

    _undo.setattr(subprocess.Popen, "__init__", begun)
    _undo.setattr(subprocess.Popen, "communicate", said)


def _command(args: Any) -> list[Any]:
    return [args] if isinstance(args, str | bytes | os.PathLike) else list(args)


def _watch_what_goes() -> None:
    """See what is gone by the end: folders that are removed, output that a test reads itself."""
    clean_up, read_out = tempfile.TemporaryDirectory.cleanup, pytest.CaptureFixture.readouterr

    def cleaned_up(folder: tempfile.TemporaryDirectory[str]) -> None:
        CANARY.look_into(Path(folder.name))
        clean_up(folder)

    def read(capture: Any) -> Any:
        output = read_out(capture)
        for text in filter(None, output):
            CANARY.look(text, "the output of a test")
        return output

    _undo.setattr(tempfile.TemporaryDirectory, "cleanup", cleaned_up)
    _undo.setattr(pytest.CaptureFixture, "readouterr", read)
