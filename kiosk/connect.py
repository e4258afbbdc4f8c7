"""From the settings to the typed client."""

from collections.abc import Callable, Container

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.journaling import Journal
from kiosk.services.wire.features import Feature
from kiosk.settings import Settings


def connected(
    settings: Settings,
    api_key: Callable[[], str | None] | None = None,
    off: Container[Feature] | None = None,
    journal: Journal | None = None,
) -> PiOrchestrator:
    """Return the client for the configured server, to be entered.

    Without ``api_key`` it has the key that the settings tell now, without ``off`` it leaves alone
    what they say, for good; ``journal`` keeps what it changes. Raises SettingsError for a key that
    cannot be read.
    """
    if api_key is None:
        key = settings.api_key()
        api_key = key.get_secret_value if key else lambda: None
    return PiOrchestrator(
        settings.base_url,
        api_key=api_key,
        base_path=settings.base_path,
        events_url=settings.events_url,
        monitor_url=settings.monitor_url,
        off=frozenset(map(Feature, settings.features.off())) if off is None else off,
        journal=journal,
    )
