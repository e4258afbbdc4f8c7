"""Cutting a client's TCP connection without a goodbye, as a power cut does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from starlette.types import Scope


class Connections:
    """Finds the transport behind a request by the client's address."""

    def __init__(self) -> None:
        self.protocols: Callable[[], Iterable[Any]] = tuple  # set once the server exists

    def cut(self, scope: Scope) -> None:
        """End the connection that this request came on, as when the process is killed."""
        client = tuple(scope["client"])
        for protocol in list(self.protocols()):
            transport: asyncio.Transport | None = getattr(protocol, "transport", None)
            if transport and tuple(transport.get_extra_info("peername") or ())[:2] == client:
                transport.abort()
