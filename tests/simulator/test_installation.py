from __future__ import annotations

import io

import pytest
from PIL import Image

from kiosk.simulator.errors import RefusalError
from kiosk.simulator.picture import SIZE, jpeg
from tests.simulator.worlds import START, WorldBench

ONLINE, SILENT, NEVER = "espcam-000a01", "espcam-000a03", "espcam-000a04"
FRIDGE = "lobby-fridge-001"


@pytest.fixture
def bench() -> WorldBench:
    return WorldBench(devices=2)


def test_the_door_springs_back_by_itself(bench: WorldBench) -> None:
    door = bench.world.installation.door
    door.open(5)
    bench.wait(4.9)
    assert door.state == "open"
    bench.wait(0.2)
    assert door.state == "closed"
    assert [(c.command, c.duration_ms) for c in door.history(10)] == [
        ("auto_close", None),
        ("open", 5000),
    ]


def test_opening_again_begins_the_time_again_and_closing_ends_it(bench: WorldBench) -> None:
    door = bench.world.installation.door
    door.open(5)
    bench.wait(4)
    door.open(5)
    bench.wait(4)
    assert door.state == "open"
    door.close()
    bench.wait(10)
    assert [c.command for c in door.history(10)] == ["close", "open", "open"]


def test_a_test_of_the_relay_moves_nothing(bench: WorldBench) -> None:
    door = bench.world.installation.door
    door.open(5, testing=True)
    assert (door.state, [c.command for c in door.history(1)]) == ("closed", ["test"])


def test_the_door_remembers_its_last_commands_only(bench: WorldBench) -> None:
    door = bench.world.installation.door
    for _ in range(250):
        door.close()
    history = door.history(1000)
    assert len(history) == 200
    assert history[0].id == 250


def test_a_stopped_session_takes_nothing_of_the_rest_along(bench: WorldBench) -> None:
    session_id = bench.start()
    bench.world.installation.door.open(5)
    bench.world.stop(session_id)
    bench.wait(6)
    assert bench.world.installation.door.state == "closed"


def test_what_a_pi_keeps_survives_a_restart(bench: WorldBench) -> None:
    installation = bench.world.installation
    installation.config.put("location", "hall")
    installation.door.open(5)
    installation.containers.assign(FRIDGE, NEVER, 4)
    installation.wifi.join("Lobby Guests")
    bench.wait(3)
    again = bench.die_and_start_again().world.installation
    assert again.config.value("location") == "hall"
    assert [c.command for c in again.door.history(10)] == ["open"]
    assert again.cameras.get(NEVER).position == 4
    assert again.wifi.link().ssid == "Lobby Guests"


def test_a_verified_device_becomes_an_installed_camera(bench: WorldBench) -> None:
    session_id = bench.start()
    bench.wait(20)
    bench.world.provision_all(session_id)
    bench.wait(30)
    device = bench.device(session_id)
    cameras = bench.world.installation.cameras
    camera = cameras.get(device.mac.lower())
    assert camera.id == "espcam-" + device.mac.replace(":", "")[-6:].lower()
    assert (camera.name, camera.ip, cameras.status(camera)) == (device.name, device.ip, "online")
    assert bench.now - 10 <= cameras.last_seen(camera) <= bench.now
    again = bench.die_and_start_again().world.installation.cameras
    assert again.get(camera.id) == camera


def test_some_cameras_were_there_before(bench: WorldBench) -> None:
    cameras = bench.world.installation.cameras
    assert [cameras.status(c) for c in cameras.all()] == ["online", "online", "offline", "offline"]
    assert cameras.last_seen(cameras.get(SILENT)) == START - 3 * 86_400
    assert cameras.last_seen(cameras.get(NEVER)) is None
    assert cameras.uptime(cameras.get(NEVER)) is None


def test_a_rebooting_camera_is_away_for_a_while(bench: WorldBench) -> None:
    cameras = bench.world.installation.cameras
    bench.wait(100)
    cameras.reboot(ONLINE)
    assert cameras.status(cameras.get(ONLINE)) == "rebooting"
    with pytest.raises(RefusalError, match="CAMERA_OFFLINE"):
        cameras.shoot(ONLINE)
    bench.wait(7.9)
    assert cameras.last_seen(cameras.get(ONLINE)) == START + 100
    bench.wait(1.1)
    assert cameras.status(cameras.get(ONLINE)) == "online"
    assert cameras.uptime(cameras.get(ONLINE)) == pytest.approx(1)


def test_a_camera_that_goes_down_while_it_takes_a_picture_delivers_none(
    bench: WorldBench,
) -> None:
    cameras = bench.world.installation.cameras
    camera = cameras.shoot(ONLINE)
    cameras.reboot(ONLINE)
    with pytest.raises(RefusalError, match="CAPTURE_FAILED"):
        cameras.deliver(camera, 800)
    assert cameras.captures(camera).failed == 1


def test_a_camera_has_one_place_and_a_place_one_camera(bench: WorldBench) -> None:
    containers = bench.world.installation.containers
    for camera, position, code in [
        (NEVER, 1, "POSITION_OCCUPIED"),
        (NEVER, 5, "INVALID_POSITION"),
        (ONLINE, 4, "CAMERA_ALREADY_ASSIGNED"),
        ("nobody", 4, "CAMERA_NOT_FOUND"),
    ]:
        with pytest.raises(RefusalError, match=code):
            containers.assign(FRIDGE, camera, position)
    with pytest.raises(RefusalError, match="CONTAINER_NOT_FOUND"):
        containers.assign("nowhere", NEVER, 4)
    containers.unassign(FRIDGE, ONLINE)
    containers.assign(FRIDGE, NEVER, 1)
    containers.assign("machine-01", ONLINE, 1)
    with pytest.raises(RefusalError, match="CAMERA_NOT_FOUND"):
        containers.unassign(FRIDGE, ONLINE)
    assert [c.id for c in containers.cameras(containers.get("machine-01"))] == [ONLINE]


