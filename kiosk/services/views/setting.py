"""The sheet of one setting of the service: what it is, what it holds, another value."""

from __future__ import annotations

from kiosk.services.state.model import State
from kiosk.services.state.setting import choices_of, item_of, range_of
from kiosk.services.views.config import icon_of, value_text
from kiosk.services.views.language import _
from kiosk.services.views.parts import ButtonView
from kiosk.services.views.rows import FactView, RowView, SheetView, banner_of, nav
from kiosk.services.wire.config import ConfigItem


def view_of(state: State, now: float) -> SheetView:
    """Return the sheet at ``now``."""
    key = state.navigation.subject or ""
    item = item_of(state, key)
    banner = banner_of(state, now, state.machine.config)
    if item is None:
        text = _("The service does not have this setting any more.")
        return SheetView(key, nav(state), "help-circle-outline", text=text, banner=banner)
    busy = _is_busy(state, key)
    return SheetView(
        title=item.key,
        nav=nav(state),
        icon=icon_of(item),
        text="" if banner.text else item.description or "",
        facts=_facts(item),
        rows=tuple(_choice(item, choice, busy=busy) for choice in choices_of(item)),
        word=_("Saving …") if busy else "",
        tone="moving" if busy else "plain",
        banner=banner,
        buttons=_buttons(item, busy=busy) if item.editable else (),
    )


def _is_busy(state: State, key: str) -> bool:
    return bool(state.busy & {f"set_config:{key}", f"reset_config:{key}"})


def _facts(item: ConfigItem) -> tuple[FactView, ...]:
    facts = [
        FactView(_("Value"), value_text(item, item.value)),
        FactView(_("Default"), value_text(item, item.default_value)),
    ]
    if limits := range_of(item):
        facts.append(FactView(_("Limits"), limits))
    return tuple(facts)


def _choice(item: ConfigItem, choice: str, *, busy: bool) -> RowView:
    is_held = choice == item.value
    return RowView(
        f"choice:{choice}",
        "radiobox-marked" if is_held else "radiobox-blank",
        value_text(item, choice),
        intent="" if busy or is_held or not item.editable else "set_config",
        arguments=(item.key, choice),
        selected=is_held,
    )


def _buttons(item: ConfigItem, *, busy: bool) -> tuple[ButtonView, ...]:
    change = ButtonView(
        "change",
        _("Change"),
        "pencil-outline",
        "edit_setting",
        (item.key,),
        enabled=not busy,
        role="primary",
    )
    reset = ButtonView(
        "reset",
        _("Hold for default"),
        "restore",
        "reset_config",
        (item.key,),
        enabled=not busy,
        hold=True,
        machine=True,
    )
    has_default = item.default_value is not None and item.default_value != item.value
    typed = () if choices_of(item) else (change,)
    return (*typed, reset) if has_default or item.secret else typed
