"""PiOrchestrator's settings: read in sections or one by one, stored, read back."""

import pytest
from pydantic import SecretStr

from kiosk.services.client.api import PiOrchestrator
from kiosk.services.client.errors import (
    DomainError,
    EndpointAbsent,
    TransportError,
    ValidationRefused,
)
from tests.support.canary import PASSWORD, leaks
from tests.support.server import Reply, ScriptedServer, answer, document, failure, raw, success

CONFIG = "/api/v1/config"
LEVEL = f"{CONFIG}/log.level"
ITEM = {"key": "log.level", "value": "debug", "type": "select"}
STORED = success({"success": True, "key": "log.level"})


async def test_sections_come_from_either_name(server: ScriptedServer, api: PiOrchestrator) -> None:
    sections = [{"name": "log", "items": [ITEM]}, {"name": "empty", "items": None}]
    server.on("GET", "/api/dashboard/config", document({"success": True, "sections": sections}))
    read = (await api.config.sections()).data
    assert [(section.name, len(section.items)) for section in read] == [("log", 1), ("empty", 0)]


async def test_a_setting_is_asked_for_by_its_encoded_key(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", f"{CONFIG}/a%2Fb", success({"key": "a/b", "value": "1"}))
    assert (await api.config.item("a/b")).data.value == "1"


async def test_a_server_that_tells_no_setting_alone_is_asked_for_all(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("GET", CONFIG, success([ITEM]))
    assert (await api.config.item("log.level")).data.value == "debug"
    with pytest.raises(DomainError) as unknown:
        await api.config.item("log.colour")
    assert unknown.value.problem.code == "NOT_FOUND"


async def test_a_server_without_settings_lacks_them(api: PiOrchestrator) -> None:
    with pytest.raises(EndpointAbsent):
        await api.config.item("log.level")


async def test_what_was_stored_is_read_back(server: ScriptedServer, api: PiOrchestrator) -> None:
    server.on("PUT", LEVEL, STORED)
    server.on("POST", f"{LEVEL}/reset", STORED)
    server.on("GET", LEVEL, success(ITEM, "corr-2"))
    put = await api.config.put("log.level", SecretStr("debug"))
    reset = await api.config.reset("log.level")
    for reply in (put, reset):
        assert reply.data is not None
        assert (reply.data.value, reply.correlation_id) == ("debug", "corr-1")
    assert server.sent("PUT", LEVEL)[0].json == {"value": "debug"}


@pytest.mark.parametrize("unread", [failure("INTERNAL_ERROR", 500), raw(b""), answer(404)])
async def test_what_was_stored_stays_stored_when_it_cannot_be_read_back(
    server: ScriptedServer, api: PiOrchestrator, unread: Reply
) -> None:
    server.on("PUT", LEVEL, STORED)
    server.on("GET", LEVEL, unread)
    reply = await api.config.put("log.level", SecretStr("debug"))
    assert (reply.data, reply.correlation_id) == (None, "corr-1")


async def test_a_change_whose_answer_is_lost_is_sent_once_more(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("PUT", LEVEL, raw(b""), STORED)
    server.on("GET", LEVEL, success(ITEM))
    assert (await api.config.put("log.level", SecretStr("debug"))).data is not None
    server.on("PUT", LEVEL, raw(b""))
    with pytest.raises(TransportError):
        await api.config.put("log.level", SecretStr("debug"))
    assert len(server.sent("PUT", LEVEL)) == 4


async def test_a_refusal_inside_a_success_is_told_and_not_repeated(
    server: ScriptedServer, api: PiOrchestrator
) -> None:
    server.on("PUT", LEVEL, success({"success": False, "error": "no such level"}))
    with pytest.raises(DomainError) as error:
        await api.config.put("log.level", SecretStr("loud"))
    assert error.value.problem.message == "no such level"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("mqtt.password", "********", "CONFIG_VALUE"),
        ("mqtt.password", " ********\n", "CONFIG_VALUE"),
        ("", "x", "CONFIG_KEY"),
        ("..", "x", "CONFIG_KEY"),
        ("./", "x", "CONFIG_KEY"),
    ],
)
async def test_neither_a_mask_nor_a_wrong_key_is_sent(
    server: ScriptedServer, api: PiOrchestrator, key: str, value: str, code: str
) -> None:
    with pytest.raises(ValidationRefused) as refused:
        await api.config.put(key, SecretStr(value))
    assert refused.value.problem.code == code
    assert server.requests == []


async def test_a_secret_leaves_in_the_body_only(
    server: ScriptedServer, api: PiOrchestrator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    secret, path = PASSWORD, f"{CONFIG}/mqtt.password"
    server.on("PUT", path, success({"success": True}))
    server.on("GET", path, success({"key": "mqtt.password", "value": secret, "type": "string"}))
    reply = await api.config.put("mqtt.password", SecretStr(secret))
    assert server.requests[0].json == {"value": secret}
    assert leaks(" ".join(request.target for request in server.requests)) == []
    assert leaks(caplog.text + repr(reply)) == []
