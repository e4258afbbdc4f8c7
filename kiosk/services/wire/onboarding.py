"""Devices that the Pi onboards by itself (contract.md §2.12)."""

from typing import Any

from kiosk.services.wire.tolerant import Count, Flag, Moment, Text, WireModel, group


class AutoOnboard(WireModel):
    """Whether onboarding by itself is on, and what it has done since its counters began."""

    enabled: Flag = None
    mode: Text = None
    running: Flag = None
    max_per_minute: Count = None
    attempts: Count = None
    success: Count = None
    failed: Count = None
    rejected_by_policy: Count = None
    already_onboarded: Count = None
    last_success_at: Moment = None
    last_failure_at: Moment = None

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        return {**data, **group(data, "config"), **group(data, "metrics")}
