"""An Xvfb as large as the panel, with a finger on it and an eye that sees it from outside."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import time
from types import TracebackType
from typing import Self

WIDTH, HEIGHT = 800, 480

_ALL_PLANES, _Z_PIXMAP = 0xFFFFFFFF, 2
_LOOK_SECONDS = 0.0005
# A finger that rests on the glass; long after every look that a press has at least.
_REST_SECONDS = 0.4

Area = tuple[int, int, int, int]


class _Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    ]


def is_possible() -> bool:
    """Return whether there is an Xvfb, and what the finger and the eye need."""
    try:
        ctypes.CDLL("libXtst.so.6")
    except OSError:
        return False
    return shutil.which("Xvfb") is not None


class Panel:
    """A context manager; ``display`` is its name."""

    def __init__(self) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_Image)

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._server.stdout is not None
        self.display = f":{self._server.stdout.readline().strip()}"
        self._connection = ctypes.c_void_p(self._x.XOpenDisplay(self.display.encode()))
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._connection))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._x.XCloseDisplay(self._connection)
        self._server.terminate()
        self._server.wait()

    def tap(self, x: int, y: int) -> None:
        """Press and lift."""
        self._move(x, y)
        self._button(down=True)
        time.sleep(0.05)
        self._button(down=False)

    def tap_seen(self, x: int, y: int, there: Area, elsewhere: Area) -> tuple[float, float]:
        """Return the seconds from press to a change ``there``, and from lift to one ``elsewhere``.

        Raises TimeoutError when nothing changes.
        """
        self._move(x, y)
        time.sleep(_REST_SECONDS)
        pressed = self._changed(there, lambda: self._button(down=True))
        time.sleep(_REST_SECONDS)
        return pressed, self._changed(elsewhere, lambda: self._button(down=False))

    def look(self, area: Area) -> bytes:
        """Return the pixels of an area: left, top, width, height."""
        left, top, width, height = area
        image = self._x.XGetImage(
            self._connection,
            self._root,
            left,
            top,
            width,
            height,
            ctypes.c_ulong(_ALL_PLANES),
            _Z_PIXMAP,
        )
        size = image.contents.bytes_per_line * height
        pixels = ctypes.string_at(image.contents.data, size)
        self._x.XFree(ctypes.c_void_p(image.contents.data))
        self._x.XFree(image)
        return pixels

    def _changed(self, area: Area, act: object) -> float:
        before = self.look(area)
        assert callable(act)
        began = time.perf_counter()
        act()
        while time.perf_counter() - began < 5:
            if self.look(area) != before:
                return time.perf_counter() - began
            time.sleep(_LOOK_SECONDS)
        raise TimeoutError("nothing has changed on the panel")

    def _move(self, x: int, y: int) -> None:
        self._test.XTestFakeMotionEvent(self._connection, -1, x, y, ctypes.c_ulong(0))
        self._x.XFlush(self._connection)

    def _button(self, *, down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._connection, 1, int(down), ctypes.c_ulong(0))
        self._x.XFlush(self._connection)
