# ruff: noqa: PLC0415 - Kivy reads its environment when it is imported
"""The real app in this process, headless, with a pilot at its panel.

Import nothing of Kivy, ``kiosk.tour.pilot`` or ``kiosk.wiring`` at the top of a test module: the
window is prepared when the first kiosk is run, and unit tests never need it.
"""

import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.displays import DISPLAYS
from kiosk.settings import Settings
from kiosk.window import prepare
from tests.support.canary import secret_file

if TYPE_CHECKING:
    from kiosk.tour.pilot import Pilot
    from kiosk.wiring import Kiosk

# Nobody listens on the discard port.
NOWHERE = "http://127.0.0.1:9"


@asynccontextmanager
async def running_kiosk(
    *,
    base_url: str = NOWHERE,
    target_ssid: str | None = None,
    password: str | None = None,
    api_key: str | None = None,
    lang: str = "en",
    display: str = "td1",
    theme: str = "daylight",
    state_dir: Path | None = None,
) -> AsyncIterator[tuple["Kiosk", "Pilot"]]:
    """Run the kiosk as ``kiosk run`` does; as many as wanted, one after another."""
    open_window()
    from kiosk.tour.flight import piloted

    with tempfile.TemporaryDirectory(prefix="kiosk-test-") as folder:
        settings = Settings(
            base_url=base_url,
            api_key_file=_file(Path(folder, "api-key"), api_key),
            target_ssid=target_ssid,
            target_password_file=_file(Path(folder, "target-password"), password),
            lang=lang,
            display=display,
            theme=theme,
            state_dir=state_dir or Path(folder, "state"),
        )
        async with piloted(settings) as (kiosk, pilot):
            yield kiosk, pilot


@cache
def open_window() -> None:
    """Open the process's one window offscreen, and leave the environment as it was."""
    before = dict(os.environ)
    with warnings.catch_warnings():
        # What Kivy and KivyMD warn about while they are imported is theirs to mend.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            prepare(DISPLAYS["td1"], "offscreen", fullscreen=False)
            from kivy.core.window import Window

            import kiosk.tour.flight  # noqa: F401 - all that Kivy and KivyMD import comes with it
        finally:
            os.environ.clear()
            os.environ.update(before)
    if Window is None:
        raise RuntimeError("no OpenGL offscreen: install libegl1 libgles2 libgl1-mesa-dri")


@contextmanager
def one_frame_at_a_time() -> Iterator[None]:
    """Have each frame finished before the next one is begun, for whoever measures memory.

    OpenGL in software keeps what a frame is drawn from, megabytes, for as many frames as were ever
    under way at once: more of them the busier the machine is.
    """
    from kivy.core.window import Window
    from kivy.graphics.opengl import glFinish

    def finish(_window: object) -> None:
        glFinish()

    Window.bind(on_flip=finish)
    try:
        yield
    finally:
        Window.unbind(on_flip=finish)


def _file(path: Path, secret: str | None) -> Path | None:
    return None if secret is None else secret_file(path, secret)
