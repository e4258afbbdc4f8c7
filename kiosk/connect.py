"""From the settings to the typed client."""

from collections.abc import Callable, Container

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.journaling import Journal
from kiosk.services.wire.features import Feature
from kiosk.settings import Settings


def connected(
    settings: Settings,
    api_key: Callable[[], str | None],
    off: Container[Feature] | None = None,
    journal: Journal | None = None,
) -> PiOrchestrator:
    """Return the client for the configured server, to be entered.

    Without ``off`` it leaves alone what the settings say, for good; ``journal`` keeps what it
    changes.
    """
    return PiOrchestrator(
        settings.base_url,
        api_key=api_key,
        base_path=settings.base_path,
        events_url=settings.events_url,
        monitor_url=settings.monitor_url,
        off=frozenset(map(Feature, settings.features.off())) if off is None else off,
        journal=journal,
    )
