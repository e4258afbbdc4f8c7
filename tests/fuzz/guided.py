"""One run of libFuzzer: ``python -m tests.fuzz.guided TARGET FOLDER OPTIONS``; needs atheris."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["kiosk"]):
    from tests.fuzz.mutating import changed
    from tests.fuzz.targets import TARGETS


def mutated(data: bytes, longest: int, seed: int) -> bytes:
    """Return one input changed: half of the time it stays JSON, where it is."""
    found = changed(data, seed) if seed % 2 else None
    if found is None or len(found) > longest:
        return bytes(atheris.Mutate(data, longest))
    return found


def main() -> None:
    """Run until libFuzzer ends the process."""
    target, *rest = sys.argv[1:]
    custom = {} if target == "sse" else {"custom_mutator": mutated}
    atheris.Setup([sys.argv[0], *rest], TARGETS[target], **custom)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