def test_a_scan_finds_cameras_that_can_be_paired_once(bench: WorldBench) -> None:
    pairing, cameras = bench.world.installation.pairing, bench.world.installation.cameras
    pairing.scan()
    bench.wait(2)
    pairing.scan()
    assert (pairing.scanning, pairing.discovered()) == (True, [])
    bench.wait(1.1)
    assert not pairing.scanning
    mac = pairing.discovered()[0][0].mac
    for code, refusal in [
        ("12345", "VALIDATION_FAILED"),
        ("١٢٣٤٥٦", "VALIDATION_FAILED"),
        ("000000", "TOTP_INVALID"),
        ("135790", "TOTP_EXPIRED"),
    ]:
        with pytest.raises(RefusalError, match=refusal):
            pairing.pair(mac, code)
    with pytest.raises(RefusalError, match="DEVICE_NOT_FOUND"):
        pairing.pair("AA:BB:CC:DD:EE:FF", "246810")
    assert pairing.pair(mac.lower(), "246810").mac == mac
    assert cameras.status(cameras.get(mac)) == "online"
    assert [paired for _, paired in pairing.discovered()] == [True, False]
    with pytest.raises(RefusalError, match="CONFLICT"):
        pairing.pair(mac, "246810")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("capture_interval", "4"),
        ("capture_interval", "3601"),
        ("capture_interval", "nan"),
        ("capture_interval", "soon"),
        ("flash_enabled", "yes"),
        ("resolution", "4K"),
        ("device_name", "Not A Name"),
        ("device_name", ""),
        ("image_directory", "images"),
        ("mqtt_broker", "broker"),
        ("mqtt_password", "********"),
        ("location", "x" * 501),
        ("location", "a\nb"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(bench: WorldBench, key: str, value: str) -> None:
    config = bench.world.installation.config
    before = config.value(key)
    with pytest.raises(RefusalError, match="VALIDATION_FAILED"):
        config.put(key, value)
    assert config.value(key) == before


def test_a_secret_is_never_kept_or_shown(bench: WorldBench) -> None:
    config = bench.world.installation.config
    assert config.put("mqtt_password", "hunter22") == "********"
    bench.wait(0)
    assert "hunter22" not in str(bench.disk)
    assert config.put("mqtt_password", "") == ""
    assert config.restore("mqtt_password") == "********"


def test_without_wifi_only_the_pi_itself_is_reached(bench: WorldBench) -> None:
    network, wifi = bench.world.installation.network, bench.world.installation.wifi
    assert network.tailscale()["connected"]
    wifi.leave()
    assert not network.tailscale()["connected"]
    assert network.tailscale()["tailscale_ip"] == ""
    assert not any(peer["online"] for peer in network.tailscale()["peers"])
    assert network.mqtt()["connected"] is network.bridge()["status"]["connected"] is False
    assert network.ping("localhost", 1)["success"]
    assert network.ping("8.8.8.8", 1)["error"] == "network is unreachable"


def test_a_ping_takes_the_same_time_every_time(bench: WorldBench) -> None:
    network = bench.world.installation.network
    first = network.ping("bridge-1", 3)
    assert first == network.ping("bridge-1", 3)
    assert 0 < first["min_ms"] <= first["avg_ms"] <= first["max_ms"]
    assert network.ping("lobby-old", 3)["error"] == "request timed out"
    assert network.ping("nobody.example", 3)["error"] == "unknown host"
    assert network.ping("192.168.1.101", 1)["success"]
    assert not network.ping("192.168.1.103", 1)["success"]


@pytest.mark.parametrize("host", ["", "-f", "a b", "a;reboot", "x" * 300, "$(id)"])
def test_what_is_no_host_is_not_pinged(bench: WorldBench, host: str) -> None:
    with pytest.raises(RefusalError, match="VALIDATION_FAILED"):
        bench.world.installation.network.ping(host, 1)


def test_the_broker_is_the_one_that_is_configured(bench: WorldBench) -> None:
    installation = bench.world.installation
    installation.config.put("mqtt_broker", "mqtt://other.local:8883")
    assert (installation.network.mqtt()["broker"], installation.network.mqtt()["port"]) == (
        "other.local",
        8883,
    )


def test_joining_a_network_takes_a_moment(bench: WorldBench) -> None:
    wifi = bench.world.installation.wifi
    wifi.join("Lobby Guests")
    assert wifi.link().state == "connecting"
    bench.wait(2)
    assert (wifi.link().state, wifi.link().ssid) == ("connected", "Lobby Guests")
    wifi.join("Machine-Room")
    wifi.leave()
    bench.wait(5)
    assert wifi.link().state == "disconnected"


def test_a_picture_is_a_jpeg_of_its_camera() -> None:
    one, other = jpeg("espcam-1", "Café São João", 0.0), jpeg("espcam-2", "Lobby", 0.0)
    with Image.open(io.BytesIO(one)) as image:
        assert (image.format, image.size) == ("JPEG", SIZE)
        image.load()
    assert one != other
