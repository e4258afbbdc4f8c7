"""What is taken over from the last look equals what a fresh look finds."""

from dataclasses import replace
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from kiosk.services.state.model import Batch, Device
from kiosk.services.views import language
from kiosk.services.views.order import counted, ordered, rows_of
from kiosk.services.wire.provisioning import Session

STATES = ("discovered", "provisioning", "verifying", "verified", "failed", "skipped", "rebooting")
DEVICES = st.builds(
    Device,
    mac=st.sampled_from([f"AA:BB:CC:00:00:0{n}" for n in range(6)]),
    state=st.sampled_from(STATES),
    rssi=st.sampled_from([None, -40, -50]),
    in_allowlist=st.sampled_from([None, True, False]),
    asked_at=st.sampled_from([None, None, 0.0, 90.0]),
)


def batch_of(devices, *, over=False):
    return Batch(
        session=Session(id="s"),
        devices=MappingProxyType({device.mac: device for device in devices}),
        ended_at=1.0 if over else None,
    )


def looked_at(batch):
    seen = ordered(batch, 100.0)
    return list(seen), dict(counted(batch, 100.0)), rows_of(seen, live=True)


def afresh(batch):
    """Look at equal devices that nobody has seen before, after others."""
    looked_at(batch_of([Device("ZZ")], over=batch.ended_at is None))
    copies = {mac: replace(device) for mac, device in batch.devices.items()}
    return looked_at(replace(batch, devices=MappingProxyType(copies)))


@given(st.lists(st.lists(DEVICES, max_size=6), min_size=1, max_size=5), st.booleans())
def test_news_after_news_are_ordered_as_if_they_were_the_first(waves, over):
    known = {}
    found = []
    for wave in waves:
        known |= {device.mac: device for device in wave}
        batch = batch_of(known.values(), over=over)
        found.append((batch, looked_at(batch)))
    for batch, looked in found:
        assert looked == afresh(batch)


def test_a_device_without_news_keeps_its_tile():
    devices = [Device("AA", state="verified"), Device("BB", state="verified", rssi=-40)]
    first = looked_at(batch_of(devices))[2]
    second = looked_at(batch_of([devices[0], replace(devices[1], rssi=-50)]))[2]
    assert second[0] is first[0]
    assert [row.signal for row in second] == ["–", "-50 dBm"]


def test_devices_in_another_order_are_ordered_anew():
    one, two = Device("AA", state="verified"), Device("BB", state="verified")
    assert [row.mac for row in looked_at(batch_of([one, two]))[2]] == ["AA", "BB"]
    assert [row.mac for row in looked_at(batch_of([two, one]))[2]] == ["BB", "AA"]


def test_tiles_speak_the_language_of_now():
    batch = batch_of([Device("AA", state="verified")])
    try:
        language.use("en")
        english = looked_at(batch)[2][0].word
        language.use("pt_BR")
        assert looked_at(batch)[2][0].word != english
    finally:
        language.use("en")


def test_a_device_in_line_waits_again_when_nothing_has_happened_for_long():
    batch = batch_of([Device("AA", state="discovered", asked_at=0.0)])
    assert ordered(batch, 10.0)[0][1].word == "In line"
    assert ordered(batch, 100.0)[0][1].word == "Waiting"
