"""The first frame: the real shell with an empty screen, before state and network are loaded."""

from __future__ import annotations

import logging

from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.uix.widget import Widget
from kivymd.app import MDApp

from kiosk.screens.shell import Shell
from kiosk.screens.theme import KioskTheme, register_fonts
from kiosk.services.views import bar, language
from kiosk.settings import Settings

_log = logging.getLogger("kiosk.splash")


class Splash(MDApp):
    """Has the theme that the shell asks its app for."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        register_fonts()
        self.theme_cls = KioskTheme(dark=settings.theme == "dark")


def show(settings: Settings) -> None:
    """Draw the shell once; it stays on the panel until the app draws its own."""
    language.use(settings.lang)
    app = Splash(settings)
    Window.clearcolor = app.theme_cls.backgroundColor
    Window.rotation = settings.rotation
    shell = Shell(view=bar.at_first())
    # In the place of a screen: without one the bar would lie at the bottom.
    shell.add_widget(Widget())
    Window.add_widget(shell)
    EventLoop.idle()
    _log.info("the first frame is on the panel")
    Window.remove_widget(shell)
