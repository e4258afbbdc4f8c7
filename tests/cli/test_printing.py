"""What a person reads: indented lines, and nothing that steers the terminal."""

import subprocess
import sys
from typing import Any

import pytest

from kiosk.cli.printing import print_answer, print_problem
from kiosk.services.wire.problem import Kind, Problem


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (None, ["done"]),
        ({}, ["done"]),
        ({"state": "open", "peers": [], "count": 0}, ["state: open", "peers: none", "count: 0"]),
        ({"names": ["a", "b"]}, ["names:", "  a", "  b"]),
        (
            {"sections": [{"name": "log", "items": [{"key": "level", "value": "info"}]}]},
            ["sections:", "  name log", "    items:", "      key level, value info"],
        ),
        ({"parts": [{"inner": {"x": 1}}]}, ["parts:", "  -", "    inner:", "      x: 1"]),
        ({"ssid": "a\x1b[2Jb\nc"}, ["ssid: a\ufffd[2Jb\ufffdc"]),
    ],
)
def test_an_answer_is_read_line_by_line(
    capsys: pytest.CaptureFixture[str], data: Any, lines: list[str]
) -> None:
    print_answer(data, "corr-1", as_json=False)
    assert capsys.readouterr().out.splitlines() == lines


def test_a_problem_says_what_to_do_before_what_support_wants(
    capsys: pytest.CaptureFixture[str],
) -> None:
    problem = Problem(Kind.DOMAIN, code="X_1", message="no\x1b[31m", correlation_id="corr-1")
    print_problem(problem, as_json=False)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[1] == "X_1; no\ufffd[31m; corr-1"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("api journal", 0),
        ("api journal --json", 0),
        ("api session events --json", 1),
        ("doctor --json --base-url http://127.0.0.1:9", 1),
    ],
)
def test_a_reader_that_is_gone_is_no_trouble_and_changes_no_status(words: str, status: int) -> None:
    command = [sys.executable, "-m", "kiosk", *words.split()]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait(20) == status
