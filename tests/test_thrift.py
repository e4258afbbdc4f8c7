"""What only the start needed is given back, and nothing else is touched."""

import subprocess
import sys

from kiosk.thrift import unwritten_code

HOLES = """
from pathlib import Path
from kiosk import thrift

def own():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:"))

# Too large for Python's own allocator; fifty stay, fifty go.
blocks = [bytes(2000 + n % 2000) for n in range(30_000)]
kept = [block for n, block in enumerate(blocks) if n // 50 % 2]
blocks.clear()
holes = own()
thrift.trim()
print((holes - own()) // 1024)
"""

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


def test_holes_between_what_is_in_use_are_given_back() -> None:
    run = subprocess.run(
        [sys.executable, "-c", HOLES], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(run.stdout) > 20, "of 43 MiB that were let go of"


def test_where_there_is_no_opengl_there_is_no_compiler_to_release() -> None:
    program = "from kiosk import thrift; thrift.release_compiler(); print('on')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "on\n"
