"""Secrets in what the Pi tells of its settings: found by their names, replaced by a mask."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "********"

_SECRET_TYPES = frozenset({"secret", "password"})
# Rather a mask too many than a secret on the screen.
_SECRET_NAME = re.compile(
    r"pass(?:word|wd|phrase|code)|secret|token|credential|psk|bearer|authorization"
    r"|(?<![a-z])(?:pass|pwd)(?![a-z])|keys?(?![a-z])"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# With one of these beside it, a member called "key" names a setting and is none itself.
_SETTING_MEMBERS = ("value", "default_value", "type")


def looks_secret(name: str, kind: str = "") -> bool:
    """Return whether a setting of this name and type is one that nobody may read."""
    if kind.lower() in _SECRET_TYPES:
        return True
    return _SECRET_NAME.search(_CAMEL.sub("_", name).lower()) is not None


def masked(value: Any) -> Any:
    """Return a copy of a JSON value with a mask in place of each secret that has a name."""
    if isinstance(value, list):
        return [masked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if _is_setting(value):
        return _masked_setting(value)
    return {
        name: _hidden(member) if looks_secret(name) else masked(member)
        for name, member in value.items()
    }


def _is_setting(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("key"), str) and any(name in value for name in _SETTING_MEMBERS)


def _masked_setting(setting: Mapping[str, Any]) -> dict[str, Any]:
    kind = setting.get("type")
    hide = looks_secret(setting["key"], kind if isinstance(kind, str) else "")
    return {
        name: _hidden(member) if hide and name in {"value", "default_value"} else member
        for name, member in setting.items()
    }


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hidden(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    # That there is none, or whether there is one, gives nothing away.
    return value if value is None or value == "" or isinstance(value, bool) else MASK
