# ruff: noqa: T201 - what a command is for
"""``make fuzz``: fuzzes each target for a while, and keeps what reaches more than was reached.

Needs atheris, which ``make fuzz`` installs. A defect ends the run with 1; its input is in
build/fuzz/TARGET, and belongs into tests/fuzz/corpus/TARGET under a name with ``defect-`` in front.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.keeping import keep, kept, seeds, smallest
from tests.fuzz.mutating import names
from tests.fuzz.targets import TARGETS

BUILD = Path("build/fuzz")
LONGEST_INPUT = 4096
# An input that takes longer than this many seconds, or more memory than this many MiB, is a defect.
LONGEST_SECONDS, MOST_MEMORY_MIB = 5, 1024
# Which of the others' lines are worth a person's time.
_TOLD = re.compile(r"^#\d+\s+(INITED|DONE)|^ ?==|Uncaught|Error|assert|ALARM|Done \d+")


def main(arguments: Sequence[str]) -> int:
    """Return 1 when a target has found a defect."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all, unless named")
    options = parser.parse_args(arguments)
    BUILD.mkdir(parents=True, exist_ok=True)
    words = (f'"{name}"\n' for name in names() if name.isprintable() and not {'"', "\\"} & {*name})
    (BUILD / "words").write_text("".join(words))
    failed = [name for name in options.targets or TARGETS if not fuzzed(name, options.seconds)]
    if failed:
        print(f"\ndefects: {', '.join(failed)}; the inputs are in {BUILD}")
    return 1 if failed else 0


def fuzzed(target: str, seconds: int) -> bool:
    """Fuzz one target; returns whether nothing was wrong."""
    found = BUILD / target
    inputs = found / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(target)):
        (inputs / f"seed-{number:03}").write_bytes(seed)
    for path in kept(target):
        (inputs / path.name).write_bytes(path.read_bytes())
    log = found / "log"
    print(f"\n== {target}, {seconds} s", flush=True)
    with log.open("wb") as said:
        command = [sys.executable, "-m", "tests.fuzz.guided", target, str(inputs)]
        command += [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={found}/",
            f"-dict={BUILD / 'words'}",
            f"-max_len={LONGEST_INPUT}",
            f"-timeout={LONGEST_SECONDS}",
            f"-rss_limit_mb={MOST_MEMORY_MIB}",
        ]
        status = subprocess.run(command, stdout=said, stderr=said, check=False).returncode
    lines = log.read_text(errors="replace").splitlines()
    print("\n".join(line for line in lines if _TOLD.search(line)))
    if status:
        print("\n".join(lines[-40:]))
        return False
    grown = smallest(target, [path.read_bytes() for path in inputs.iterdir()])
    keep(target, grown)
    print(f"kept {len(grown)} inputs, {sum(map(len, grown))} bytes")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
