"""What taps mean at the machine: each asks once, with what was typed, and no secret stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.runtime.intents import Intents
from kiosk.services.state import actions as a
from kiosk.services.state.known import ReadDone, Resource
from kiosk.services.state.machine import Asked, Joining, JoiningTyped
from kiosk.services.state.model import Notice, Route
from kiosk.services.wire.config import MASK, sections
from kiosk.services.wire.problem import Kind, Problem
from tests.services.runtime.fakes import Kit, noticed
from tests.support.canary import PASSWORD, leaks

MAC = "24:0A:C4:00:0B:01"
LOST = Problem(Kind.TIMEOUT, retryable=True)
TOLD = [
    {"key": "every", "type": "number", "value": "60", "validation": {"min": 5, "max": 90}},
    {"key": "name", "value": "pi"},
    {"key": "token", "type": "secret", "value": "x"},
]


class Recorder:
    """Stands in for the machine's commands; notes each with what it was given."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, command: str) -> Callable[..., Any]:
        async def run(*arguments: Any) -> None:
            plain = [x.get_secret_value() if isinstance(x, SecretStr) else x for x in arguments]
            self.asked.append((command, *plain))

        return run


class MachineKit(Kit):
    """A kit whose machine does nothing but note what it was asked."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.machine = Recorder()
        stand_in: Any = self.machine
        self.intents = Intents(replace(self.intents._services, machine=stand_in))

    def type(self, text: str) -> None:
        self.intents.type_text(text)
        self.intents.accept()

    async def asked(self) -> list[tuple[Any, ...]]:
        await self.settle()
        return self.machine.asked

    def go(self, *routes: tuple[Route, str | None]) -> None:
        for route, subject in routes:
            self.intents.open(route.value, subject)


@pytest.fixture
def kit() -> MachineKit:
    return MachineKit()


ONCE: list[tuple[str, tuple[str, ...], str, tuple[Any, ...]]] = [
    ("leave_wifi", (), "leave_wifi", ("leave_wifi",)),
    ("join_wifi", ("Open: net",), "join_wifi:Open: net", ("join_wifi", "Open: net", None)),
    ("scan_cameras", (), "scan_cameras", ("scan_cameras",)),
    ("capture", ("cam",), "capture:cam", ("capture", "cam")),
    ("reboot_camera", ("cam",), "reboot_camera:cam", ("reboot_camera", "cam")),
    ("remove_camera", ("cam", "box"), "remove_camera:cam", ("remove_camera", "box", "cam")),
    (
        "place_camera",
        ("cam", "box", "2"),
        "place_camera:cam",
        ("place_camera", "box", "cam", 2),
    ),
    ("open_door", (), "open_door", ("open_door",)),
    ("close_door", (), "close_door", ("close_door",)),
    ("ping", ("8.8.8.8",), "ping:8.8.8.8", ("ping", "8.8.8.8")),
    ("reset_config", ("name",), "reset_config:name", ("reset_config", "name")),
]


@pytest.mark.parametrize(
    ("intent", "arguments", "command", "asked"), ONCE, ids=[row[0] for row in ONCE]
)
async def test_a_tap_asks_once_however_often_it_comes(
    kit: MachineKit, intent: str, arguments: tuple[str, ...], command: str, asked: tuple[Any, ...]
) -> None:
    getattr(kit.intents, intent)(*arguments)
    assert command in kit.state.busy
    assert kit.state.machine.asked[command] == kit.clock.monotonic()
    getattr(kit.intents, intent)(*arguments)
    assert await kit.asked() == [asked]
    assert kit.state.busy == frozenset()


async def test_the_time_of_asking_is_that_of_the_first_tap(kit: MachineKit) -> None:
    kit.tell(Asked("capture:cam", 900.0), a.CommandStarted("capture:cam"))
    kit.intents.capture("cam")
    assert kit.state.machine.asked["capture:cam"] == 900.0
    assert await kit.asked() == []


async def test_a_hidden_network_is_joined_by_name_and_password(kit: MachineKit) -> None:
    kit.go((Route.WIFI, None))
    kit.intents.edit_wifi_name()
    kit.type("Cellar")
    assert kit.state.navigation.subject == "Cellar"
    kit.intents.edit_wifi_password()
    kit.type("short")
    assert kit.state.editor.error
    kit.intents.type_text(PASSWORD)
    kit.intents.accept()
    assert kit.state.navigation.route is Route.WIFI_JOIN
    assert leaks(repr(kit.state)) == []
    kit.intents.join_wifi("Cellar")
    assert await kit.asked() == [("join_wifi", "Cellar", f"short{PASSWORD}")]


async def test_an_open_network_needs_no_password_and_gets_none(kit: MachineKit) -> None:
    kit.go((Route.WIFI, None), (Route.WIFI_JOIN, "Guests"))
    kit.intents.edit_wifi_password()
    kit.intents.accept()
    kit.intents.join_wifi("Guests")
    assert await kit.asked() == [("join_wifi", "Guests", None)]


async def test_the_password_of_another_network_is_not_sent(kit: MachineKit) -> None:
    kit.tell(JoiningTyped(Joining("Cellar", SecretStr(PASSWORD))))
    kit.intents.join_wifi("Guests")
    assert await kit.asked() == [("join_wifi", "Guests", None)]


async def test_a_camera_is_paired_with_six_typed_digits(kit: MachineKit) -> None:
    kit.go((Route.CAMERAS, None), (Route.PAIR, MAC))
    kit.intents.pair_camera(MAC)
    kit.type("12345")
    assert kit.state.editor.error == "The code has six digits."
    kit.type("6")
    assert kit.state.navigation.route is Route.PAIR
    assert await kit.asked() == [("pair_camera", MAC, "123456")]


async def test_a_refused_code_is_typed_anew(kit: MachineKit) -> None:
    kit.go((Route.CAMERAS, None), (Route.PAIR, MAC))
    kit.tell(a.CommandEnded("x", Notice(f"pair_camera:{MAC}", LOST)))
    kit.intents.again(noticed(kit.state))
    assert kit.state.navigation.route is Route.EDITOR
    assert kit.state.editor.field == "totp"
    assert kit.state.editor.text.get_secret_value() == ""
    kit.intents.back()
    kit.intents.back()
    assert kit.state.navigation.route is Route.CAMERAS


async def test_placing_a_camera_leads_back_to_it_and_can_be_done_again(kit: MachineKit) -> None:
    kit.go((Route.CAMERAS, None), (Route.CAMERA, "cam"), (Route.PLACE, "cam"))
    kit.intents.place_camera("cam", "box", "4")
    assert kit.state.navigation.route is Route.CAMERA
    await kit.settle()
    kit.tell(a.CommandEnded("x", Notice("place_camera:cam", LOST, arguments=("box", "4"))))
    kit.intents.again(noticed(kit.state))
    assert kit.state.navigation.route is Route.CAMERA
    assert await kit.asked() == [("place_camera", "box", "cam", 4)] * 2


async def test_what_is_typed_is_pinged(kit: MachineKit) -> None:
    kit.go((Route.CHECKS, None))
    kit.intents.edit_host()
    kit.type("-x")
    assert kit.state.editor.error == "That is not the name or the address of a machine."
    kit.intents.erase()
    kit.intents.erase()
    kit.type("broker.local")
    assert await kit.asked() == [("ping", "broker.local")]


async def test_a_number_is_checked_against_its_limits_where_it_is_typed(kit: MachineKit) -> None:
    kit.tell(ReadDone(Resource.CONFIG, sections(TOLD), 1.0))
    kit.go((Route.CONFIG, None), (Route.SETTING, "every"))
    kit.intents.edit_setting("every")
    assert kit.state.editor.field == "setting_number"
    assert kit.state.editor.title == "every 5–90"
    assert kit.state.editor.text.get_secret_value() == "60"
    kit.type("0")
    assert kit.state.editor.error == "The number is outside of its limits."
    kit.intents.erase()
    kit.intents.accept()
    assert await kit.asked() == [("set_config", "every", "60", "60")]
    assert kit.state.navigation.route is Route.SETTING


async def test_a_text_begins_with_its_present_value(kit: MachineKit) -> None:
    kit.tell(ReadDone(Resource.CONFIG, sections(TOLD), 1.0))
    kit.go((Route.CONFIG, None), (Route.SETTING, "name"))
    kit.intents.edit_setting("name")
    kit.type("-2")
    assert await kit.asked() == [("set_config", "name", "pi-2", "pi-2")]


async def test_a_secret_is_typed_anew_and_its_mask_is_never_sent(kit: MachineKit) -> None:
    kit.tell(ReadDone(Resource.CONFIG, sections(TOLD), 1.0))
    kit.go((Route.CONFIG, None), (Route.SETTING, "token"))
    kit.intents.edit_setting("token")
    assert kit.state.editor.field == "setting_secret"
    assert kit.state.editor.text.get_secret_value() == ""
    assert not kit.state.editor.shown
    kit.type(MASK)
    assert kit.state.editor.error == "That hides a value; it is none."
    assert await kit.asked() == []
    kit.intents.back()
    kit.intents.edit_setting("token")
    kit.type(PASSWORD)
    # To be sent again it would have to be kept.
    assert await kit.asked() == [("set_config", "token", PASSWORD)]
    assert leaks(repr(kit.state)) == []


async def test_a_refused_change_can_be_done_again_and_a_secret_one_is_typed_again(
    kit: MachineKit,
) -> None:
    kit.tell(ReadDone(Resource.CONFIG, sections(TOLD), 1.0))
    kit.go((Route.CONFIG, None), (Route.SETTING, "name"))
    kit.tell(a.CommandEnded("x", Notice("set_config:name", LOST, arguments=("pi-3",))))
    kit.intents.again(noticed(kit.state))
    assert await kit.asked() == [("set_config", "name", "pi-3", "pi-3")]
    kit.tell(a.CommandEnded("x", Notice("set_config:token", LOST)))
    kit.intents.again(noticed(kit.state))
    assert kit.state.editor.field == "setting_secret"
    kit.intents.back()
    assert kit.state.navigation.subject == "token"


async def test_a_setting_that_is_gone_is_not_typed(kit: MachineKit) -> None:
    kit.go((Route.CONFIG, None), (Route.SETTING, "gone"))
    kit.intents.edit_setting("gone")
    assert kit.state.navigation.route is Route.SETTING
