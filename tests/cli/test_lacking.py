"""Against a server that lacks it, every operation says so; against none, it says that."""

import argparse
from functools import cache
from pathlib import Path

import pytest

from kiosk.cli import api, operations
from kiosk.cli.areas import OPERATIONS
from kiosk.services.client.errors import ApiError
from kiosk.services.wire.problem import Kind
from kiosk.settings import Features, Settings
from tests.cli.words import WORDS
from tests.support.server import Received, Reply, ScriptedServer, answer, document

NOT_FOUND = document(
    {"success": False, "error": {"code": "NOT_FOUND", "message": "no such endpoint"}}, 404
)
PAGE = answer(200, "<!doctype html><title>Dashboard</title>", content_type="text/html")
WELL = document({"status": "ok"})

# The journal is the kiosk's own: no server is asked for it.
ASKING = sorted(set(OPERATIONS) - {"journal"})

FEATURE_OF = {
    "batch_provisioning": (
        "recoverable resume discard history history-clear start session devices stop pause unpause"
        " provision-all provision retry skip network"
    ),
    "allowlist": "allowlist allowlist-add allowlist-remove",
    "door": "door-status door-open door-close door-history door-available",
    "cameras": (
        "cameras camera camera-diagnostics camera-capture camera-reboot espcam-scan"
        " espcam-discovered espcam-pair espcam-paired containers camera-assign camera-unassign"
    ),
}


@cache
def parser() -> argparse.ArgumentParser:
    words = argparse.ArgumentParser()
    api.add_arguments(words)
    return words


class Elsewhere(ScriptedServer):
    """A server with the same answer for everything that it was not told."""

    def __init__(self, usual: Reply) -> None:
        super().__init__()
        self._usual = usual

    def _reply(self, request: Received) -> Reply:
        is_told = (request.method, request.path) in self._routes
        return super()._reply(request) if is_told else self._usual


@pytest.fixture(autouse=True)
def _settings_of_the_test_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KIOSK_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


async def outcome(name: str, folder: Path, settings: Settings) -> tuple[str, str | None]:
    """Return kind and code of what became of the operation; its kind is ``ok`` for a success."""
    names = "interrupted session paused camera container unplaced placed ssid target"
    given = dict.fromkeys(names.split(), "some-1")
    given |= dict.fromkeys(("device", "failed", "unpaired"), "02:00:00:00:00:01")
    given |= {"setting": "log.level", "out": str(folder / "out")}
    for secret, text in (("password", "correct horse"), ("totp", "246810")):
        (folder / secret).write_text(text)
        given[secret] = str(folder / secret)
    args = parser().parse_args([name, *(word.format(**given) for word in WORDS[name])])
    try:
        await operations.call(args, settings)
    except ApiError as error:
        return error.problem.kind.value, error.problem.code
    finally:
        assert not (folder / "out").exists()
    return "ok", None


def test_every_operation_is_among_those_that_are_tried() -> None:
    assert set(WORDS) == set(OPERATIONS)


@pytest.mark.parametrize("name", ASKING)
async def test_a_server_without_the_route_is_told_by_its_404(name: str, tmp_path: Path) -> None:
    async with Elsewhere(NOT_FOUND) as server:
        kind, _ = await outcome(name, tmp_path, Settings(base_url=server.base_url))
    # That a server does not tell whether it wants a key is an answer (contract.md §2.4).
    expected = "ok" if name == "auth-status" else Kind.ENDPOINT_ABSENT
    assert kind == expected


@pytest.mark.parametrize("name", ASKING)
async def test_a_server_with_its_page_in_place_of_the_route_is_told_by_its_health(
    name: str, tmp_path: Path
) -> None:
    async with Elsewhere(PAGE) as server:
        server.on("GET", "/api/v1/health", WELL)
        kind, _ = await outcome(name, tmp_path, Settings(base_url=server.base_url))
    expected = "ok" if name in {"auth-status", "health"} else Kind.ENDPOINT_ABSENT
    assert kind == expected


@pytest.mark.parametrize("name", sorted(set(ASKING) - {"auth-status"}))
async def test_an_address_with_nothing_but_pages_is_not_the_api(name: str, tmp_path: Path) -> None:
    async with Elsewhere(PAGE) as server:
        kind, _ = await outcome(name, tmp_path, Settings(base_url=server.base_url))
    assert kind == Kind.NOT_API


@pytest.mark.parametrize("feature", FEATURE_OF)
async def test_what_is_switched_off_is_refused_and_not_asked(feature: str, tmp_path: Path) -> None:
    async with Elsewhere(NOT_FOUND) as server:
        features = Features(**{feature: False})
        settings = Settings(base_url=server.base_url, features=features)
        for name in FEATURE_OF[feature].split():
            refused = await outcome(name, tmp_path, settings)
            assert refused == (Kind.VALIDATION, "FEATURE_OFF"), name
    assert server.requests == []
