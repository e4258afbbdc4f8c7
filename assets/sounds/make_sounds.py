# ruff: noqa: INP001 - a script, not a module
"""Makes the two sounds: ``python make_sounds.py`` writes them beside itself."""

import math
import struct
import wave
from pathlib import Path

RATE = 11_025
LOUDEST = 0.5 * 32_767


def tone(hertz: float, seconds: float, fade: float) -> list[float]:
    """Return a tone that dies away, ``fade`` times per second by a factor of e."""
    return [
        math.sin(2 * math.pi * hertz * n / RATE) * math.exp(-fade * n / RATE)
        for n in range(int(RATE * seconds))
    ]


def write(name: str, samples: list[float]) -> None:
    """Write mono, 16 bits."""
    with wave.open(str(Path(__file__).with_name(name)), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", int(LOUDEST * s)) for s in samples))


if __name__ == "__main__":
    write("click.wav", tone(2_000, 0.03, 150))
    write("error.wav", tone(440, 0.1, 8) + tone(330, 0.15, 12))
