"""Facts with their labels, and a picture that came over the wire."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from kivy.core.image import Image as CoreImage
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.image import Image

from kiosk.screens import kv
from kiosk.screens.widgets import words  # noqa: F401 - the kv below uses its rules
from kiosk.services.views.rows import FactView

_EMPTY = FactView("", "")


class Fact(BoxLayout):
    """Shows a ``FactView``: what it is, then how it is."""

    view = ObjectProperty(_EMPTY, rebind=True)


class Facts(GridLayout):
    """Shows ``FactView``s; builds only when their number changes."""

    views = ObjectProperty(())

    def on_views(self, *_args: Any) -> None:
        """Give each line its fact."""
        while len(self.children) > len(self.views):
            self.remove_widget(self.children[0])
        while len(self.children) < len(self.views):
            self.add_widget(Fact())
        for widget, view in zip(self.children[::-1], self.views, strict=True):
            widget.view = view


class Picture(Image):
    """Shows the bytes of a JPEG or PNG; takes no room without one.

    Bytes that are no picture show as none: they come from a camera.
    """

    data = ObjectProperty(b"")

    def on_data(self, *_args: Any) -> None:
        """Decode the picture."""
        kind = "png" if self.data[:4] == b"\x89PNG" else "jpg"
        try:
            image = CoreImage(BytesIO(self.data), ext=kind) if self.data else None
        except Exception:  # noqa: BLE001 - whatever the decoder makes of a broken picture
            image = None
        self.texture = image.texture if image else None


kv.load("facts")
