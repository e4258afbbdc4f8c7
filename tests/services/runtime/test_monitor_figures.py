"""No JSON whatever in a monitoring message gets past the figures as an exception."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.runtime.monitor_figures import MonitorFigures
from kiosk.services.state.model import State
from kiosk.services.state.monitoring import MonitoringLoaded, told_members
from kiosk.services.state.reducer import reduce
from kiosk.services.wire.monitoring import Monitoring, messages

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
GROUPS = ("system_health", "security_metrics", "network_metrics", "camera_status", "timestamp")
MEMBERS = ("cpu_usage", "temperature", "load_average", "threat_level", "bytes_sent", "cam-1")
GROUP = JSON | st.dictionaries(st.sampled_from(MEMBERS), JSON, max_size=4)
DATA = JSON | st.dictionaries(st.sampled_from(GROUPS), GROUP, max_size=4)
KINDS = st.sampled_from(["initial_data", "monitoring_update", "ping", "error"]) | JSON


# A busy machine is no failure.
@settings(deadline=None)
@given(st.lists(st.tuples(KINDS, DATA), max_size=6))
def test_anything_may_be_sent_and_what_is_told_is_always_readable(
    sent: list[tuple[Any, Any]],
) -> None:
    figures = MonitorFigures()
    state = State()
    for at, (kind, data) in enumerate(sent):
        for message in messages(json.dumps({"type": kind, "data": data})):
            told = figures.news(message)
            assert told <= Monitoring.model_fields.keys()
            assert told - {"cameras"} <= told_members(figures.whole)
            state = reduce(state, MonitoringLoaded(figures.whole, told, "websocket", float(at)))
    assert state.monitor.told_at.keys() <= Monitoring.model_fields.keys()
    state.monitor.figures.model_dump_json()
