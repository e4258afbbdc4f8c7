"""The cameras: the list, one camera, its place, and pairing."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import Asked, CamerasDiscovered, PictureTaken
from kiosk.services.state.model import Notice, Route, State
from kiosk.services.views import camera, cameras, menu, pair, place
from kiosk.services.views.rows import ListView, SheetView
from kiosk.services.wire.cameras import Camera, CameraPicture
from kiosk.services.wire.containers import Container
from kiosk.services.wire.espcam import DiscoveredCamera, PairedCameras
from kiosk.services.wire.features import Feature
from kiosk.services.wire.problem import Kind, Problem
from tests.services.state.build import after, stamp
from tests.services.views.readings import LACKING, NOW, read, sheet, unread

MAC, OTHER = "24:0A:C4:00:0A:01", "24:0A:C4:00:0A:02"
PICTURE = CameraPicture(b"jpeg", "image/jpeg", "cam-1")
BOXES = read(
    Resource.CONTAINERS,
    (
        Container.model_validate(
            {
                "id": "box",
                "label": "Fridge",
                "cameras": [
                    {"device_id": "cam-1", "position": 2},
                    {"device_id": "cam-9", "position": 3, "name": "Shelf"},
                ],
            }
        ),
    ),
)


def listed(*told: dict[str, Any]) -> a.Action:
    return read(Resource.CAMERAS, tuple(map(Camera.model_validate, told)))


def paired(*told: dict[str, Any]) -> a.Action:
    return read(Resource.PAIRED, PairedCameras.model_validate({"cameras": list(told)}))


def found(*told: dict[str, Any]) -> a.Action:
    return CamerasDiscovered(tuple(map(DiscoveredCamera.model_validate, told)))


ONE = {
    "id": "cam-1",
    "name": "Lobby",
    "status": "online",
    "mac_address": MAC,
    "ip_address": "10.0.0.8",
    "rssi": -58,
    "last_seen": stamp(-3),
    "last_capture": stamp(-300),
    "free_heap": 102_400,
    "uptime_seconds": 3700,
    "firmware_version": "1.2.3",
    "container_id": "elsewhere",
}


def list_of(*happened: a.Action) -> ListView:
    return cameras.view_of(after(State(), *happened), NOW)


def sheet_of(*happened: a.Action, camera_id: str = "cam-1") -> SheetView:
    state = after(State(), a.Opened(Route.CAMERAS), sheet(Route.CAMERA, camera_id), *happened)
    return camera.view_of(state, NOW)


def places_of(*happened: a.Action, camera_id: str = "cam-1") -> ListView:
    return place.view_of(after(State(), sheet(Route.PLACE, camera_id), *happened), NOW)


def test_a_camera_shows_state_signal_and_when_it_was_last_seen() -> None:
    [row] = list_of(listed(ONE)).rows
    assert (row.title, row.detail, row.more) == ("Lobby", "Online · good", "0A:01 · seen 3 s ago")
    assert (row.tone, row.intent, row.arguments) == ("good", "open", ("camera", "cam-1"))


@pytest.mark.parametrize(
    ("status", "word", "tone"),
    [
        ("online", "Online", "good"),
        ("offline", "Offline", "bad"),
        ("idle", "Silent", "waiting"),
        ("error", "Error", "bad"),
        ("rebooting", "Restarting", "moving"),
        (None, "Unknown", "quiet"),
        ("dreaming", "dreaming", "quiet"),
    ],
)
def test_a_state_has_its_word_and_tone(status: str | None, word: str, tone: str) -> None:
    [row] = list_of(listed({"id": "cam-1", "status": status})).rows
    assert (row.detail, row.tone) == (word, tone)


def test_states_are_told_apart_by_their_shape_too() -> None:
    statuses = ("online", "offline", "idle", "error", "rebooting", "unknown")
    assert len({cameras.look_of(status)[0] for status in statuses}) == len(statuses)


def test_a_camera_that_never_showed_up_was_never_seen() -> None:
    [row] = list_of(listed({"id": "cam-1", "name": "Spare"})).rows
    assert row.more.endswith("never seen")


def test_a_camera_that_is_only_paired_is_listed_and_no_camera_twice() -> None:
    by_id = {"id": "espcam-000a02", "name": "Door"}
    view = list_of(
        listed(ONE, by_id),
        paired(
            {"mac_address": MAC},
            {"mac_address": OTHER},
            {"mac_address": "24:0A:C4:00:0A:03", "status": "offline", "signal_strength": -80},
            {"name": "without a MAC"},
        ),
    )
    assert [row.title for row in view.rows] == ["Lobby", "Door", "24:0A:C4:00:0A:03"]
    assert view.rows[2].detail == "Offline · poor"


def test_a_service_that_lists_none_shows_those_that_are_paired_and_asks_nothing_of_them() -> None:
    lacking = unread(Resource.CAMERAS, problem=LACKING)
    told = paired({"mac_address": MAC, "name": "Lobby", "last_seen": stamp(-5)})
    view = list_of(*lacking, told)
    assert [(row.title, row.more) for row in view.rows] == [("Lobby", "0A:01 · seen 5 s ago")]
    assert view.banner.text == ""
    one = sheet_of(*lacking, told, camera_id=MAC)
    assert one.title == "Lobby"
    assert one.buttons == ()


def test_how_many_are_online_and_new_is_told() -> None:
    assert list_of(listed(ONE)).facts == "1 of 1 online"
    assert list_of(listed(ONE), found()).facts == "1 of 1 online · no new one found"
    assert list_of(listed(ONE), found({"mac": OTHER})).facts == "1 of 1 online · 1 new"


def test_what_a_search_found_is_offered_for_pairing_until_it_is_paired() -> None:
    news = found({"mac": OTHER, "name": "ESP32-CAM"}, {"mac": MAC}, {"name": "no MAC"})
    row = list_of(listed(ONE), news).rows[1]
    assert (row.title, row.intent, row.arguments) == ("ESP32-CAM", "open", ("pair", OTHER))
    assert len(list_of(listed(ONE), news).rows) == 2
    assert len(list_of(listed(ONE), news, paired({"mac_address": OTHER})).rows) == 2
    assert list_of(listed(ONE), news, paired({"mac_address": OTHER})).rows[1].intent == "open"


def test_a_search_is_told_with_its_seconds() -> None:
    asked = (Asked("scan_cameras", NOW - 2), a.CommandStarted("scan_cameras"))
    view = list_of(listed(ONE), *asked)
    assert view.facts == "Looking for new cameras … 2 s"
    assert not view.buttons[0].enabled


def test_loading_nothing_and_failure_are_told_apart() -> None:
    assert list_of().empty == "Loading …"
    assert list_of(listed()).empty == "No camera is installed. Look for new ones."
    assert list_of(*unread(Resource.CAMERAS)).empty == "Not known."
    stale = cameras.view_of(after(State(), listed(ONE), *unread(Resource.CAMERAS)), NOW + 12)
    assert "Shown is from 12 s ago." in stale.banner.text
    assert stale.rows[0].more == "0A:01 · seen 15 s ago"


def test_cameras_that_are_lacking_or_switched_off_are_not_on_the_menu() -> None:
    def keys(state: State) -> list[str]:
        return [row.key for row in menu.view_of(state, NOW).rows]

    assert "cameras" in keys(State())
    both = unread(Resource.CAMERAS, Resource.PAIRED, problem=LACKING)
    assert "cameras" not in keys(after(State(), *both))
    assert "cameras" in keys(after(State(), both[0]))
    assert "cameras" not in keys(State(off=frozenset({Feature.CAMERAS})))
    assert list_of(*both).empty == "This PiOrchestrator does not offer that."


def test_the_sheet_tells_all_that_is_known_of_a_camera() -> None:
    view = sheet_of(listed(ONE), BOXES)
    facts = {fact.label: fact.value for fact in view.facts}
    assert facts == {
        "Last sign": "seen 3 s ago",
        "Signal": "good, -58 dBm",
        "Address": "10.0.0.8",
        "Place": "Fridge · 2",
        "Last picture": "5 min ago",
        "Running for": "1 h 1 min",
        "Firmware": "1.2.3",
        "Free memory": "102 kB",
        "Id": MAC,
        "Last error": "–",
    }
    assert (view.title, view.word, view.tone) == ("Lobby", "Online", "good")


def test_where_there_are_no_containers_a_camera_says_its_place_and_cannot_be_moved() -> None:
    view = sheet_of(listed(ONE))
    assert "elsewhere · –" in [fact.value for fact in view.facts]
    assert "place" not in [button.name for button in view.buttons]
    assert "none" in [
        fact.value for fact in sheet_of(listed({"id": "x"}), BOXES, camera_id="x").facts
    ]


def test_a_picture_is_taken_by_a_tap_and_a_restart_is_held() -> None:
    capture, where, reboot = sheet_of(listed(ONE), BOXES).buttons
    assert (capture.intent, capture.arguments, capture.hold) == ("capture", ("cam-1",), False)
    assert (where.intent, where.arguments) == ("open", ("place", "cam-1"))
    assert (reboot.intent, reboot.arguments, reboot.hold) == ("reboot_camera", ("cam-1",), True)


def test_taking_a_picture_is_told_with_its_seconds_and_shown_when_it_is_there() -> None:
    asked = (Asked("capture:cam-1", NOW - 9), a.CommandStarted("capture:cam-1"))
    waiting = sheet_of(listed(ONE), *asked)
    assert waiting.text == "Taking a picture … 9 s, at most 30 s."
    assert not waiting.buttons[0].enabled
    assert waiting.picture == b""
    done = sheet_of(listed(ONE), PictureTaken("cam-1", PICTURE))
    assert done.picture == b"jpeg"
    assert len(done.facts) < len(waiting.facts)


def test_a_camera_that_is_offline_is_asked_again_after_its_countdown() -> None:
    offline = Problem(
        Kind.DOMAIN, "CAMERA_OFFLINE", http_status=503, retryable=True, surely_not_done=True
    )
    notice = Notice("capture:cam-1", offline, retry_at=NOW + 29.5)
    banner = sheet_of(listed(ONE), a.CommandEnded("capture:cam-1", notice)).banner
    [again] = [button for button in banner.buttons if button.intent == "again"]
    assert "The camera is offline." in banner.text
    assert (again.text, again.enabled) == ("Retry (30)", False)


def test_a_restart_is_not_done_again_by_a_mere_tap() -> None:
    lost = Problem(Kind.TIMEOUT, retryable=True)
    notice = Notice("reboot_camera:cam-1", lost)
    banner = sheet_of(listed(ONE), a.CommandEnded("reboot_camera:cam-1", notice)).banner
    assert "again" not in [button.intent for button in banner.buttons]
    restarting = sheet_of(listed(ONE), a.CommandStarted("reboot_camera:cam-1"))
    assert restarting.text == "Restarting the camera …"
    assert not restarting.buttons[-1].enabled


def test_below_a_banner_there_is_room_for_what_matters_most() -> None:
    view = sheet_of(listed(ONE), *unread(Resource.CAMERAS))
    assert view.banner.text
    assert len(view.facts) < len(sheet_of(listed(ONE)).facts)
    assert view.facts[0].label == "Last sign"


def test_a_camera_that_is_gone_says_so() -> None:
    view = sheet_of(listed(ONE), camera_id="cam-7")
    assert view.text == "The Pi does not know this camera any more."
    assert view.buttons == ()


def test_a_free_position_can_be_taken_and_a_taken_one_says_by_whom() -> None:
    rows = places_of(listed({"id": "cam-5"}), BOXES, camera_id="cam-5").rows
    assert [row.detail for row in rows] == ["Free", "Taken: cam-1", "Taken: Shelf", "Free"]
    assert (rows[0].intent, rows[0].arguments) == ("place_camera", ("cam-5", "box", "1"))
    assert rows[1].intent == ""
    assert rows[0].title == "Fridge, position 1"


def test_a_camera_has_to_be_taken_out_before_it_gets_another_place() -> None:
    view = places_of(listed(ONE), BOXES)
    assert [row.detail for row in view.rows] == ["Free", "Here now", "Taken: Shelf", "Free"]
    assert {row.intent for row in view.rows} == {""}
    [out] = view.buttons
    assert (out.intent, out.arguments, out.hold) == ("remove_camera", ("cam-1", "box"), True)
    assert "taken out" in view.facts


def test_while_it_is_placed_nothing_else_can_be_chosen() -> None:
    asked = a.CommandStarted("place_camera:cam-5")
    rows = places_of(listed({"id": "cam-5"}), BOXES, asked, camera_id="cam-5").rows
    assert {row.intent for row in rows} == {""}


def test_a_camera_is_paired_by_the_code_that_it_shows() -> None:
    news = found({"mac": OTHER, "ip": "10.0.0.9", "firmware_version": "1.3", "rssi": -55})
    happened = (sheet(Route.PAIR, OTHER), news)
    view = pair.view_of(after(State(), *happened), NOW)
    [code] = view.buttons
    assert (code.intent, code.arguments) == ("pair_camera", (OTHER,))
    assert view.word == "Not paired"
    assert [fact.value for fact in view.facts] == [OTHER, "10.0.0.9", "1.3", "good, -55 dBm"]
    busy = pair.view_of(after(State(), *happened, a.CommandStarted(f"pair_camera:{OTHER}")), NOW)
    assert (busy.text, busy.buttons[0].enabled) == ("Pairing …", False)
    done = pair.view_of(after(State(), *happened, paired({"mac_address": OTHER})), NOW)
    assert (done.word, done.tone, done.buttons) == ("Paired", "good", ())
