"""Commands of the allowlist, the unopened sessions and the machine: what is asked, what is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from kiosk.services.client.errors import error_of
from kiosk.services.client.reply import Reply
from kiosk.services.runtime.allowlist import AllowlistCommands
from kiosk.services.runtime.machine import MachineCommands
from kiosk.services.runtime.recovery import RecoveryCommands
from kiosk.services.state import actions as a
from kiosk.services.state.known import Resource
from kiosk.services.state.machine import Joining, JoiningTyped
from kiosk.services.state.store import Store
from kiosk.services.wire.cameras import CameraPicture
from kiosk.services.wire.network import Ping
from kiosk.services.wire.problem import Kind, Problem
from kiosk.services.wire.provisioning import Cleared
from tests.support.canary import PASSWORD, leaks
from tests.support.clock import FakeClock

MAC = "AA:BB:CC:DD:EE:01"
LOST = Problem(Kind.TIMEOUT, retryable=True)
PICTURE = CameraPicture(image=b"jpeg", content_type="image/jpeg", camera_id="cam")


class FakeApi:
    """Every area and every call of it; notes what was asked as "area.call"."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answers: dict[str, Any] = {"recovery.clear_history": Cleared()}
        self.problem: Problem | None = None

    def __getattr__(self, area: str) -> Any:
        api = self

        class Area:
            def __getattr__(self, call: str) -> Callable[..., Awaitable[Reply[Any]]]:
                async def answer(*arguments: Any) -> Reply[Any]:
                    api.asked.append((f"{area}.{call}", *map(_plain, arguments)))
                    if api.problem is not None:
                        raise error_of(api.problem)
                    return Reply(api.answers.get(f"{area}.{call}"))

                return answer

        return Area()


def _plain(argument: Any) -> Any:
    return argument.get_secret_value() if isinstance(argument, SecretStr) else argument


class FakeReaders:
    def __init__(self) -> None:
        self.read: list[Resource] = []

    def refresh(self, *resources: Resource) -> None:
        self.read += resources

    outdate = refresh


class Kit:
    def __init__(self) -> None:
        self.client, self.readers, self.store = FakeApi(), FakeReaders(), Store()
        self.looks = 0
        common: tuple[Any, ...] = (self.client, self.store, self.readers)
        clock = FakeClock(auto=True)
        self.allowlist = AllowlistCommands(*common, clock=clock)
        self.recovery = RecoveryCommands(*common, self._look, clock=clock)
        self.machine = MachineCommands(*common, clock=clock)

    def _look(self) -> None:
        self.looks += 1


@pytest.fixture
def kit() -> Kit:
    return Kit()


DOOR = [Resource.DOOR, Resource.DOOR_HISTORY]
PLACES = [Resource.CONTAINERS, Resource.PAIRED, Resource.CAMERAS]
SECRET = SecretStr(PASSWORD)
COMMANDS: list[tuple[str, Callable[[Kit], Awaitable[None]], tuple[Any, ...], list[Resource]]] = [
    (
        f"allow:{MAC}",
        lambda kit: kit.allowlist.allow(MAC, "Door 1"),
        ("allowlist.add", MAC, "Door 1", None),
        [Resource.ALLOWLIST],
    ),
    (
        f"disallow:{MAC}",
        lambda kit: kit.allowlist.disallow(MAC),
        ("allowlist.remove", MAC),
        [Resource.ALLOWLIST],
    ),
    (
        "discard:s",
        lambda kit: kit.recovery.discard("s"),
        ("recovery.discard", "s"),
        [Resource.HISTORY],
    ),
    (
        "clear_history",
        lambda kit: kit.recovery.clear_history(7),
        ("recovery.clear_history", 7),
        [Resource.HISTORY],
    ),
    ("open_door", lambda kit: kit.machine.open_door(), ("door.open",), DOOR),
    ("close_door", lambda kit: kit.machine.close_door(), ("door.close",), DOOR),
    (
        "reboot_camera:cam",
        lambda kit: kit.machine.reboot_camera("cam"),
        ("cameras.reboot", "cam"),
        [Resource.CAMERAS],
    ),
    (
        f"pair_camera:{MAC}",
        lambda kit: kit.machine.pair_camera(MAC, SecretStr("123456")),
        ("espcam.pair", MAC, "123456"),
        [Resource.PAIRED, Resource.CAMERAS],
    ),
    (
        "place_camera:cam",
        lambda kit: kit.machine.place_camera("box", "cam", 2),
        ("containers.assign", "box", "cam", 2),
        PLACES,
    ),
    (
        "remove_camera:cam",
        lambda kit: kit.machine.remove_camera("box", "cam"),
        ("containers.unassign", "box", "cam"),
        PLACES,
    ),
    (
        "join_wifi:Shop",
        lambda kit: kit.machine.join_wifi("Shop", SECRET),
        ("wifi.connect", "Shop", PASSWORD),
        [Resource.WIFI],
    ),
    ("leave_wifi", lambda kit: kit.machine.leave_wifi(), ("wifi.disconnect",), [Resource.WIFI]),
    (
        "set_config:k",
        lambda kit: kit.machine.set_config("k", SECRET),
        ("config.put", "k", PASSWORD),
        [Resource.CONFIG],
    ),
    (
        "reset_config:k",
        lambda kit: kit.machine.reset_config("k"),
        ("config.reset", "k"),
        [Resource.CONFIG],
    ),
]


