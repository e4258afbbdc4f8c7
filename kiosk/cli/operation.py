"""One word of ``kiosk api``: its arguments, the call behind it, where its data goes."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiosk.services.client.api import PiOrchestrator
    from kiosk.services.client.reply import Reply
    from kiosk.settings import Settings

    Send = Callable[[PiOrchestrator, argparse.Namespace], Awaitable[Reply[Any]]]
    OfKiosk = Callable[[Settings, argparse.Namespace], Awaitable[Reply[Any]]]


@dataclass(frozen=True, slots=True)
class Argument:
    """What ``ArgumentParser.add_argument`` is given."""

    names: tuple[str, ...]
    options: Mapping[str, Any]


def argument(*names: str, **options: Any) -> Argument:
    """Return an argument by the words of argparse."""
    return Argument(names, options)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; ``member`` holds its data in the contract, None: the data is all there is.

    ``send`` asks the server, ``of_kiosk`` the kiosk itself; both raise ApiError. Of ``one_of``
    exactly one must be given.
    """

    name: str
    help: str
    send: Send | None = None
    arguments: tuple[Argument, ...] = ()
    one_of: tuple[Argument, ...] = ()
    member: str | None = None
    of_kiosk: OfKiosk | None = None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments."""
        for one in self.arguments:
            parser.add_argument(*one.names, **one.options)
        if self.one_of:
            group = parser.add_mutually_exclusive_group(required=True)
            for one in self.one_of:
                group.add_argument(*one.names, **one.options)


def positive(text: str) -> int:
    """Return a whole number from 1 on; raises ValueError."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


SESSION = argument("id", metavar="ID", help="the session")
MAC = argument("mac", metavar="MAC", help="the device")
