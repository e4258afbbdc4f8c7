"""What one monitoring socket has told so far, and whether it says anything new."""

from datetime import datetime
from typing import Any

from kiosk.services.state.monitoring import told_members
from kiosk.services.wire.monitoring import Monitoring, MonitorMessage, merged, monitoring_of

NOTHING: frozenset[str] = frozenset()


class MonitorFigures:
    """Full figures and the updates that were laid over them."""

    def __init__(self) -> None:
        self._raw: dict[str, Any] | None = None
        self._timestamp: datetime | None = None
        # What was known after the last message, on whichever connection.
        self._last = Monitoring()

    def connected(self) -> None:
        """Begin anew: what an earlier connection told is no base for this one's updates."""
        self._raw = None

    @property
    def whole(self) -> Monitoring:
        """Return all that this connection has told."""
        return monitoring_of(self._raw)

    def news(self, message: MonitorMessage) -> frozenset[str]:
        """Take a message; returns the members that it tells anew.

        An update before the full figures is a part of them. The same figures with the same
        timestamp, be it by another connection, are figures that nobody has measured since.
        """
        if message.data is None or message.kind not in {"initial", "update"}:
            return NOTHING
        self._raw = merged(None if message.kind == "initial" else self._raw, message.data)
        said = monitoring_of(message.data)
        is_dated_alike = said.timestamp is not None and said.timestamp == self._timestamp
        self._timestamp = said.timestamp or self._timestamp
        whole, last = self.whole, self._last
        is_repeated = is_dated_alike and whole == last
        self._last = whole
        told = told_members(said)
        if is_repeated or not told - {"timestamp"}:
            return NOTHING
        # No cameras at all is news of the cameras, too.
        is_list = isinstance(message.data.get("camera_status"), dict)
        return told | {"cameras"} if is_list else told
