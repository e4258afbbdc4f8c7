"""Settings of the Pi: any dialect, and no secret in clear text behind the decoder."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.services.wire import payloads
from kiosk.services.wire.config import MASK, ConfigItem, ConfigSection, sections
from kiosk.services.wire.diagnostics import Export
from kiosk.services.wire.masking import looks_secret, masked
from tests.services.wire.mutations import ANY_JSON
from tests.support.canary import PASSWORD as CANARY
from tests.support.canary import leaks


def _item(**members: object) -> ConfigItem:
    return ConfigItem.model_validate({"key": "k", **members})


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (5, "5"), (5.5, "5.5"), (True, "true"), (False, "false"), (0, "0")]
    + [(nothing, "") for nothing in (None, [], {}, "", float("nan"), 10**400)],
)
def test_a_value_is_text(value: object, text: str) -> None:
    assert ConfigItem.model_validate({"key": "k.x", "value": value}).value == text


def test_the_limits_are_read_from_their_group() -> None:
    limits = {"options": ["a", 1, None], "min": 1, "max": 9, "pattern": "^a"}
    item = ConfigItem.model_validate({"key": "wifi.mode", "type": "SELECT", "validation": limits})
    assert (item.type, item.options, item.minimum) == ("select", ("a", "1"), 1)
    assert (item.maximum, item.pattern) == (9, "^a")


def test_a_setting_can_be_edited_unless_it_says_not() -> None:
    assert _item().editable is True
    assert _item(editable=None).editable is True
    assert _item(editable=False).editable is False
    assert _item().required is None


@pytest.mark.parametrize(
    "name",
    [
        "wifi.password", "mqtt_passwd", "apiKey", "API_KEY", "key", "tls.private-key", "wpa_psk",
        "wifiPSK", "auth.token", "client_secret", "aws.credentials", "sshKeys", "admin_pass",
    ],
)  # fmt: skip
def test_these_names_look_secret(name: str) -> None:
    assert looks_secret(name)
    item = ConfigItem.model_validate({"key": name, "value": CANARY, "default_value": CANARY})
    assert (item.secret, item.value, item.default_value) == (True, MASK, MASK)
    assert leaks(repr(item)) == []


@pytest.mark.parametrize(
    "name", ["wifi.ssid", "keyboard", "mqtt.port", "door.relay_pin", "bypass.mode", "auth.enabled"]
)
def test_these_do_not(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize("kind", ["secret", "password", "Password"])
def test_a_secret_type_is_masked_whatever_its_name(kind: str) -> None:
    assert _item(key="wifi.code", type=kind, value=CANARY).value == MASK


def test_the_choices_of_a_secret_are_not_told() -> None:
    options = {"validation": {"options": [CANARY]}}
    assert ConfigItem.model_validate({"key": "token", "value": CANARY, **options}).options == ()


def test_a_secret_that_is_not_set_is_shown_as_not_set() -> None:
    assert ConfigItem.model_validate({"key": "token", "value": ""}).value == ""


def test_a_switch_is_no_secret_whatever_its_name() -> None:
    switch = {"key": "auth.key_required", "type": "boolean", "value": "true"}
    assert ConfigItem.model_validate(switch).value == "true"
    assert ConfigItem.model_validate(switch | {"value": CANARY}).value == MASK


ITEM = {"key": "a.b", "value": "1"}


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ({"sections": [{"name": "n", "items": [ITEM, None, {"value": 1}]}]}, [("n", 1)]),
        ([{"name": "n", "items": [ITEM]}, {"name": "m", "items": None}], [("n", 1), ("m", 0)]),
        ([ITEM, {"key": "c"}], [("", 2)]),
        ({"items": [ITEM]}, [("", 1)]),
        ({"sections": None}, []),
        ({}, []),
        (None, []),
        ([{}, None, 5], []),
    ],
)
def test_sections_and_flat_lists_are_read_alike(data: object, read: list[tuple[str, int]]) -> None:
    assert [(section.name, len(section.items)) for section in sections(data)] == read


def test_a_section_is_made_again_from_its_own_items() -> None:
    section = sections([ITEM])[0]
    assert ConfigSection(items=section.items) == section


@pytest.mark.parametrize(
    "config",
    [
        {"mqtt": {"password": CANARY, "port": 1883}},
        [{"key": "mqtt.password", "value": CANARY}, {"key": "mqtt.port", "value": 1883}],
        {"credentials": {"user": CANARY, "more": [CANARY]}},
        {"tls": {"key": CANARY}},
        {"sections": [{"items": [{"key": "x", "type": "secret", "value": CANARY}]}]},
        [{"key": "x", "type": "Password", "value": CANARY}],
        {"sections": [{"items": [{"key": "x_token", "type": "s", "default_value": CANARY}]}]},
    ],
)
def test_an_export_holds_no_secret(config: object) -> None:
    raw = {"generated_at": "2026-01-20T16:07:57Z", "config": config, "logs": [{"message": "m"}]}
    export = payloads.record(Export, raw)
    assert export is not None
    assert leaks(json.dumps(export.model_dump(mode="json"))) == []
    assert MASK in str(export.data["config"])
    assert export.data["logs"] == raw["logs"]
    assert export.generated_at is not None


def test_what_is_no_secret_is_exported_as_it_is() -> None:
    plain: dict[str, Any] = {"a": [1, None, {"token": None, "has_key": True}], "b": {"ssid": "x"}}
    assert masked(plain) == plain
    setting = {"key": "wifi.ssid", "type": "string", "value": "Shop", "default_value": "x"}
    assert masked([setting]) == [setting]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["config", "key", "value", "token"]), ANY_JSON))
def test_masking_keeps_the_shape_of_anything(value: dict[str, Any]) -> None:
    again = masked(value)
    assert list(again) == list(value)
    assert masked(again) == again or "nan" in str(again)
