"""PiOrchestrator's settings, whose secrets end here (contract.md §2.9)."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kiosk.services.wire.masking import MASK, looks_secret
from kiosk.services.wire.records import items, list_of, records
from kiosk.services.wire.tolerant import (
    Flag,
    Number,
    ReadBy,
    Text,
    WireModel,
    first,
    group,
    key_text,
)

__all__ = ["MASK", "ConfigItem", "ConfigResult", "ConfigSection", "sections"]


def _value_text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # False for NaN too; an integer with thousands of digits cannot be written.
        return str(value) if abs(value) < 2**63 else None
    return value if isinstance(value, str) else None


def _options(value: object) -> tuple[str, ...]:
    texts = map(_value_text, value) if isinstance(value, list | tuple) else ()
    return tuple(text for text in texts if text is not None)


class ConfigItem(WireModel):
    """One setting; the value of a secret one is the mask, or nothing where there is none."""

    key: str = Field(min_length=1)
    value: str = ""
    type: str = "string"
    default_value: Text = None
    description: Text = None
    required: Flag = None
    editable: Annotated[bool, BeforeValidator(lambda value: value is not False)] = True
    options: Annotated[tuple[str, ...], ReadBy(_options)] = ()
    minimum: Number = None
    maximum: Number = None
    pattern: Text = None
    secret: bool = False

    @classmethod
    def _one_dialect(cls, data: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(data.get("key"), str):
            return data
        limits = {**data, **group(data, "validation")}
        kind = data["type"].lower() if isinstance(data.get("type"), str) else "string"
        value, default = _value_text(data.get("value")), _value_text(data.get("default_value"))
        # A switch gives nothing away, whatever it is called.
        is_switch = kind.startswith("bool") and {value, default} <= {"true", "false", "", None}
        secret = looks_secret(data["key"], kind) and not is_switch
        return {
            **data,
            "type": kind,
            "value": MASK if secret and value else value or "",
            "default_value": MASK if secret and default else default,
            "options": () if secret else limits.get("options"),
            "minimum": first(limits, "min", "minimum"),
            "maximum": first(limits, "max", "maximum"),
            "pattern": limits.get("pattern"),
            "secret": secret,
        }


class ConfigSection(WireModel):
    """Settings that belong together."""

    name: Annotated[str, BeforeValidator(lambda value: key_text(value) or "")] = ""
    description: Text = None
    items: Annotated[tuple[ConfigItem, ...], list_of(ConfigItem)] = ()


class ConfigResult(WireModel):
    """What became of a change."""

    success: Flag = None
    key: Text = None
    error: Text = None


def sections(data: object) -> tuple[ConfigSection, ...]:
    """Return the settings by section; a flat list of settings is one section without a name."""
    found = items(data, "sections", "items", "config")
    loose = ConfigSection(items=records(ConfigItem, found))
    grouped = [raw for raw in found if isinstance(raw, dict) and "key" not in raw]
    read = (loose, *records(ConfigSection, grouped))
    return tuple(section for section in read if section.name or section.items)
