"""The canary sees a secret wherever one is planted, and is silent where one may be."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.support.canary import _CHUNK, KEY, PASSWORD, Canary, leaks, secret_file

ROOT = Path(__file__).parent.parent
# What each of them prints or leaves behind is a find of its own.
PLANTED = """
import logging, os, subprocess, sys, tempfile, warnings
from pathlib import Path
import pytest
from tests.support.canary import KEY, OTHER_KEY, PASSWORD, secret_file

SAYS = [sys.executable, "-c", "import sys; print(sys.stdin.read())"]

def test_log(): logging.getLogger("kiosk.loud").warning("the key is %s", KEY)
def test_debug(): logging.getLogger("kiosk.quiet").debug("the key is %s", KEY)
def test_trace():
    try:
        raise ValueError(PASSWORD)
    except ValueError:
        logging.getLogger("traced").exception("broken")
def test_warning(): warnings.warn(PASSWORD)
def test_stdout(): print(OTHER_KEY)
def test_stderr(): print(PASSWORD, file=sys.stderr)
def test_read(capsys):
    print(KEY)
    assert capsys.readouterr().out
def test_failure(): assert KEY == ""
def test_argv(): subprocess.run([sys.executable, "-c", "", KEY], check=True)
def test_environment():
    subprocess.run([sys.executable, "-c", ""], env={"API_KEY": KEY}, check=True)
def test_child(): subprocess.run(SAYS, input=PASSWORD, capture_output=True, text=True)
def test_file(tmp_path): (tmp_path / "ledger.bin").write_bytes(b"x" * 2_000_000 + KEY.encode())
def test_temporary(): Path(tempfile.gettempdir(), "left").write_text(KEY)
def test_removed():
    with tempfile.TemporaryDirectory() as folder: Path(folder, "gone").write_text(KEY)
"""
FINDS = (
    r"the log of kiosk\.loud: key, plain",
    r"the log of kiosk\.quiet: key, plain",
    r"the log of traced: password, plain",
    r"a warning in .*test_warning: password, plain",
    r"Captured stdout call of .*test_stdout: other key, plain",
    r"Captured stderr call of .*test_stderr: password, plain",
    r"the output of a test: key, plain",
    r"the failure of .*test_failure: key, plain",
    r"argv of a process: key, plain",
    r"environment of .* -c : key, plain",
    r"the output of .*: password, plain",
    r"file .*/ledger\.bin: key, plain",
    r"file .*/left: key, plain",
    r"file .*/gone: key, plain",
)
INNOCENT = """
import logging, subprocess, sys
from tests.support.canary import KEY, PASSWORD, secret_file

def test_a_secret_in_its_place(tmp_path, caplog):
    file = secret_file(tmp_path / "key", KEY)
    subprocess.run([sys.executable, "-c", "", str(file)], check=True)
    logging.getLogger("kiosk.x").debug("nobody asked for this")
    assert caplog.records == []
    print(KEY[:4] + "****" + KEY[-2:])
"""


def run_pytest(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run these tests in a process of their own, with the canary of the suite."""
    temporary = folder / "tmp"
    temporary.mkdir()
    file = folder / "test_planted.py"
    file.write_text(tests)
    environment = {
        **os.environ,
        "TMPDIR": str(temporary),
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    options = ("-p", "tests.conftest", "-p", "no:cacheprovider", f"--basetemp={folder / 'base'}")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", "--color=no", file],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_planted_leak_of_each_kind_is_found_and_fails_the_run(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, PLANTED)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED
    told = run.stdout.partition("secrets where none may be")[2]
    # What comes after it is pytest's own summary, which quotes the planted failure at full length
    # where CI is set.
    told = told.partition("short test summary info")[0]
    assert [find for find in FINDS if not re.search(f"^{find}", told, re.MULTILINE)] == []
    assert not re.search("canary[0-9a-f]{8}", told)


def test_a_leak_alone_fails_a_run_whose_tests_all_pass(tmp_path: Path) -> None:
    run = run_pytest(
        tmp_path,
        "from tests.support.canary import KEY\n"
        "def test_file(tmp_path): (tmp_path / 'a').write_text(KEY)\n",
    )
    assert "1 passed" in run.stdout
    assert run.returncode == pytest.ExitCode.TESTS_FAILED


def test_a_secret_in_its_place_is_no_find_and_tests_see_what_they_always_see(
    tmp_path: Path,
) -> None:
    run = run_pytest(tmp_path, INNOCENT)
    assert run.returncode == pytest.ExitCode.OK, run.stdout


@pytest.mark.parametrize("secret", [KEY, PASSWORD], ids=["key", "password"])
@pytest.mark.parametrize(
    "written",
    [
        str,
        repr,
        json.dumps,
        quote,
        quote_plus,
        str.upper,
        lambda text: text[:-2],
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(b"u" + text.encode()).decode(),
        lambda text: base64.b64encode(b"us" + text.encode() + b"er").decode(),
    ],
)
def test_a_secret_is_found_however_it_is_written(
    secret: str, written: Callable[[str], str]
) -> None:
    text = f"before {written(secret)} after"
    assert leaks(text)
    assert leaks(text.encode())


def test_the_mark_alone_makes_no_secret_of_other_texts() -> None:
    assert leaks("canary, the key and the password of a user") == []


def test_a_secret_across_two_pieces_of_a_file_is_found(tmp_path: Path) -> None:
    file = secret_file(tmp_path / "large", "")
    for cut in (1, 12, 20):
        canary = Canary()
        file.write_bytes(b"x" * (_CHUNK - cut) + KEY.encode() + b"y" * _CHUNK)
        canary.look_into(tmp_path)
        assert len(canary.finds) == 1


def test_what_nobody_may_read_or_is_no_file_is_passed_over(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    canary = Canary()
    canary.look_into(tmp_path)
    assert canary.finds == []
