"""A touch panel made of software: a multitouch device by uinput, driven through a named pipe.

Runs in the guest. Each line in ``/run/panel`` is ``X Y SECONDS``: a finger at a pixel, for so long.
"""

import os
import struct
import time
from fcntl import ioctl
from pathlib import Path

PIPE = Path("/run/panel")
WIDTH, HEIGHT = 800, 480

# linux/uinput.h and linux/input-event-codes.h
UI_SET_EVBIT, UI_SET_KEYBIT, UI_SET_ABSBIT, UI_SET_PROPBIT = (
    0x40045564,
    0x40045565,
    0x40045567,
    0x4004556E,
)
UI_DEV_SETUP, UI_ABS_SETUP, UI_DEV_CREATE = 0x405C5503, 0x401C5504, 0x5501
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3
BTN_TOUCH, INPUT_PROP_DIRECT = 0x14A, 1
ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0x2F, 0x35, 0x36, 0x39
AXES = {
    ABS_MT_SLOT: 9,
    ABS_MT_POSITION_X: WIDTH - 1,
    ABS_MT_POSITION_Y: HEIGHT - 1,
    ABS_MT_TRACKING_ID: 65535,
}


class Panel:
    """The device; it is there as long as this process."""

    def __init__(self) -> None:
        self._file = os.open("/dev/uinput", os.O_WRONLY)
        self._touches = 0
        for kind in (EV_SYN, EV_KEY, EV_ABS):
            ioctl(self._file, UI_SET_EVBIT, kind)
        ioctl(self._file, UI_SET_KEYBIT, BTN_TOUCH)
        ioctl(self._file, UI_SET_PROPBIT, INPUT_PROP_DIRECT)
        for axis, most in AXES.items():
            ioctl(self._file, UI_SET_ABSBIT, axis)
            ioctl(self._file, UI_ABS_SETUP, struct.pack("Hxxiiiiii", axis, 0, 0, most, 0, 0, 0))
        name = b"Boot test touch panel"
        ioctl(self._file, UI_DEV_SETUP, struct.pack("HHHH80sI", 3, 0x1209, 0x0001, 1, name, 0))
        ioctl(self._file, UI_DEV_CREATE)

    def touch(self, x: int, y: int, seconds: float) -> None:
        """Put a finger there and lift it again."""
        self._touches += 1
        self._send((EV_ABS, ABS_MT_SLOT, 0), (EV_ABS, ABS_MT_TRACKING_ID, self._touches))
        self._send((EV_ABS, ABS_MT_POSITION_X, x), (EV_ABS, ABS_MT_POSITION_Y, y))
        self._send((EV_KEY, BTN_TOUCH, 1), (EV_SYN, 0, 0))
        time.sleep(seconds)
        self._send((EV_ABS, ABS_MT_TRACKING_ID, -1), (EV_KEY, BTN_TOUCH, 0), (EV_SYN, 0, 0))

    def _send(self, *events: tuple[int, int, int]) -> None:
        for event in events:
            os.write(self._file, struct.pack("llHHi", 0, 0, *event))


def main() -> None:
    """Serve the pipe until killed."""
    panel = Panel()
    if not PIPE.exists():
        os.mkfifo(PIPE)
    while True:
        with PIPE.open() as lines:
            for line in lines:
                x, y, seconds = line.split()
                panel.touch(int(x), int(y), float(seconds))


if __name__ == "__main__":
    main()