@pytest.mark.parametrize(
    ("name", "run", "asked", "read"), COMMANDS, ids=[command[0] for command in COMMANDS]
)
@pytest.mark.parametrize("problem", [None, LOST], ids=["done", "lost"])
async def test_a_command_asks_once_and_reads_back_what_it_was_to_change(
    kit: Kit,
    *,
    problem: Problem | None,
    name: str,
    run: Callable[[Kit], Awaitable[None]],
    asked: tuple[Any, ...],
    read: list[Resource],
) -> None:
    kit.client.problem = problem
    kit.store.dispatch(a.CommandStarted(name))
    await run(kit)
    assert kit.client.asked == [asked]
    assert kit.readers.read == read
    assert kit.store.state.busy == frozenset()
    notice = kit.store.state.notice
    if problem is None:
        assert notice is None
    else:
        assert notice is not None
        assert (notice.command, notice.problem) == (name, LOST)
        assert leaks(repr(notice)) == []


async def test_after_a_session_was_given_up_the_list_is_looked_at_anew(kit: Kit) -> None:
    await kit.recovery.discard("s")
    assert kit.looks == 1


async def test_a_typed_password_is_forgotten_once_it_has_done_its_work(kit: Kit) -> None:
    joining = Joining("Shop", SECRET)
    kit.store.dispatch(JoiningTyped(joining))
    kit.client.problem = LOST
    await kit.machine.join_wifi("Shop", SECRET)
    assert kit.store.state.machine.joining == joining
    kit.client.problem = None
    await kit.machine.join_wifi("Shop", SECRET)
    assert kit.store.state.machine.joining is None


async def test_what_is_to_be_done_again_knows_its_arguments_but_no_secret(kit: Kit) -> None:
    kit.client.problem = LOST
    await kit.machine.place_camera("box", "cam", 2)
    assert kit.store.state.notice is not None
    assert kit.store.state.notice.arguments == ("box", "2")
    await kit.machine.set_config("k", SecretStr("60"), "60")
    assert kit.store.state.notice.arguments == ("60",)
    await kit.machine.set_config("k", SECRET)
    assert kit.store.state.notice.arguments == ()


async def test_a_picture_is_shown_and_a_failed_one_is_not(kit: Kit) -> None:
    kit.client.answers["cameras.capture"] = PICTURE
    await kit.machine.capture("cam")
    assert kit.store.state.machine.pictures == {"cam": PICTURE}
    kit.client.problem = Problem(Kind.DOMAIN, "CAMERA_OFFLINE", retryable=True, http_status=503)
    await kit.machine.capture("other")
    assert kit.store.state.machine.pictures == {"cam": PICTURE}
    assert kit.store.state.notice is not None


async def test_a_host_that_does_not_answer_is_a_result(kit: Kit) -> None:
    kit.client.answers["network.ping"] = Ping(success=False, error="no route")
    await kit.machine.ping("10.0.0.9")
    assert kit.store.state.machine.pings["10.0.0.9"].success is False
    assert kit.store.state.notice is None


async def test_a_scan_for_cameras_is_watched_for_a_while_and_shows_what_it_found(kit: Kit) -> None:
    kit.client.answers["espcam.discovered"] = ()
    await kit.machine.scan_cameras()
    first, *looks = [asked[0] for asked in kit.client.asked]
    assert first == "espcam.scan"
    assert len(looks) > 1
    assert set(looks) == {"espcam.discovered"}
    assert kit.store.state.machine.discovered == ()
    kit.client.asked.clear()
    kit.client.problem = LOST
    await kit.machine.scan_cameras()
    assert [asked[0] for asked in kit.client.asked] == ["espcam.scan"]
