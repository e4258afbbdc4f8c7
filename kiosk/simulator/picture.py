"""A camera's picture: a real JPEG that says whose it is and when it was taken."""

from __future__ import annotations

import io
import zlib

from kiosk.simulator.moments import rfc3339

SIZE = (640, 480)  # VGA


def jpeg(camera_id: str, name: str, at: float) -> bytes:
    """Draw shelves in the camera's own colour, with its id and the time."""
    # Only here, so that a simulator whose pictures nobody asks for starts without it.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    hue = zlib.crc32(camera_id.encode()) % 360
    image = Image.new("RGB", SIZE, f"hsl({hue}, 30%, 35%)")
    draw = ImageDraw.Draw(image)
    width, height = SIZE
    for shelf in range(4):
        top = 60 + shelf * 105
        draw.rectangle((20, top + 80, width - 20, top + 90), fill="#333333")
        for bottle in range(8):
            left = 40 + bottle * 72
            shade = f"hsl({(hue + 40 * bottle) % 360}, 60%, {40 + 5 * shelf}%)"
            draw.rectangle((left, top, left + 40, top + 80), fill=shade)
    caption = f"{camera_id}  {name}  {rfc3339(at)}"
    draw.rectangle((0, height - 24, width, height), fill="black")
    draw.text((8, height - 19), caption, fill="white")
    drawn = io.BytesIO()
    image.save(drawn, "JPEG", quality=80)
    return drawn.getvalue()
