"""The runtime without a network: a fake client, fake feeds, a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from kiosk.services.runtime import session
from tests.services.runtime.fakes import FakeFeed, Kit


@pytest.fixture
async def kit(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kit]:
    """Return the parts, put together; whatever still runs is ended afterwards."""
    monkeypatch.setattr(session, "ProvisioningFeed", FakeFeed)
    FakeFeed.made.clear()
    parts = Kit()
    yield parts
    parts.session.close()
    await parts.settle()
