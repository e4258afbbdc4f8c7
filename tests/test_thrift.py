"""What only the start needed is given back, and nothing else is touched."""

import subprocess
import sys

from kiosk.thrift import unwritten_code

SMAPS = """\
5600-5700 r-xp 00001000 08:01 12 /usr/bin/python3
Rss:                 100 kB
Private_Dirty:         0 kB
7000-7100 r-xp 00001000 08:01 34 /usr/lib/libpatched.so
Private_Dirty:         4 kB
7100-7200 r--p 00002000 08:01 34 /usr/lib/libpatched.so
Private_Dirty:         0 kB
7200-7300 rw-p 00003000 08:01 34 /usr/lib/libpatched.so
Private_Dirty:         0 kB
8000-8100 r-xp 00000000 00:00 0
Private_Dirty:         0 kB
9000-9100 r-xp 00000000 00:00 0 [vdso]
Private_Dirty:         0 kB
"""


def test_only_code_that_equals_its_file_is_given_back() -> None:
    assert list(unwritten_code(SMAPS)) == [(0x5600, 0x5700)]


def test_a_program_goes_on_after_its_code_was_given_back() -> None:
    settle = "from kiosk import thrift; thrift.keep(); thrift.give_back()"
    program = f"{settle}; import json; print(json.dumps([1]))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "[1]\n"
