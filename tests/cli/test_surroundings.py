"""What a command is given by whoever starts it, and must not depend on."""

import os
import subprocess
import sys

import pytest

CHECK = """
import os, sys, warnings
from kiosk.cli.surroundings import make_safe
make_safe()
file = os.open("/dev/zero", os.O_RDONLY)
print("out")
print("err", file=sys.stderr)
sys.stdout.reconfigure(errors="replace")
assert sys.stdin.read() == ""
warnings.warn("some day", DeprecationWarning)
with open(sys.argv[1], "w") as report:
    print(file, os.environ.get("SSLKEYLOGFILE"), file=report)
"""


@pytest.mark.parametrize("closed", ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_a_closed_stream_is_neither_missed_nor_taken_by_the_next_file(closed, tmp_path):
    report = tmp_path / "report"
    command = f'exec "$@" {closed}'
    environment = {**os.environ, "SSLKEYLOGFILE": str(tmp_path / "keys"), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        ["bash", "-c", command, "bash", sys.executable, "-c", CHECK, str(report)],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    number, keys = report.read_text().split()
    assert int(number) > 2
    assert keys == "None"
    assert list(tmp_path.iterdir()) == [report]
