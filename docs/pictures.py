"""Puts the pictures of a tour into docs/pictures/td1 and lists them in docs/tour.md."""

import json
import sys
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parent
FOLDER = DOCS / "pictures" / "td1"
# Flat surfaces and text: so many colours look the same, in a quarter of the size.
COLOURS = 64

HEAD = """\
# Every screen

As `kiosk tour` pictures them on a Raspberry Pi Touch Display 1 (800×480), in English, by daylight.
Made by `make pictures`; `kiosk tour --display … --lang … --theme …` shows the others.

"""


def main(tour: Path) -> None:
    """Take over the pictures that the tour's audit names."""
    screens = json.loads((tour / "audit.json").read_text(encoding="utf-8"))["screens"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    lines = [HEAD]
    for screen in screens:
        name = f"{screen['name']}.png"
        with Image.open(tour / screen["png"]) as picture:
            picture.convert("RGB").quantize(COLOURS).save(FOLDER / name, optimize=True)
        lines.append(f"![{screen['name'].replace('-', ' ')}](pictures/td1/{name})\n")
    (DOCS / "tour.md").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
