"""The settings of the service, section by section; no secret is ever shown."""

from __future__ import annotations

from kiosk.services.state.model import Route, State
from kiosk.services.views.language import UNKNOWN, _
from kiosk.services.views.rows import ListView, RowView, banner_of, empty_text, nav
from kiosk.services.wire.config import ConfigItem, ConfigSection


def view_of(state: State, now: float) -> ListView:
    """Return the settings at ``now``."""
    config = state.machine.config
    rows = [row for section in config.value or () for row in _rows(section)]
    return ListView(
        title=_("Service settings"),
        nav=nav(state),
        banner=banner_of(state, now, config),
        rows=tuple(rows),
        empty="" if rows else empty_text(config, _("The service has no settings.")),
    )


def value_text(item: ConfigItem, value: str | None) -> str:
    """Return a value as it is read: a switch by words, a secret as its mask, none as a dash."""
    if item.type.startswith("bool") and value in {"true", "false"}:
        return _("On") if value == "true" else _("Off")
    return value or UNKNOWN


def icon_of(item: ConfigItem) -> str:
    """Return the icon of a setting by what it holds."""
    if not item.editable:
        return "lock-outline"
    if item.secret:
        return "key-variant"
    if item.type.startswith("bool"):
        return "toggle-switch" if item.value == "true" else "toggle-switch-off-outline"
    return "format-list-bulleted" if item.options else "pencil-outline"


def _rows(section: ConfigSection) -> list[RowView]:
    return [_row(section, item) for item in section.items]


def _row(section: ConfigSection, item: ConfigItem) -> RowView:
    return RowView(
        item.key,
        icon_of(item),
        item.key,
        value_text(item, item.value),
        intent="open" if item.editable else "",
        arguments=(Route.SETTING.value, item.key) if item.editable else (),
        more=section.name,
    )
